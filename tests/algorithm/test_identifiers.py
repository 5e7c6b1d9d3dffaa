"""What is put together of two names is taken apart into the same two."""

from __future__ import annotations

import pytest

from algorithm.identifiers import carrier_and_place, carrier_at, node_id, node_of
from algorithm.search.part import PartId, PartKind


@pytest.mark.parametrize("name", ["chp", "heat@north", "a:b"])
def test_a_node_is_found_by_its_id(name: str) -> None:
    assert node_of(node_id("device", name)) == ("device", name)


def test_a_carrier_at_a_place_keeps_the_place_that_it_names() -> None:
    assert carrier_and_place(carrier_at("heat", "north")) == ("heat", "north")
    assert carrier_at("heat@south", "north") == "heat@south"
    assert carrier_and_place("heat") == ("heat", "")


@pytest.mark.parametrize("text", ["structure", "plan-2", "bound", "improve", "cleanest", "point-1"])
def test_a_part_is_named_as_it_is_read(text: str) -> None:
    assert str(PartId.parse(text)) == text


def test_an_alternative_is_told_from_the_cheapest_plan() -> None:
    assert PartId(PartKind.PLAN, 2).is_alternative
    assert not PartId(PartKind.PLAN).is_alternative
    assert not PartId(PartKind.POINT, 2).is_alternative


def test_a_part_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="there is no part 'dessert'"):
        PartId.parse("dessert")
