"""How a carrier looks: the colour and the dash that the front end gives it (style/diagram.css).

The dash, so that colour alone never tells it: on paper there may be none.
"""

from dataclasses import dataclass

from algorithm.identifiers import carrier_and_place


@dataclass(frozen=True)
class Look:
    """colour: of the wire; dash: as SVG has it, empty for a line without."""

    colour: str
    dash: str = ""

    @property
    def ground(self) -> str:
        """The colour between the dashes: two fifths of the colour on white."""
        parts = (int(self.colour[place : place + 2], 16) for place in (1, 3, 5))
        return "#" + "".join(f"{round(0.4 * part + 0.6 * 255):02x}" for part in parts)


KNOWN = {
    "electricity": Look("#d98e00"),
    "heat": Look("#cc5500", "14 4"),
    "cooling": Look("#0072b2", "6 4"),
    "gas": Look("#7a66b3", "18 4 4 4"),
    "hydrogen": Look("#009e8e", "10 3 3 3"),
    "sun": Look("#d6b800"),
    "wind": Look("#3d9edb"),
}
OTHERS = (
    Look("#a61c3c", "14 3 3 3 3 3"),
    Look("#5c8036", "10 8"),
    Look("#c2649c", "4 3"),
    Look("#6b7280", "2 3"),
    Look("#8a5a2b", "24 5"),
)


def look_of(carrier: str) -> Look:
    """Return a carrier's look; 'heat@north' looks as 'heat' does."""
    name = kind_of(carrier).lower()
    if name in KNOWN:
        return KNOWN[name]
    # By its name, so that a carrier keeps its look from plan to plan.
    number = 0
    for character in name:
        number = (number * 31 + ord(character)) % 65_521
    return OTHERS[number % len(OTHERS)]


def kind_of(carrier: str) -> str:
    """Return a carrier's name without its place."""
    return carrier_and_place(carrier)[0].strip()
