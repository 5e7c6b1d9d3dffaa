// Draws a graph that is laid out as an energy system diagram: carriers are vertical busbars, devices
// boxes, stores rounded boxes with an arrow at both ends of their wire, supplies, demands and
// exports pills. A wire's width grows with the square root of its energy.

import { svg } from '../dom/element.ts';
import { t } from '../i18n/texts.ts';
import { describe, type Flow, mainCarrier } from './flows.ts';
import type { GraphNode, Wire } from './graph.ts';
import type { Box, Layout, Point } from './layout.ts';
import { carrierLook, deviceClass, SHAPES } from './look.ts';
import type { Caption } from './node-caption.ts';

/** What is said of a node that another plan has. */
export const NOT_USED = t('Not in this plan');

export interface Drawing {
  svg: SVGSVGElement;
  /** By node id. */
  nodes: Map<string, SVGGElement>;
  /** In the order of the wires. */
  wires: SVGGElement[];
}

/** A graph and all that is known of how to draw it; maps are by node id. */
export interface Scene {
  nodes: readonly GraphNode[];
  /** One that carries nothing is not in use. */
  wires: readonly Wire[];
  /** Of the nodes that are in use, and of no other. */
  flows: ReadonlyMap<string, Flow[]>;
  captions: ReadonlyMap<string, Caption>;
  layout: Layout;
  /** Of the type. */
  scale: number;
  /** What the thickest wire carries, kWh a year. */
  strongest: number;
}

export function draw({ nodes, wires, flows, captions, layout, scale, strongest }: Scene): Drawing {
  const drawnWires = wires.map((wire, index) => {
    const share = Math.sqrt(strength(wire) / strongest);
    const width = SHAPES.thinnest + (SHAPES.thickest - SHAPES.thinnest) * share;
    return drawWire(wire, layout.paths[index] ?? [], width);
  });
  const drawnNodes = new Map<string, SVGGElement>();
  // Ids are unique on the page, which may have several drawings.
  const drawing = Math.random().toString(36).slice(2);
  for (const node of nodes) {
    const box = layout.boxes.get(node.id);
    const caption = captions.get(node.id);
    if (!box || !caption) continue;
    const noteId = `flows-${drawing}-${drawnNodes.size}`;
    drawnNodes.set(node.id, drawNode(node, box, caption, scale, flows.get(node.id), noteId));
  }
  const width = Math.ceil(layout.width);
  const height = Math.ceil(layout.height);
  const picture = svg(
    'svg',
    {
      class: 'energy-system-diagram',
      'data-picture': '',
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'group',
      tabindex: 0,
      'aria-label': t(
        'Energy system diagram of the plan. Arrow keys go from node to node, Enter shows how one is run.',
      ),
    },
    // The thin ones last: a thick one would hide them.
    ...drawnWires.toSorted((a, b) => Number(b.dataset.width) - Number(a.dataset.width)),
    ...drawnNodes.values(),
  );
  picture.style.setProperty('--lettering', String(scale));
  return { svg: picture, nodes: drawnNodes, wires: drawnWires };
}

export function strength({ kwh, back = 0 }: Wire): number {
  return Math.max(kwh, back);
}

function drawWire(wire: Wire, path: Point[], width: number): SVGGElement {
  const head = SHAPES.head_length + SHAPES.head_per_width * width;
  const backHead = wire.back === undefined ? 0 : head;
  const line = rounded(shortened(path, backHead, head));
  const group = svg(
    'g',
    {
      class: classes('wire', wire.carrier, strength(wire) > 0),
      'data-link': `${wire.source}→${wire.target}`,
      'data-width': width.toFixed(2),
    },
    // Where wires cross, the upper one stands off from the lower.
    svg('path', { class: 'wire-gap', d: line, 'stroke-width': width + SHAPES.crossing_gap }),
    svg('path', { class: 'wire-ground', d: line, 'stroke-width': width }),
    svg('path', { class: 'wire-line', d: line, 'stroke-width': width }),
    svg('path', { class: 'wire-head', d: arrowhead(path.toReversed(), head) }),
  );
  if (backHead) group.append(svg('path', { class: 'wire-head', d: arrowhead(path, backHead) }));
  // Thin wires are hard to hit with the pointer.
  group.append(svg('path', { class: 'wire-reach', d: line, 'stroke-width': Math.max(14, width) }));
  return group;
}

