// Exploring a diagram by pointer and keyboard: the node or wire that is pointed at or focused shows
// its flows, and the rest fades; a click or Enter pins a node and shows its dispatch. The diagram
// is one tab stop. The arrow keys move within it: left and right along the largest flow, up and
// down to the nearest node.

import { html } from '../dom/element.ts';
import { energy } from '../i18n/format.ts';
import { t } from '../i18n/texts.ts';
import { carrierName } from './carriers.ts';
import { type Drawing, NOT_USED, type Scene, strength } from './drawing.ts';
import type { Flow } from './flows.ts';
import type { GraphNode, Wire } from './graph.ts';
import { carrierLook } from './look.ts';

interface Explored {
  /** To be put beside the drawing. */
  note: HTMLElement;
  /** Lights up a node without telling of it, or nothing. */
  light(node: string | undefined): void;
}

/** Makes the drawing answer. */
export function explore(scene: Scene, drawing: Drawing, pin: (node: string) => void): Explored {
  const { nodes, wires, flows, captions } = scene;
  const note = html('div', { class: 'diagram-note', 'aria-hidden': 'true' });
  note.hidden = true;

  const leave = () => {
    note.hidden = true;
    drawing.svg.classList.remove('exploring');
    for (const lit of drawing.svg.querySelectorAll('.lit')) lit.classList.remove('lit');
  };
  const lightUp = (lit: (Element | undefined)[]) => {
    leave();
    drawing.svg.classList.add('exploring');
    for (const element of lit) element?.classList.add('lit');
  };
  const enter = (at: Element, lit: (Element | undefined)[], text: Node[]) => {
    lightUp(lit);
    note.replaceChildren(...text);
    note.hidden = false;
    place(note, at);
  };
  const around = (id: string) => [
    drawing.nodes.get(id),
    ...wires.flatMap((wire, index) =>
      wire.source === id || wire.target === id
        ? [drawing.wires[index], drawing.nodes.get(wire.source), drawing.nodes.get(wire.target)]
        : [],
    ),
  ];

  for (const node of nodes) {
    const element = drawing.nodes.get(node.id);
    if (!element) continue;
    const show = () =>
      enter(
        element,
        around(node.id),
        aboutNode(node, captions.get(node.id)?.measure.join(' ') ?? '', flows.get(node.id)),
      );
    element.addEventListener('pointerenter', show);
    element.addEventListener('pointerleave', leave);
    element.addEventListener('focus', show);
    element.addEventListener('blur', leave);
    element.addEventListener('click', () => {
      element.focus({ preventScroll: true });
      if (flows.has(node.id)) pin(node.id);
    });
  }
  wires.forEach((wire, index) => {
    const element = drawing.wires[index];
    if (!element) return;
    const ends = [drawing.nodes.get(wire.source), drawing.nodes.get(wire.target)];
    element.addEventListener('pointerenter', () =>
      enter(element, [element, ...ends], aboutWire(wire, nodes)),
    );
    element.addEventListener('pointerleave', leave);
  });
  drawing.svg.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      drawing.svg.focus();
      return;
    }
    const current = document.activeElement?.getAttribute('data-node-id') ?? undefined;
    if (current !== undefined && (event.key === 'Enter' || event.key === ' ')) {
      event.preventDefault();
      if (flows.has(current)) pin(current);
      return;
    }
    const next = neighbour(event.key, current, scene);
    if (next === undefined) return;
    event.preventDefault();
    drawing.nodes.get(next)?.focus();
  });
  const light = (node: string | undefined) =>
    node === undefined ? leave() : lightUp(around(node));
  return { note, light };
}

/** Above the element, or below where there is no room; inside the diagram at either side. */
function place(note: HTMLElement, at: Element): void {
  const frame = note.offsetParent?.getBoundingClientRect();
  if (!frame) return;
  const target = at.getBoundingClientRect();
  const centre = target.left + target.width / 2 - frame.left;
  const left = Math.min(centre - note.offsetWidth / 2, frame.width - note.offsetWidth - 8);
  const above = target.top - frame.top - note.offsetHeight - 8;
  note.style.left = `${Math.max(8, left)}px`;
  note.style.top = `${above >= 0 ? above : target.bottom - frame.top + 8}px`;
}

function aboutNode(node: GraphNode, measure: string, flows: readonly Flow[] | undefined): Node[] {
  const title = html('strong', {}, node.label);
  if (!flows) return [html('p', {}, title), html('p', { class: 'muted' }, NOT_USED)];
  const lines = flows.map(({ direction, carrier, kwh, other }) =>
    line(
      carrier,
      direction === 'in' ? t('from %(node)s', { node: other }) : t('to %(node)s', { node: other }),
      energy(kwh),
    ),
  );
  const size = html('span', { class: 'muted' }, measure);
  return [html('p', {}, title, ' ', size), html('ul', {}, ...lines)];
}

function aboutWire(wire: Wire, nodes: readonly GraphNode[]): Node[] {
  const label = (id: string) => nodes.find((node) => node.id === id)?.label ?? id;
  const title = html('strong', {}, carrierName(wire.carrier));
  if (strength(wire) === 0) return [html('p', {}, title), html('p', { class: 'muted' }, NOT_USED)];
  const lines = [
    line(wire.carrier, `${label(wire.source)} → ${label(wire.target)}`, energy(wire.kwh)),
  ];
  if (wire.back !== undefined) {
    lines.push(
      line(wire.carrier, `${label(wire.target)} → ${label(wire.source)}`, energy(wire.back)),
    );
  }
  return [html('p', {}, title), html('ul', {}, ...lines)];
}

function line(carrier: string, text: string, amount: string): HTMLElement {
  return html(
    'li',
    { class: `carrier-${carrierLook(carrier)}` },
    html('span', { class: 'swatch' }),
    html('span', {}, text),
    html('span', { class: 'amount' }, amount),
  );
}

/** Where an arrow key leads from `current`, or from outside of the nodes. */
function neighbour(key: string, current: string | undefined, scene: Scene): string | undefined {
  const { layout, flows } = scene;
  if (!key.startsWith('Arrow')) return undefined;
  const from = current === undefined ? undefined : layout.boxes.get(current);
  if (current === undefined || !from) return leftmost(scene);
  if (key === 'ArrowRight' || key === 'ArrowLeft') {
    const direction = key === 'ArrowRight' ? 'out' : 'in';
    const along = flows.get(current)?.find((flow) => flow.direction === direction);
    return direction === 'out' ? along?.target : along?.source;
  }
  const downwards = key === 'ArrowDown' ? 1 : -1;
  const centre = (box: { x: number; y: number; width: number; height: number }) => ({
    x: box.x + box.width / 2,
    y: box.y + box.height / 2,
  });
  const here = centre(from);
  let nearest: string | undefined;
  let best = Infinity;
  for (const [id, box] of layout.boxes) {
    const there = centre(box);
    const down = (there.y - here.y) * downwards;
    // A column is a column to the eye even where its boxes differ in width.
    const distance = down + 3 * Math.abs(there.x - here.x);
    if (id === current || down <= 0 || distance >= best) continue;
    best = distance;
    nearest = id;
  }
  return nearest;
}

function leftmost({ layout }: Scene): string | undefined {
  return [...layout.boxes].sort(([, a], [, b]) => a.x - b.x || a.y - b.y)[0]?.[0];
}
