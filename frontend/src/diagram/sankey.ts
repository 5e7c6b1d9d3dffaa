// The Sankey diagram of the plans' graphs: a year's energy as ribbons, with one layout for all
// plans. A store is a badge on its bus, a return a dashed ribbon. Loaded when it is chosen.

import '../style/diagram.css';
import './look-style.ts';
import { html, svg } from '../dom/element.ts';
import { energy } from '../i18n/format.ts';
import { t } from '../i18n/texts.ts';
import { flowsByNode, mainCarrier } from './flows.ts';
import { type Graph, type GraphNode, union } from './graph.ts';
import { type Bar, type Layout, layOutBars } from './layout.ts';
import { carrierLook, SHAPES } from './look.ts';
import { cut, ROLE } from './node-caption.ts';
import { type Badge, parted, type Ribbon, ribbons, sizes } from './ribbons.ts';

const BAR = 12;
/** Of the bar through which most flows, px. */
const TALLEST = 150;
const LABEL = { width: 118, height: 34 };
/** Below the lowest bar, for each return. */
const RETURN = 14;

export class Sankey {
  readonly element = html('figure', { class: 'diagram diagram-scroll' });
  private readonly graphs: readonly Graph[];
  private readonly whole: Graph;
  private readonly layout: Layout;
  private readonly perKwh: number;
  private readonly pin: (node: string) => void;
  private pinned: string | undefined;

  /** pin: called with a node's id when it is clicked on or entered. */
  static async of(graphs: readonly Graph[], pin: (node: string) => void): Promise<Sankey> {
    const whole = union(graphs);
    const { flows, badges } = parted(whole);
    const through = sizes(flows);
    const perKwh = TALLEST / Math.max(...through.values(), 1);
    const bars = [...through].map(([id, kwh]): Bar => {
      const hung = badges.filter(({ bus }) => bus === id).length * SHAPES.line_height;
      const below = { width: LABEL.width, height: hung };
      return { id, width: BAR, height: Math.max(3, kwh * perKwh), above: LABEL, below };
    });
    const layout = await layOutBars(bars, flows);
    return new Sankey(graphs, whole, layout, perKwh, pin);
  }

  private constructor(
    graphs: readonly Graph[],
    whole: Graph,
    layout: Layout,
    perKwh: number,
    pin: (node: string) => void,
  ) {
    this.graphs = graphs;
    this.whole = whole;
    this.layout = layout;
    this.perKwh = perKwh;
    this.pin = pin;
  }

  /** Draws one of the plans, by its place. */
  show(plan: number): void {
    const graph = this.graphs[plan];
    if (!graph) return;
    const focused = document.activeElement?.getAttribute('data-node-id');
    const { flows, badges } = parted(graph);
    const drawn = ribbons(flows, this.layout, this.perKwh);
    const returning = drawn.filter(({ returns }) => returns);
    const { width, height } = this.layout;
    const bottom = height + returning.length * RETURN;
    const names = new Map(this.whole.nodes.map(({ id, label }) => [id, label]));
    const through = sizes(flows);
    const byNode = flowsByNode(graph);
    const picture = svg(
      'svg',
      {
        class: 'sankey',
        'data-picture': '',
        viewBox: `0 0 ${Math.ceil(width)} ${Math.ceil(bottom)}`,
        width: Math.ceil(width),
        height: Math.ceil(bottom),
        role: 'group',
        'aria-label': t('The energy of a year as a Sankey diagram'),
      },
      ...drawn
        .filter(({ returns }) => !returns)
        .toSorted((a, b) => b.thickness - a.thickness)
        .map((ribbon) => drawRibbon(ribbon, names)),
      ...returning.map((ribbon, at) => drawReturn(ribbon, height + at * RETURN, names)),
      ...this.whole.nodes.flatMap((node) => {
        const kwh = through.get(node.id);
        const look = carrierLook(mainCarrier(node, byNode.get(node.id) ?? []));
        return this.drawBar(node, look, kwh, badges, names);
      }),
    );
    picture.style.minWidth = `${width * 0.85}px`;
    this.element.replaceChildren(picture);
    this.mark(this.pinned);
    if (focused) this.node(focused)?.focus({ preventScroll: true });
  }

