// The single-line diagram of plans' graphs: measured, laid out, drawn, explorable, with its legend.

import '../style/diagram.css';
import { html, svg } from '../element.ts';
import { type Caption, caption } from './caption.ts';
import { carrierLook, carrierName } from './carriers.ts';
import { draw, LINE, type Scene, strength } from './drawing.ts';
import { explore } from './exploring.ts';
import { flowsByNode } from './flows.ts';
import {
  carried,
  type Graph,
  type GraphNode,
  union,
  type Wire,
  wires as wiresOf,
} from './graph.ts';
import { type Extent, type Layout, layOut } from './layout.ts';

/** Around a box's text, px. */
const PADDING = 28;
/** A store's rounded ends are closed off. */
const STORE_PADDING = 48;
const NARROWEST = 92;
/** Above and below the text of a box together. */
const BLANK = 10;
/** Of the name above a busbar. */
const NAME = 20;
/** Below this it can't be read, so it scrolls instead of shrinking further. */
const SMALLEST_SCALE = 0.85;

/** What the diagrams of the same plans have in common. */
interface Common {
  graphs: readonly Graph[];
  whole: Graph;
  wires: readonly Wire[];
  layout: Layout;
}

/** The diagram of several plans, one of which is shown: laid out once, so that nothing jumps. */
export class Diagram {
  readonly element: HTMLElement;
  private readonly graphs: readonly Graph[];
  private readonly whole: Graph;
  private readonly wires: readonly Wire[];
  private readonly layout: Layout;
  private readonly frame = html('div', { class: 'diagram-frame' });
  private readonly pin: (node: string) => void;
  private drawn: Map<string, SVGGElement> = new Map();
  private lightUp: (node: string | undefined) => void = () => {};
  private pinned: string | undefined;

  /** pin: called with a node's id when it is clicked on or entered. */
  static async of(graphs: readonly Graph[], pin: (node: string) => void): Promise<Diagram> {
    return new Diagram(await common(graphs), pin);
  }

  /** One of each plan, to stand side by side. */
  static async each(graphs: readonly Graph[], pin: (node: string) => void): Promise<Diagram[]> {
    const shared = await common(graphs);
    return graphs.map((_, plan) => {
      const diagram = new Diagram(shared, pin);
      diagram.show(plan);
      return diagram;
    });
  }

  private constructor({ graphs, whole, wires, layout }: Common, pin: (node: string) => void) {
    this.graphs = graphs;
    this.whole = whole;
    this.wires = wires;
    this.layout = layout;
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
      captions: captionsOf(this.whole, graph),
      layout: this.layout,
      strongest: Math.max(...this.wires.map(strength), 1),
    };
    const drawing = draw(scene);
    drawing.svg.style.minWidth = `calc(${this.layout.width}px * var(--smallest-scale, ${SMALLEST_SCALE}))`;
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

async function common(graphs: readonly Graph[]): Promise<Common> {
  const whole = union(graphs);
  const wires = wiresOf(whole);
  const captions = graphs.map((graph) => captionsOf(whole, graph));
  const layout = await layOut(whole.nodes, wires, extents(whole.nodes, captions));
  return { graphs, whole, wires, layout };
}

/** What stands in the boxes for one plan; in those that it doesn't use, what they are. */
function captionsOf(whole: Graph, graph: Graph): Map<string, Caption> {
  const own = new Map(graph.nodes.map((node) => [node.id, node]));
  const flows = flowsByNode(graph);
  return new Map(
    whole.nodes.map((node) => {
      const used = own.get(node.id);
      const text = caption(used ?? node, flows.get(node.id) ?? []);
      return [node.id, used ? text : { ...text, measure: '' }];
    }),
  );
}

/** How large the box of each node must be for its caption in any of the plans. */
function extents(
  nodes: readonly GraphNode[],
  captions: readonly ReadonlyMap<string, Caption>[],
): Map<string, Extent> {
  const textWidth = ruler();
  const found = new Map<string, Extent>();
  for (const { id, kind } of nodes) {
    const texts = captions.flatMap((ofPlan) => ofPlan.get(id) ?? []);
    const lines = Math.max(...texts.map(({ label }) => label.length));
    const widest = Math.max(
      ...texts.flatMap(({ label, measure }) => [
        ...label.map((line) => textWidth(line, 'label')),
        textWidth(measure, 'measure'),
      ]),
    );
    if (kind === 'carrier') {
      found.set(id, { width: widest, height: NAME });
    } else {
      const width = widest + (kind === 'storage' ? STORE_PADDING : PADDING);
      const height = (lines + 1) * LINE + BLANK;
      found.set(id, { width: Math.max(NARROWEST, width), height });
    }
  }
  return found;
}

/** How wide a text is in the diagram's own type, px. */
function ruler(): (text: string, style: 'label' | 'measure') => number {
  const family = getComputedStyle(document.body).fontFamily;
  const context = document.createElement('canvas').getContext('2d');
  const font = { label: `600 13px ${family}`, measure: `12px ${family}` };
  return (text, style) => {
    if (!context) return text.length * 7.5;
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
