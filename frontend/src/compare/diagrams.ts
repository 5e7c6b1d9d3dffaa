// The plans' energy system diagrams side by side, with one layout for all: what a plan doesn't use is
// faded. Pointing at a node highlights it in each. Loaded when it scrolls near.

import { Diagram } from '../diagram/diagram.ts';
import { html } from '../dom/element.ts';
import { type Compared, fullName } from './column.ts';
import { columnName, referenceMark } from './table-view.ts';

/** The smallest readable width of a diagram, px, where the window allows it. */
const NARROWEST = 760;
/** The smallest type that is easy to read, px. */
const READABLE = 11;

export class Diagrams {
  readonly element: HTMLElement;
  private readonly drawn: readonly Diagram[];

  /** width: of the place for all of them, px. pin: as a diagram's. */
  static async of(
    columns: readonly Compared[],
    width: number,
    pin: (node: string) => void,
  ): Promise<Diagrams> {
    const graphs = columns.map(({ plan }) => plan.graph);
    const abreast = Math.min(Math.max(1, Math.floor(width / NARROWEST)), columns.length);
    const room = { width: width / abreast, height: Infinity, type: READABLE };
    return new Diagrams(columns, await Diagram.each(graphs, pin, room));
  }

  private constructor(columns: readonly Compared[], drawn: readonly Diagram[]) {
    this.drawn = drawn;
    const sections = drawn.flatMap((diagram, place) => {
      follow(diagram, drawn);
      const column = columns[place];
      const isReference = place === 0 && drawn.length > 1;
      return column ? [section(column, isReference, diagram)] : [];
    });
    this.element = html('div', { class: 'compare-diagrams' }, ...sections);
    this.element.style.setProperty('--narrowest', `${NARROWEST}px`);
  }

  /** Marks the pinned node, if any. */
  mark(node: string | undefined): void {
    for (const diagram of this.drawn) diagram.mark(node);
  }
}

function section(column: Compared, isReference: boolean, diagram: Diagram): HTMLElement {
  const mark = isReference ? [referenceMark()] : [];
  return html(
    'section',
    { class: 'compare-diagram', 'aria-label': fullName(column) },
    html('h3', {}, ...columnName(column), ...mark),
    diagram.element,
  );
}

/** Highlights the node under the pointer or focus in the other diagrams, too. */
function follow(one: Diagram, all: readonly Diagram[]): void {
  const light = (node: string | undefined) => {
    for (const other of all) if (other !== one) other.light(node);
  };
  for (const event of ['pointerover', 'focusin']) {
    one.element.addEventListener(event, ({ target }) => {
      light((target as Element).closest<SVGElement>('[data-node-id]')?.dataset.nodeId);
    });
  }
  for (const event of ['pointerleave', 'focusout']) {
    one.element.addEventListener(event, () => light(undefined));
  }
}
