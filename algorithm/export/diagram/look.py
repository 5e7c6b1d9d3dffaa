"""The style of an energy system diagram, from `look.json`, which the front end reads too.

A carrier has a colour and a dash, so that it can also be recognised without colour. A technology
has a colour. Both depend only on the name, so they are the same in every plan.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from algorithm.identifiers import carrier_and_place

_STATED: dict[str, Any] = json.loads(Path(__file__).with_name("look.json").read_text("utf-8"))


@dataclass(frozen=True)
class Shapes:
    """Measures of wires, symbols and texts, px; shares and factors have no unit.

    head_*: arrowheads, `head_length` plus `head_per_width` times the wire's width long.
    mark_*: the line in a device's technology colour at the side of its symbol.
    """

    thinnest: float
    thickest: float
    crossing_gap: float
    ground_share: float
    wire_corner: float
    head_length: float
    head_per_width: float
    head_half_width: float
    head_cover: float
    bar_width: float
    bar_corner: float
    device_corner: float
    end_corner: float
    outline: float
    tank_end_inset: float
    tank_end_margin: float
    mark_inset: float
    mark_margin: float
    mark_width: float
    line_height: float
    label_size: float
    measure_size: float


SHAPES = Shapes(**{name: float(value) for name, value in _STATED["shapes"].items()})
TEXT, MUTED, PAPER = (_STATED["paper"][name] for name in ("text", "muted", "ground"))


@dataclass(frozen=True)
class Look:
    """colour: for print and light backgrounds. dash: as in SVG, empty for a solid line."""

    colour: str
    dash: str = ""

    @property
    def ground(self) -> str:
        """The colour between the dashes: the colour mixed with white."""
        share = SHAPES.ground_share
        parts = (int(self.colour[place : place + 2], 16) for place in (1, 3, 5))
        return "#" + "".join(f"{round(share * part + (1 - share) * 255):02x}" for part in parts)


CARRIERS = {name: Look(look["light"], look["dash"]) for name, look in _STATED["carriers"].items()}
OTHER_CARRIERS = [Look(look["light"], look["dash"]) for look in _STATED["other_carriers"]]
# By the catalogue device that a device is like.
TECHNOLOGIES = {
    device: Look(look["light"])
    for look in _STATED["technologies"].values()
    for device in look["devices"]
}
OTHER_TECHNOLOGIES = [Look(look["light"]) for look in _STATED["other_technologies"]]


def carrier_look(carrier: str) -> Look:
    """Return a carrier's look; 'heat@north' has that of 'heat'."""
    name = carrier_kind(carrier).lower()
    return CARRIERS.get(name) or OTHER_CARRIERS[name_hash(name) % len(OTHER_CARRIERS)]


def technology_look(like: str) -> Look:
    """Return the look of a device. like: its catalogue device, or else its own name."""
    known = TECHNOLOGIES.get(like)
    return known or OTHER_TECHNOLOGIES[name_hash(like) % len(OTHER_TECHNOLOGIES)]


def carrier_kind(carrier: str) -> str:
    """Return a carrier's name without its place."""
    return carrier_and_place(carrier)[0].strip()


def name_hash(name: str) -> int:
    """Return a hash that is the same in every run, and in the front end (diagram/look.ts)."""
    number = 0
    for character in name:
        number = (number * 31 + ord(character)) % 65_521
    return number
