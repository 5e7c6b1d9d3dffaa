"""A plan's graph as an SVG picture: an energy system diagram with a title and a legend.

Carriers are vertical busbars, devices are boxes, stores are rounded boxes beside their bus.
Supplies are at the left, demands and exports at the right. A wire's width is a function of the
square root of its energy; its colour and dash are its carrier's. A device has a mark in its
technology's colour. The same plan gives the same picture, byte for byte.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, indent, tostring

from algorithm.export.diagram.captions import FIGURE, lines_of, width_of
from algorithm.export.diagram.layout import lay_out
from algorithm.export.diagram.look import (
    MUTED,
    PAPER,
    SHAPES,
    TEXT,
    Look,
    carrier_kind,
    carrier_look,
    technology_look,
)
from algorithm.export.diagram.pen import add, group, head, px, rounded, shortened, write
from algorithm.export.diagram.symbols import Box, Place, Point, Symbol, Wire
from algorithm.export.quantities import amount, energy, percent
from algorithm.export.texts import printable

MARGIN, HEADER = 36.0, 104.0
TITLE, SUBTITLE = 20.0, 13.0
NARROWEST_PAGE = 760.0
NARROWEST_BOX, SHORTEST_BAR = 96.0, 40.0
PADDING, STORE_PADDING = 24.0, 40.0
SAMPLE, SAMPLE_WIDTH = 40.0, 6.0  # of a wire in the legend

FONT = "Helvetica, Arial, 'Liberation Sans', 'Noto Sans', 'Noto Sans CJK SC', sans-serif"
UNSERVED = "supply:unserved"  # the virtual supply of unserved demand
PLACES: Mapping[str, Place] = {
    "supply": "start",
    "carrier": "bus",
    "device": "device",
    "storage": "store",
    "demand": "end",
    "export": "end",
}


@dataclass(frozen=True)
class Flow:
    """The yearly flow from one node to another, kWh. back: the opposite flow, kWh."""

    source: str
    target: str
    carrier: str
    kwh: float
    back: float = 0.0

    def thickness(self, strongest: float) -> float:
        widest = SHAPES.thickest - SHAPES.thinnest
        return SHAPES.thinnest + widest * math.sqrt(self.kwh / strongest)


@dataclass(frozen=True)
class Node:
    """A node of the graph and its texts: the lines of its label, and measures below them.

    look: that of its carrier. technology: that of a device or store.
    """

    kind: str
    label: Sequence[str]
    measures: Sequence[str]
    look: Look
    technology: Look | None

    @property
    def symbol(self) -> Symbol:
        """The symbol, as large as its texts need."""
        texts = [width_of(line, SHAPES.label_size, bold=True) for line in self.label]
        if self.kind == "carrier":
            return Symbol("bus", max(texts), SHORTEST_BAR)
        texts += [width_of(line, SHAPES.measure_size) for line in self.measures]
        width = max(texts) + (STORE_PADDING if self.kind == "storage" else PADDING)
        height = (len(self.label) + len(self.measures) + 0.75) * SHAPES.line_height
        return Symbol(PLACES[self.kind], max(NARROWEST_BOX, width), height)


def draw(plan: Mapping[str, Any], *, title: str, currency: str) -> str:
    """Return the picture as the text of an SVG file. title: in one line."""
    flows = _flows(plan["graph"]["links"])
    nodes = {node["id"]: _node(node, flows, plan) for node in plan["graph"]["nodes"]}
    strongest = max((flow.kwh for flow in flows), default=1.0)
    wires = [_wire(flow, strongest, nodes) for flow in flows]
    layout = lay_out({name: node.symbol for name, node in nodes.items()}, wires)
    heading = [printable(title), _costs(plan, currency), _proof(plan)]
    width = max(NARROWEST_PAGE, layout.width, width_of(heading[0], TITLE, bold=True)) + 2 * MARGIN

    picture = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "font-family": FONT})
    add(picture, "title").text = heading[0]
    add(picture, "desc").text = " ".join(heading[1:])
    add(picture, "rect", width="100%", height="100%", fill=PAPER)
    _draw_heading(picture, heading)
    diagram = group(picture, (width - layout.width) / 2, HEADER)
    # Draw thin wires last, on top of thick ones.
    for flow, wire, path in sorted(
        zip(flows, wires, layout.paths, strict=True), key=lambda drawn: -drawn[1].thickness
    ):
        _draw_wire(diagram, flow, wire.thickness, path)
    for name, node in nodes.items():
        _draw_node(diagram, node, layout.boxes[name])
    for flow, wire, path in zip(flows, wires, layout.paths, strict=True):
        _draw_figures(diagram, flow, wire.thickness, path, nodes)
    top = HEADER + layout.height + MARGIN
    bottom = _draw_legend(picture, flows, strongest, top, width)
    size = (f"{math.ceil(width)}", f"{math.ceil(bottom + MARGIN)}")
    picture.attrib |= {"width": size[0], "height": size[1], "viewBox": f"0 0 {' '.join(size)}"}
    picture.attrib |= {"role": "img", "fill": TEXT}
    indent(picture)
    return tostring(picture, encoding="unicode") + "\n"


# -- what is drawn


def _flows(links: Sequence[Mapping[str, Any]]) -> list[Flow]:
    """Return one flow per pair of nodes: both directions of a store or two-way link are merged."""
    found: dict[tuple[frozenset[str], str], Flow] = {}
    for link in sorted(links, key=lambda link: -link["kwh"]):
        ends = frozenset((link["source"], link["target"])), link["carrier"]
        there = found.get(ends)
        found[ends] = (
            Flow(link["source"], link["target"], link["carrier"], link["kwh"])
            if there is None
            else Flow(there.source, there.target, there.carrier, there.kwh, link["kwh"])
        )
    return list(found.values())


def _node(node: Mapping[str, Any], flows: Sequence[Flow], plan: Mapping[str, Any]) -> Node:
    name, kind = node["id"], node["kind"]
    touching = [flow for flow in flows if name in (flow.source, flow.target)]
    label = [printable(node["label"])] if kind == "carrier" else lines_of(node["label"])
    carrier = node.get("carrier") or touching[0].carrier
    device = node.get("like") or node.get("device")
    technology = technology_look(device) if device else None
    measures = list(_measures(node, touching, plan))
    return Node(kind, label, measures, carrier_look(carrier), technology)


def _measures(
    node: Mapping[str, Any], touching: Sequence[Flow], plan: Mapping[str, Any]
) -> Iterator[str]:
    kind, name = node["kind"], node["id"].split(":", 1)[1]
    if kind in ("supply", "demand", "export"):
        role = "Missing" if node["id"] == UNSERVED else kind.capitalize()
        yield f"{role} {energy(sum(flow.kwh for flow in touching))}"
        trades = {"supply": plan["supplies"], "export": plan["exports"]}.get(kind, ())
        for trade in trades:
            if trade["name"] == name:
                yield f"peak {amount(trade['peak_kw'], 'kW')}"
    elif kind == "device":
        yield amount(node["size"], node["unit"])
    elif kind == "storage":
        power = next(d["power_kw"] for d in plan["devices"] if d["name"] == node["device"])
        yield f"{amount(node['size'], node['unit'])}, {amount(power, 'kW')}"
        yield f"gives {energy(min(flow.back or flow.kwh for flow in touching))}"


def _wire(flow: Flow, strongest: float, nodes: Mapping[str, Node]) -> Wire:
    room = width_of("→ 88.8 GWh  ← 88.8 GWh" if flow.back else "88.8 GWh", FIGURE)
    source, target = (
        room if nodes[end].kind == "device" else 0.0 for end in (flow.source, flow.target)
    )
    return Wire(flow.source, flow.target, flow.thickness(strongest), (source, target))


def _head(thickness: float) -> float:
    """Return the length of a wire's arrowhead."""
    return SHAPES.head_length + SHAPES.head_per_width * thickness