  /** Marks the node that is pinned, if any. */
  mark(pinned: string | undefined): void {
    this.pinned = pinned;
    for (const bar of this.element.querySelectorAll('[data-node-id]')) {
      bar.setAttribute('aria-pressed', String(bar.getAttribute('data-node-id') === pinned));
    }
  }

  private node(id: string): SVGElement | null {
    return this.element.querySelector(`[data-node-id="${CSS.escape(id)}"]`);
  }

  private drawBar(
    node: GraphNode,
    look: string,
    kwh: number | undefined,
    badges: readonly Badge[],
    names: ReadonlyMap<string, string>,
  ): SVGElement[] {
    const box = this.layout.boxes.get(node.id);
    if (!box) return [];
    const used = kwh !== undefined;
    const role = ROLE[node.kind];
    const amount = used ? `${role ? `${role} ` : ''}${energy(kwh)}` : '';
    // Its place has room for the largest of the plans.
    const height = Math.max(3, (kwh ?? 0) * this.perKwh);
    const middle = BAR / 2;
    const text = (style: string, y: number, words: string) =>
      svg('text', { class: style, x: middle, y, 'text-anchor': 'middle' }, words);
    const hung = badges
      .filter(({ bus }) => bus === node.id)
      .map(({ store, kwh: stored }) => `⇄ ${cut(names.get(store) ?? store)} ${energy(stored)}`);
    const group = svg(
      'g',
      {
        class: `node node-carrier carrier-${look}${used ? '' : ' unused'}`,
        transform: `translate(${box.x} ${box.y})`,
        'data-node-id': node.id,
        tabindex: used ? 0 : -1,
        role: 'button',
        'aria-pressed': 'false',
        'aria-label': [node.label, amount, ...hung].filter(Boolean).join(', '),
      },
      svg('rect', {
        class: 'reach',
        x: -10,
        y: -LABEL.height,
        width: BAR + 20,
        height: box.height + LABEL.height,
      }),
      svg('rect', {
        class: 'shape',
        width: BAR,
        height: used ? height : box.height,
        rx: SHAPES.bar_corner,
      }),
      text('label', -20, cut(node.label)),
      // Not seen, but read: without the blanks the words of two lines are one.
      ' ',
      text('measure', -5, amount),
      ...hung.flatMap((words, at) => [
        ' ',
        text('measure badge-text', height + (at + 0.85) * SHAPES.line_height, words),
      ]),
    );
    if (used) this.answer(group, node.id);
    return [group];
  }

  private answer(group: SVGGElement, id: string): void {
    group.addEventListener('click', () => this.pin(id));
    group.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      this.pin(id);
    });
  }
}

function drawRibbon(ribbon: Ribbon, names: ReadonlyMap<string, string>): SVGElement {
  const { from, to, thickness } = ribbon;
  const half = (to.x - from.x) / 2;
  const d = `M${from.x} ${from.y}C${from.x + half} ${from.y} ${to.x - half} ${to.y} ${to.x} ${to.y}`;
  const width = Math.max(1, thickness);
  return svg(
    'path',
    { class: `ribbon carrier-${carrierLook(ribbon.carrier)}`, d, 'stroke-width': width },
    svg('title', {}, inWords(ribbon, names)),
  );
}

/** Out at the right, under all bars, and in again from the left. */
function drawReturn(
  ribbon: Ribbon,
  bottom: number,
  names: ReadonlyMap<string, string>,
): SVGElement {
  const { from, to, thickness } = ribbon;
  const d =
    `M${from.x} ${from.y}h8q10 0 10 10V${bottom - 10}q0 10 -10 10H${to.x - 8}` +
    `q-10 0 -10 -10V${to.y + 10}q0 -10 10 -10h8`;
  const width = Math.min(8, Math.max(1.5, thickness));
  return svg(
    'path',
    { class: `ribbon return carrier-${carrierLook(ribbon.carrier)}`, d, 'stroke-width': width },
    svg('title', {}, inWords(ribbon, names)),
  );
}

function inWords({ source, target, kwh }: Ribbon, names: ReadonlyMap<string, string>): string {
  return `${names.get(source) ?? source} → ${names.get(target) ?? target}: ${energy(kwh)}`;
}
