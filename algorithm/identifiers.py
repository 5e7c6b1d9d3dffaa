"""Composite names: node ids and carriers at places.

`device:chp` is a node of a plan's graph; `heat@north` is the carrier heat at the place north. No
other module builds or parses them.
"""

from typing import Literal, cast

NodeKind = Literal["supply", "carrier", "device", "storage", "demand", "export"]


def node_id(kind: NodeKind, name: str) -> str:
    """Return the id of a node of the graph."""
    return f"{kind}:{name}"


def node_of(identity: str) -> tuple[NodeKind, str]:
    """Return a node's kind and name from its id."""
    kind, _, name = identity.partition(":")
    return cast(NodeKind, kind), name


def carrier_at(carrier: str, place: str) -> str:
    """Return the name of a carrier at a place; unchanged if it is empty or has a place already."""
    return carrier if "@" in carrier or not carrier else f"{carrier}@{place}"


def carrier_and_place(name: str) -> tuple[str, str]:
    """Return the carrier and its place, "" if the name has none."""
    carrier, _, place = name.partition("@")
    return carrier, place


def is_electricity(carrier: str) -> bool:
    """Return whether a carrier is electricity, at whatever place."""
    return carrier_and_place(carrier)[0] == "electricity"