def _costs(plan: Mapping[str, Any], currency: str) -> str:
    return (
        f"{plan['cost_per_year']:,.0f} {currency} a year · "
        f"{plan['co2_kg_per_year'] / 1000:,.0f} t CO₂ a year · "
        f"{plan['investment']:,.0f} {currency} invested"
    )


def _proof(plan: Mapping[str, Any]) -> str:
    rests = f"Sized and run on {plan['basis'].replace('whole', 'the whole')}"
    gap = plan["gap"]
    return f"{rests}." if gap is None else f"{rests}; at most {percent(gap)} above the least cost."


# -- how it is drawn


def _draw_heading(picture: Element, heading: Sequence[str]) -> None:
    write(picture, MARGIN, MARGIN + 12, heading[0], TITLE, font_weight=600)
    for line, text in enumerate(heading[1:], start=1):
        y = MARGIN + 16 + line * 18
        write(picture, MARGIN, y, text, SUBTITLE, fill=MUTED)


def _draw_wire(diagram: Element, flow: Flow, thickness: float, path: Sequence[Point]) -> None:
    look, length = carrier_look(flow.carrier), _head(thickness)
    backwards, covered = list(reversed(path)), SHAPES.head_cover * length
    line = list(reversed(shortened(backwards, covered)))
    if flow.back:
        line = shortened(line, covered)
    wire = add(diagram, "g", fill="none")
    drawn = rounded(line)
    # A margin around the wire sets it apart from the wires that it crosses.
    add(wire, "path", d=drawn, stroke=PAPER, stroke_width=thickness + SHAPES.crossing_gap)
    add(wire, "path", d=drawn, stroke=look.ground, stroke_width=thickness)
    dash = {"stroke_dasharray": look.dash} if look.dash else {}
    add(wire, "path", d=drawn, stroke=look.colour, stroke_width=thickness, **dash)
    add(wire, "path", d=head(backwards, length), fill=look.colour)
    if flow.back:
        add(wire, "path", d=head(path, length), fill=look.colour)


