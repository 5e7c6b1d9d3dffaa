"""The registry of the kinds of device: a new kind is a file of its own, and a line here."""

from typing import Annotated, get_args

from pydantic import Field

from algorithm.components.converter import Converter
from algorithm.components.figures import Installable
from algorithm.components.link import Link
from algorithm.components.load_shift import LoadShift
from algorithm.components.store import Store

Figures = Annotated[
    Converter  # the order in which devices are written into the program
    | Store
    | Link
    | LoadShift,
    Field(discriminator="kind"),
]

KINDS: dict[str, type[Installable]] = {
    kind.model_fields["kind"].default: kind for kind in get_args(get_args(Figures)[0])
}


def by_kind(devices: dict[str, Figures]) -> dict[str, Figures]:
    """Return devices in the order in which they are written into the program."""
    order = list(KINDS)
    return dict(sorted(devices.items(), key=lambda device: order.index(device[1].kind)))
