"""Names that are put together of two: a node's id, and a carrier at a place.

`device:chp` is a node of a plan's graph, `heat@north` the carrier heat at the place north. Both are
made and read here alone.
"""

from typing import Literal, cast

NodeKind = Literal["supply", "carrier", "device", "storage", "demand", "export"]


def node_id(kind: NodeKind, name: str) -> str:
    """Return the id of a node of the graph."""
    return f"{kind}:{name}"


def node_of(identity: str) -> tuple[NodeKind, str]:
    """Return kind and name of a node, given its id."""
    kind, _, name = identity.partition(":")
    return cast(NodeKind, kind), name


def carrier_at(carrier: str, place: str) -> str:
    """Return the name of a carrier at a place; one that names a place, or none at all, keeps it."""
    return carrier if "@" in carrier or not carrier else f"{carrier}@{place}"


def carrier_and_place(name: str) -> tuple[str, str]:
    """Return the carrier and its place, which is empty where none is named."""
    carrier, _, place = name.partition("@")
    return carrier, place
