// The single-line diagram of a plan's graph: measured, laid out, drawn, explorable, with its legend.

import '../style/diagram.css';
import { html, svg } from '../element.ts';
import { type Caption, caption } from './caption.ts';
import { carrierLook, carrierName } from './carriers.ts';
import { draw, LINE, type Scene } from './drawing.ts';
import { explore } from './exploring.ts';
import { flowsByNode } from './flows.ts';
import { type Graph, type GraphNode, wires as wiresOf } from './graph.ts';
import { type Extent, layOut } from './layout.ts';

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

export async function diagram(graph: Graph): Promise<HTMLElement> {
  const { nodes } = graph;
  const wires = wiresOf(graph);
  const flows = flowsByNode(graph);
  const captions = new Map(nodes.map((node) => [node.id, caption(node, flows.get(node.id) ?? [])]));
  const layout = await layOut(nodes, wires, extents(nodes, captions));
  const scene: Scene = { nodes, wires, flows, captions, layout };
  const drawing = draw(scene);
  drawing.svg.style.minWidth = `${layout.width * SMALLEST_SCALE}px`;
  const note = explore(scene, drawing);
  const carriers = new Set(
    graph.links.map(({ carrier }) => carrierName(carrier.split('@')[0] ?? '')),
  );
  return html(
    'figure',
    { class: 'diagram' },
    // A wide one scrolls by itself; by keyboard it follows the focus.
    html(
      'div',
      { class: 'diagram-frame' },
      html('div', { class: 'diagram-scroll' }, drawing.svg),
      note,
    ),
    html('figcaption', {}, html('ul', { class: 'legend' }, ...[...carriers].map(legendEntry))),
  );
}

/** How large the box of each node must be for its caption. */
function extents(
  nodes: readonly GraphNode[],
  captions: ReadonlyMap<string, Caption>,
): Map<string, Extent> {
  const textWidth = ruler();
  const found = new Map<string, Extent>();
  for (const { id, kind } of nodes) {
    const { label, measure } = captions.get(id) ?? { label: [], measure: '' };
    const widest = Math.max(
      ...label.map((line) => textWidth(line, 'label')),
      textWidth(measure, 'measure'),
    );
    if (kind === 'carrier') {
      found.set(id, { width: widest, height: NAME });
    } else {
      const width = widest + (kind === 'storage' ? STORE_PADDING : PADDING);
      const height = (label.length + 1) * LINE + BLANK;
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
  const name = html('span', {}, carrier);
  return html('li', { class: `carrier-${carrierLook(carrier)}` }, sample, name);
}