function drawNode(
  node: GraphNode,
  box: Box,
  { label, measure }: Caption,
  scale: number,
  flows: readonly Flow[] | undefined,
  noteId: string,
): SVGGElement {
  const { x, y, width, height } = box;
  const used = flows !== undefined;
  const carrier = mainCarrier(node, flows ?? []);
  const group = svg(
    'g',
    {
      class: `node-${node.kind} ${classes('node', carrier, used)}`,
      'data-node-id': node.id,
      transform: `translate(${x} ${y})`,
      tabindex: -1,
      role: 'button',
      'aria-pressed': 'false',
      'aria-disabled': String(!used),
      'aria-label': [node.label, ...(measure.length > 0 ? [measure.join(' ')] : [])].join(', '),
      'aria-describedby': noteId,
    },
    svg('desc', { id: noteId }, used ? describe(flows) : NOT_USED),
  );
  const text = (style: string, baseline: number, words: string) =>
    svg('text', { class: style, x: width / 2, y: baseline, 'text-anchor': 'middle' }, words);
  if (node.kind === 'carrier') {
    group.append(
      svg('rect', { class: 'reach', x: -10, width: width + 20, height }),
      svg('rect', { class: 'shape', width, height, rx: SHAPES.bar_corner }),
      text('label', -8, label[0] ?? ''),
    );
    return group;
  }
  const ends = Math.min(SHAPES.end_corner, height / 2);
  const rx = node.kind === 'device' ? SHAPES.device_corner : ends;
  group.append(svg('rect', { class: 'shape', width, height, rx }));
  const technology = deviceClass(node);
  if (technology) group.append(drawMark(node, box, technology));
  const line = SHAPES.line_height * scale;
  const top = (height - (label.length + measure.length) * line) / 2;
  const baseline = (place: number) => top + (place + 0.75) * line;
  group.append(
    // Not seen, but read: without the blanks the words of two lines are one.
    ...label.flatMap((words, place) => [text('label', baseline(place), words), ' ']),
    ...measure.flatMap((words, place) => [
      text('measure', baseline(label.length + place), words),
      ' ',
    ]),
  );
  return group;
}

/** At a device's left side, and at both ends of a store, in its technology's colour. */
function drawMark({ kind }: GraphNode, { width, height }: Box, technology: string): SVGElement {
  const { tank_end_inset: end, tank_end_margin, mark_inset, mark_margin } = SHAPES;
  const isStore = kind === 'storage';
  const margin = isStore ? tank_end_margin : mark_margin;
  const sides = isStore ? [end, width - end] : [mark_inset];
  const d = sides.map((x) => `M${x} ${margin}V${height - margin}`).join('');
  return svg('path', { class: `mark ${technology}`, d });
}

function classes(kind: 'wire' | 'node', carrier: string, used: boolean): string {
  return `${kind} carrier-${carrierLook(carrier)}${used ? '' : ' unused'}`;
}

/** The path without what its heads cover, so that no line shows beside a head's point. */
function shortened(path: Point[], start: number, end: number): Point[] {
  const trimmed = (points: Point[], by: number): Point[] => {
    const [first, second, ...rest] = points;
    if (!first || !second) return points;
    const length = Math.hypot(second.x - first.x, second.y - first.y) || 1;
    const part = Math.min(by * SHAPES.head_cover, length) / length;
    const x = first.x + (second.x - first.x) * part;
    const y = first.y + (second.y - first.y) * part;
    return [{ x, y }, second, ...rest];
  };
  return trimmed(trimmed(path, start).toReversed(), end).toReversed();
}

/** A path through the points whose corners are rounded as far as there is room. */
function rounded(points: Point[]): string {
  return points
    .map((point, index) => {
      const before = points[index - 1];
      const after = points[index + 1];
      if (!before) return `M${point.x} ${point.y}`;
      if (!after) return `L${point.x} ${point.y}`;
      const enter = towards(point, before);
      const leave = towards(point, after);
      return `L${enter.x} ${enter.y}Q${point.x} ${point.y} ${leave.x} ${leave.y}`;
    })
    .join('');
}

/** From a corner towards its neighbour, at most half of the way. */
function towards(corner: Point, neighbour: Point): Point {
  const length = Math.hypot(neighbour.x - corner.x, neighbour.y - corner.y) || 1;
  const part = Math.min(SHAPES.wire_corner, length / 2) / length;
  return {
    x: corner.x + (neighbour.x - corner.x) * part,
    y: corner.y + (neighbour.y - corner.y) * part,
  };
}

/** A head whose point is where the path begins. */
function arrowhead([tip, next]: Point[], length: number): string {
  if (!tip || !next) return '';
  const distance = Math.hypot(next.x - tip.x, next.y - tip.y) || 1;
  const along = { x: (next.x - tip.x) / distance, y: (next.y - tip.y) / distance };
  const base = { x: tip.x + along.x * length, y: tip.y + along.y * length };
  const half = length * SHAPES.head_half_width;
  const left = `${base.x - along.y * half} ${base.y + along.x * half}`;
  const right = `${base.x + along.y * half} ${base.y - along.x * half}`;
  return `M${tip.x} ${tip.y}L${left}L${right}Z`;
}