def _draw_node(diagram: Element, node: Node, box: Box) -> None:
    place = group(diagram, box.x, box.y)
    if node.kind == "carrier":
        bar = {"width": box.width, "height": box.height}
        add(place, "rect", **bar, rx=SHAPES.bar_corner, fill=node.look.colour)
        _write_centred(
            place, box.width / 2, -8.0, node.label[0], SHAPES.label_size, font_weight=600
        )
        return
    ends = min(SHAPES.end_corner, box.height / 2)
    radius = SHAPES.device_corner if node.kind == "device" else ends
    style = {"fill": PAPER, "stroke": node.look.colour, "stroke_width": SHAPES.outline}
    add(place, "rect", width=box.width, height=box.height, rx=radius, **style)
    if node.technology:
        _draw_mark(place, node, box)
    top = (box.height - (len(node.label) + len(node.measures)) * SHAPES.line_height) / 2
    for line, text in enumerate([*node.label, *node.measures]):
        named = line < len(node.label)
        style = {"font_weight": 600} if named else {"fill": MUTED}
        baseline = top + (line + 0.75) * SHAPES.line_height
        size = SHAPES.label_size if named else SHAPES.measure_size
        _write_centred(place, box.width / 2, baseline, text, size, **style)


def _draw_mark(place: Element, node: Node, box: Box) -> None:
    """Mark a device at its left side, and a store at both ends, in its technology's colour."""
    assert node.technology
    if node.kind == "storage":
        margin, inset = SHAPES.tank_end_margin, SHAPES.tank_end_inset
        sides = [inset, box.width - inset]
    else:
        margin, sides = SHAPES.mark_margin, [SHAPES.mark_inset]
    for x in sides:
        line = f"M{px(x)} {px(margin)}V{px(box.height - margin)}"
        style = {"stroke": node.technology.colour, "stroke_width": SHAPES.mark_width}
        add(place, "path", d=line, **style)


def _write_centred(
    parent: Element, x: float, y: float, text: str, size: float, **style: Any
) -> None:
    write(parent, x, y, text, size, text_anchor="middle", **style)


def _draw_figures(
    diagram: Element, flow: Flow, thickness: float, path: Sequence[Point], nodes: Mapping[str, Node]
) -> None:
    """Write a wire's energy above it, where it meets a device."""
    figure, rightwards = energy(flow.kwh), path[0][0] < path[-1][0]
    if flow.back:
        there, back = ("→", "←") if rightwards else ("←", "→")
        figure = f"{there} {figure}  {back} {energy(flow.back)}"
    for end, (x, y) in ((flow.source, path[0]), (flow.target, path[-1])):
        if nodes[end].kind == "device":
            out = (end == flow.source) == rightwards
            anchor, x = ("start", x + 5) if out else ("end", x - 5)
            y -= thickness / 2 + 3.5
            write(diagram, x, y, figure, FIGURE, text_anchor=anchor, fill=MUTED)


def _draw_legend(
    picture: Element, flows: Sequence[Flow], strongest: float, top: float, width: float
) -> float:
    """Draw the legend of colours and widths, in as many rows as needed; return its lowest y."""
    samples = {
        carrier_kind(flow.carrier).capitalize(): (carrier_look(flow.carrier), SAMPLE_WIDTH)
        for flow in flows
    }
    round_figure = 10 ** math.floor(math.log10(strongest))
    for kwh in (round_figure, round_figure / 10):
        scale = Flow("", "", "", kwh).thickness(strongest)
        samples[f"{energy(kwh)} a year"] = (Look(MUTED), scale)
    x = MARGIN
    for name, (look, thickness) in samples.items():
        room = SAMPLE + 8 + width_of(name, SHAPES.measure_size) + 24
        if x > MARGIN and x + room > width - MARGIN:
            x, top = MARGIN, top + 1.5 * SHAPES.line_height
        dash = {"stroke_dasharray": look.dash} if look.dash else {}
        line = {"d": f"M{x:g} {top:g}h{SAMPLE:g}", "stroke_width": thickness}
        add(picture, "path", **line, stroke=look.ground)
        add(picture, "path", **line, stroke=look.colour, **dash)
        write(picture, x + SAMPLE + 8, top + 4, printable(name), SHAPES.measure_size, fill=MUTED)
        x += room
    return top
