// The energy system diagram of the plans' graphs: measured, laid out, drawn, interactive, with its
// legend.

import '../style/diagram.css';
import './look-style.ts';
import { html, svg } from '../dom/element.ts';
import { carrierName } from './carriers.ts';
import { draw, type Scene, strength } from './drawing.ts';
import { flowsByNode } from './flows.ts';
import {
  carried,
  type Graph,
  type GraphNode,
  union,
  type Wire,
  wires as wiresOf,
} from './graph.ts';
import { explore } from './interaction.ts';
import { type Extent, type Layout, layOut } from './layout.ts';
import { carrierLook, SHAPES } from './look.ts';
import { type Caption, caption } from './node-caption.ts';
import { TYPE_SIZES, type TypeSizes } from './type-sizes.ts';

/** A store's rounded ends are closed off: what they take, px. */
const STORE_ENDS = 20;
/** Above and below the text of a box together. */
const BLANK = 10;
/** Of the name above a busbar. */
const NAME = 20;
/** Below this usual type can't be read, so it scrolls instead of shrinking further. */
const SMALLEST_SCALE = 0.85;

/** Of the screen, px. */
export interface Room {
  width: number;
  height: number;
  /** How large a label's type should be, where that can be. */
  type: number;
}

/** A place that a diagram fills as it can be read best: to be looked at from across the room. */
export function roomOf({ clientWidth: width, clientHeight: height }: HTMLElement): Room {
  return { width, height, type: Infinity };
}

/** What the diagrams of the same plans have in common. */
interface Common {
  graphs: readonly Graph[];
  whole: Graph;
  wires: readonly Wire[];
  layout: Layout;
  lettering: TypeSizes;
}

/** The diagram of several plans, one of which is shown: laid out once, so that nothing jumps. */
export class Diagram {
  readonly element: HTMLElement;
  private readonly graphs: readonly Graph[];
  private readonly whole: Graph;
  private readonly wires: readonly Wire[];
  private readonly layout: Layout;
  private readonly lettering: TypeSizes;
  private readonly frame = html('div', { class: 'diagram-frame' });
  private readonly pin: (node: string) => void;
  private drawn: Map<string, SVGGElement> = new Map();
  private lightUp: (node: string | undefined) => void = () => {};
  private pinned: string | undefined;

  /**
   * pin: called with a node's id when it is clicked on or entered.
   * room: what it fills, where that may be too little for the usual lettering.
   */
  static async of(
    graphs: readonly Graph[],
    pin: (node: string) => void,
    room?: Room,
  ): Promise<Diagram> {
    return new Diagram(await common(graphs, room), pin);
  }

  /** One of each plan, to stand side by side. */
  static async each(
    graphs: readonly Graph[],
    pin: (node: string) => void,
    room: Room,
  ): Promise<Diagram[]> {
    const shared = await common(graphs, room);
    return graphs.map((_, plan) => {
      const diagram = new Diagram(shared, pin);
      diagram.show(plan);
      return diagram;
    });
  }

  private constructor(
    { graphs, whole, wires, layout, lettering }: Common,
    pin: (node: string) => void,
  ) {
    this.graphs = graphs;
    this.whole = whole;
    this.wires = wires;
    this.layout = layout;
    this.lettering = lettering;
    this.pin = pin;
    const carriers = new Set(whole.links.map(({ carrier }) => carrier.split('@')[0] ?? ''));
    const legend = html('ul', { class: 'legend' }, ...[...carriers].map(legendEntry));
    const caption = html('figcaption', {}, legend);
    this.element = html('figure', { class: 'diagram' }, this.frame, caption);
  }

  /** Draws one of the plans, by its place; what it doesn't use is faded. */
  show(plan: number): void {
    const graph = this.graphs[plan];
    if (!graph) return;
    const focused = document.activeElement?.getAttribute('data-node-id');
    const scroll = this.frame.querySelector('.diagram-scroll')?.scrollLeft ?? 0;
    const scene: Scene = {
      nodes: this.whole.nodes,
      wires: carried(this.wires, graph),
      flows: flowsByNode(graph),
      captions: captionsOf(this.whole, graph, this.lettering),
      layout: this.layout,
      scale: this.lettering.scale,
      strongest: Math.max(...this.wires.map(strength), 1),
    };
    const drawing = draw(scene);
    const width = this.layout.width / this.lettering.scale;
    drawing.svg.style.minWidth = `calc(${width}px * var(--smallest-scale, ${SMALLEST_SCALE}))`;
    const { note, light } = explore(scene, drawing, this.pin);
    this.lightUp = light;
    // A wide one scrolls by itself; by keyboard it follows the focus.
    const scrolled = html('div', { class: 'diagram-scroll' }, drawing.svg);
    this.frame.replaceChildren(scrolled, note);
    scrolled.scrollLeft = scroll;
    this.drawn = drawing.nodes;
    this.mark(this.pinned);
    if (focused) this.drawn.get(focused)?.focus({ preventScroll: true });
  }

