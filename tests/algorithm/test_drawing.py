"""The energy system diagram: nothing lies on anything else, and it says what the plan says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algorithm import run_search
from algorithm.export.diagram import draw
from algorithm.export.diagram.captions import width_of
from algorithm.export.diagram.layout import lay_out
from algorithm.export.diagram.look import (
    CARRIERS,
    MUTED,
    OTHER_CARRIERS,
    OTHER_TECHNOLOGIES,
    PAPER,
    TECHNOLOGIES,
    TEXT,
    carrier_look,
    technology_look,
)
from algorithm.export.diagram.symbols import Box, Symbol, Wire
from algorithm.requirement.catalogue import CATALOGUE

SVG = "{http://www.w3.org/2000/svg}"
STYLE = Path(__file__).parents[2] / "frontend/src/style/tokens.css"


# -- graphs


def plan_of(links: list[dict[str, Any]], labels: dict[str, str] | None = None) -> dict[str, Any]:
    """A plan with these links, and a node for each of their ends."""
    nodes = []
    for identity in dict.fromkeys(link[end] for link in links for end in ("source", "target")):
        kind, name = identity.split(":", 1)
        node = {"id": identity, "kind": kind, "label": (labels or {}).get(identity, name)}
        if kind in ("device", "storage"):
            unit = "kW" if kind == "device" else "kWh"
            node |= {"device": name, "size": 1250.0, "unit": unit}
        nodes.append(node)
    return {
        "cost_per_year": 1_234_567.0,
        "co2_kg_per_year": 89_000.0,
        "investment": 5_000_000.0,
        "basis": "whole horizon",
        "gap": 0.0123,
        "supplies": [{"name": "grid", "peak_kw": 400.0}],
        "exports": [],
        "devices": [
            {"name": node["device"], "power_kw": 300.0}
            for node in nodes
            if node["kind"] == "storage"
        ],
        "graph": {"nodes": nodes, "links": links},
    }


def link(source: str, target: str, carrier: str, kwh: float = 1e6) -> dict[str, Any]:
    return {"source": source, "target": target, "carrier": carrier, "kwh": kwh}


@st.composite
def plans(draw_: st.DrawFn) -> dict[str, Any]:
    """Sites of all shapes: circles, devices of many carriers, several stores at a bus, links."""
    carriers = [f"carrier {number}@place" for number in range(draw_(st.integers(1, 6)))]
    carrier, some = st.sampled_from(carriers), st.integers(0, 3)
    energy = st.floats(1, 1e9)
    links = []
    for kind, count in (("supply", 5), ("demand", 6), ("export", 2), ("storage", 4)):
        for number in range(draw_(st.integers(1 if kind == "demand" else 0, count))):
            name, at = f"{kind}:{kind} {number}", draw_(carrier)
            if kind != "supply":
                links.append(link(f"carrier:{at}", name, at, draw_(energy)))
            if kind in ("supply", "storage"):
                links.append(link(name, f"carrier:{at}", at, draw_(energy)))
    for number in range(draw_(st.integers(0, 12))):
        name = f"device:device {number}"
        touched = draw_(st.lists(carrier, min_size=1, max_size=4, unique=True))
        taken = min(draw_(some), len(touched))
        for at in touched[:taken]:
            links.append(link(f"carrier:{at}", name, at, draw_(energy)))
        for at in touched[taken:] or touched[:1]:
            links.append(link(name, f"carrier:{at}", at, draw_(energy)))
        if draw_(st.booleans()):
            links.append(link("supply:sun", name, "sun", draw_(energy)))
    return plan_of(links)


@pytest.fixture(scope="session")
def tiny() -> dict[str, Any]:
    plan: dict[str, Any] = run_search("tiny")["plans"][0]
    return plan


def picture_of(plan: dict[str, Any], title: str = "A site") -> ElementTree.Element:
    return ElementTree.fromstring(draw(plan, title=title, currency="EUR"))


# -- what is seen


Area = tuple[float, float, float, float]  # left, top, right, bottom


def placed(
    parent: ElementTree.Element, x: float = 0.0, y: float = 0.0
) -> Iterator[tuple[ElementTree.Element, float, float]]:
    """Every element, and where its group stands."""
    for element in parent:
        moved = re.match(r"translate\(([-\d.]+) ([-\d.]+)\)", element.get("transform", ""))
        at = (x + float(moved[1]), y + float(moved[2])) if moved else (x, y)
        yield element, *at
        yield from placed(element, *at)


def texts(picture: ElementTree.Element) -> Iterator[tuple[str, Area]]:
    for element, x, y in placed(picture):
        if element.tag == f"{SVG}text":
            assert element.text is not None
            size = float(element.get("font-size", "0"))
            width = width_of(element.text, size, bold=element.get("font-weight") == "600")
            share = {"middle": 0.5, "end": 1.0}.get(element.get("text-anchor", ""), 0.0)
            left, base = (
                x + float(element.get("x", "0")) - share * width,
                y + float(element.get("y", "0")),
            )
            yield element.text, (left, base - 0.75 * size, left + width, base + 0.2 * size)


def meet(one: Area, other: Area) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@settings(deadline=None, max_examples=60)
@given(plans())
def test_no_text_lies_on_another_and_all_are_on_the_page(plan: dict[str, Any]) -> None:
    picture = picture_of(plan)
    written = list(texts(picture))
    _, _, width, height = map(float, picture.attrib["viewBox"].split())
    for text, area in written:
        assert meet(area, (0, 0, width, height)), text
        assert area[0] >= 0, text
        assert area[2] <= width, text
        assert area[3] <= height, text
    for (text, area), (other, there) in combinations(written, 2):
        assert not meet(area, there), (text, other)


@settings(deadline=None, max_examples=60)
@given(plans())
def test_no_symbol_lies_on_another_and_no_wire_runs_through_one(plan: dict[str, Any]) -> None:
    places = {"supply": "start", "carrier": "bus", "device": "device", "storage": "store"}
    symbols = {
        node["id"]: Symbol(places.get(node["kind"], "end"), 120.0, 44.0)  # type: ignore[arg-type]
        for node in plan["graph"]["nodes"]
    }
    pairs = {frozenset((one["source"], one["target"])): one for one in plan["graph"]["links"]}
    wires = [
        Wire(one["source"], one["target"], 1.5 + number % 8)
        for number, one in enumerate(pairs.values())
    ]
    layout = lay_out(symbols, wires)
    areas = {name: area_of(box) for name, box in layout.boxes.items()}
    for one, other in combinations(areas.values(), 2):
        assert not meet(one, other)
    for wire, path in zip(wires, layout.paths, strict=True):
        for end, (x, y) in ((wire.source, path[0]), (wire.target, path[-1])):
            left, top, right, bottom = areas[end]
            assert x == pytest.approx(left) or x == pytest.approx(right)
            assert top <= y <= bottom
        for (x, y), (to_x, to_y) in pairwise(path):
            straight = (min(x, to_x), min(y, to_y), max(x, to_x), max(y, to_y))
            inner = (straight[0] + 0.1, straight[1] - 0.1, straight[2] - 0.1, straight[3] + 0.1)
            assert not any(meet(inner, area) for area in areas.values())


def area_of(box: Box) -> Area:
    return box.x, box.y, box.x + box.width, box.y + box.height


def test_supplies_stand_left_of_all_and_demands_right(tiny: dict[str, Any]) -> None:
    written = list(texts(picture_of(tiny)))
    (supply, *_) = [area for text, area in written if text.startswith("Supply")]
    demands = [area for text, area in written if text.startswith("Demand")]
    sizes = [area for text, area in written if re.match(r"[\d,.]+ kW", text)]
    assert len(sizes) == len(tiny["devices"])
    assert all(supply[2] < size[0] for size in sizes)
    assert all(size[2] < demand[0] for size in sizes for demand in demands)


def test_what_is_written_is_what_the_plan_says(tiny: dict[str, Any]) -> None:
    written = " | ".join(text for text, _ in texts(picture_of(tiny, title="One winter day")))
    assert "One winter day" in written
    assert f"{tiny['cost_per_year']:,.0f} EUR a year" in written
    assert f"{tiny['co2_kg_per_year'] / 1000:,.0f} t CO₂ a year" in written
    sizes = {device["name"]: device for device in tiny["devices"]}
    assert f"{sizes['gas-engine-chp']['size']:,.0f} kW" in written
    assert f"{sizes['battery']['size']:,.0f} kWh, {sizes['battery']['power_kw']:,.0f} kW" in written
    flows = {(one["source"], one["target"]): one["kwh"] for one in tiny["graph"]["links"]}
    assert f"{flows['carrier:gas', 'device:gas-engine-chp'] / 1e6:.1f} GWh" in written
    assert f"Demand {flows['carrier:heat', 'demand:heat'] / 1e6:.1f} GWh" in written


def test_a_thicker_wire_carries_more() -> None:
    plan = plan_of(
        [
            link("supply:grid", "carrier:electricity", "electricity", 4e6),
            link("carrier:electricity", "demand:offices", "electricity", 3e6),
            link("carrier:electricity", "demand:works", "electricity", 1e6),
        ]
    )
    drawn = [
        float(path.get("stroke-width", "0"))
        for path in picture_of(plan).iter(f"{SVG}path")
        if path.get("stroke") == CARRIERS["electricity"].colour
    ]
    # The last stands in the legend.
    thickest, middle, thinnest, _ = drawn
    assert thickest > middle > thinnest


def test_a_two_way_link_is_one_wire_with_two_heads_and_both_figures() -> None:
    plan = plan_of(
        [
            link("supply:grid", "carrier:heat@north", "heat@north", 5e6),
            link("carrier:heat@north", "device:main", "heat@north", 3e6),
            link("device:main", "carrier:heat@north", "heat@north", 1e6),
            link("device:main", "carrier:heat@south", "heat@south", 2.9e6),
            link("carrier:heat@south", "device:main", "heat@south", 1.1e6),
            link("carrier:heat@south", "demand:works", "heat@south", 1.8e6),
        ]
    )
    picture = picture_of(plan)
    written = [text for text, _ in texts(picture)]
    assert "→ 3.00 GWh  ← 1.00 GWh" in written
    assert "→ 2.90 GWh  ← 1.10 GWh" in written
    heads = [
        path for path in picture.iter(f"{SVG}path") if path.get("fill") == CARRIERS["heat"].colour
    ]
    assert len(heads) == 2 + 2 * 2  # of the supply and the demand, and of the link's two wires


def test_every_text_is_escaped() -> None:
    name = 'demand:<script>alert("1")</script> & \x00\x1b]'
    plan = plan_of(
        [link("supply:grid", "carrier:heat", "heat"), link("carrier:heat", name, "heat")]
    )
    drawn = draw(plan, title="A & B <b>\x07", currency="EUR")
    picture = ElementTree.fromstring(drawn)
    assert not list(picture.iter(f"{SVG}script"))
    (title,) = picture.iter(f"{SVG}title")
    assert title.text == "A & B <b> "
    assert drawn.isprintable() or "\x00" not in drawn


def test_the_same_plan_gives_the_same_picture(tiny: dict[str, Any]) -> None:
    assert draw(tiny, title="A", currency="EUR") == draw(tiny, title="A", currency="EUR")


def test_a_plan_in_which_nothing_flows_is_a_title_alone() -> None:
    assert next(texts(picture_of(plan_of([]))))[0] == "A site"


def test_a_look_follows_from_the_name_alone() -> None:
    assert carrier_look("heat@north") == carrier_look("Heat") == CARRIERS["heat"]
    # frontend/tests/diagram/look.test.ts states the same.
    assert carrier_look("steam") == OTHER_CARRIERS[3]
    assert carrier_look("压缩空气") in OTHER_CARRIERS
    assert technology_look("cable") == OTHER_TECHNOLOGIES[0]
    assert technology_look("compressors") == OTHER_TECHNOLOGIES[3]


def test_every_device_of_the_catalogue_is_of_a_technology() -> None:
    assert TECHNOLOGIES.keys() == CATALOGUE.keys()


def test_a_device_is_marked_in_its_technologys_colour(tiny: dict[str, Any]) -> None:
    drawn = [path.get("stroke") for path in picture_of(tiny).iter(f"{SVG}path")]
    for device in tiny["devices"]:
        assert technology_look(device["like"]).colour in drawn, device["name"]


def test_paper_has_the_colours_of_the_light_theme() -> None:
    style = STYLE.read_text(encoding="utf-8")
    stated = dict(re.findall(r"--(text|muted|card): light-dark\((#\w+),", style))
    assert stated == {"text": TEXT, "muted": MUTED, "card": PAPER}