  /** Lights up a node and its wires, as if it were pointed at, or nothing. */
  light(node: string | undefined): void {
    this.lightUp(node);
  }

  /** Marks the node that is pinned, if any. */
  mark(pinned: string | undefined): void {
    this.pinned = pinned;
    for (const [id, node] of this.drawn) node.setAttribute('aria-pressed', String(id === pinned));
  }
}

/** In the first lettering that can be read in the room, or the one that can be read best. */
async function common(graphs: readonly Graph[], room?: Room): Promise<Common> {
  const whole = union(graphs);
  const wires = wiresOf(whole);
  let best: Common | undefined;
  for (const lettering of TYPE_SIZES) {
    const captions = graphs.map((graph) => captionsOf(whole, graph, lettering));
    const measured = extents(whole.nodes, captions, lettering);
    const layout = await layOut(whole.nodes, wires, measured, lettering.gap);
    const one = { graphs, whole, wires, layout, lettering };
    if (!room || typeIn(room, one) >= room.type) return one;
    if (!best || typeIn(room, one) > typeIn(room, best)) best = one;
  }
  return best as Common;
}

/** How large a label's type is where the diagram fills the room, px. */
function typeIn({ width, height }: Room, { layout, lettering }: Common): number {
  return (
    SHAPES.label_size * lettering.scale * Math.min(width / layout.width, height / layout.height)
  );
}

/** What stands in the boxes for one plan; in those that it doesn't use, what they are. */
function captionsOf(whole: Graph, graph: Graph, lettering: TypeSizes): Map<string, Caption> {
  const own = new Map(graph.nodes.map((node) => [node.id, node]));
  const flows = flowsByNode(graph);
  return new Map(
    whole.nodes.map((node) => {
      const used = own.get(node.id);
      const text = caption(used ?? node, flows.get(node.id) ?? [], lettering);
      return [node.id, used ? text : { ...text, measure: [] }];
    }),
  );
}

/** How large the box of each node must be for its caption in any of the plans. */
function extents(
  nodes: readonly GraphNode[],
  captions: readonly ReadonlyMap<string, Caption>[],
  { scale, padding, narrowest }: TypeSizes,
): Map<string, Extent> {
  const textWidth = ruler(scale);
  const found = new Map<string, Extent>();
  for (const { id, kind } of nodes) {
    const texts = captions.flatMap((ofPlan) => ofPlan.get(id) ?? []);
    const lines = Math.max(...texts.map(({ label, measure }) => label.length + measure.length));
    const widest = Math.max(
      ...texts.flatMap(({ label, measure }) => [
        ...label.map((line) => textWidth(line, 'label')),
        ...measure.map((line) => textWidth(line, 'measure')),
      ]),
    );
    if (kind === 'carrier') {
      found.set(id, { width: widest, height: NAME * scale });
    } else {
      const width = widest + padding + (kind === 'storage' ? STORE_ENDS : 0);
      const height = (lines * SHAPES.line_height + BLANK) * scale;
      found.set(id, { width: Math.max(narrowest, width), height });
    }
  }
  return found;
}

/** How wide a text is in the diagram's own type, px. */
function ruler(scale: number): (text: string, style: 'label' | 'measure') => number {
  const family = getComputedStyle(document.body).fontFamily;
  const context = document.createElement('canvas').getContext('2d');
  const font = {
    label: `600 ${SHAPES.label_size * scale}px ${family}`,
    measure: `${SHAPES.measure_size * scale}px ${family}`,
  };
  return (text, style) => {
    if (!context) return text.length * 7.5 * scale;
    context.font = font[style];
    return Math.ceil(context.measureText(text).width);
  };
}

function legendEntry(carrier: string): HTMLElement {
  const line = { d: 'M0 5h34', 'stroke-width': 5 };
  const sample = svg(
    'svg',
    { width: 34, height: 10, 'aria-hidden': 'true' },
    svg('path', { ...line, class: 'wire-ground' }),
    svg('path', { ...line, class: 'wire-line' }),
  );
  const name = html('span', {}, carrierName(carrier));
  return html('li', { class: `carrier-${carrierLook(carrier)}` }, sample, name);
}
