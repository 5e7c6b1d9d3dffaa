// The plans' single-line diagrams side by side, laid out once for all of them: what one plan doesn't
// use is faded there. What is pointed at in one is lit up in each. Loaded when it comes near.

import { Diagram } from '../diagram/diagram.ts';
import { html } from '../element.ts';
import { type Compared, fullName } from './column.ts';
import { columnName, referenceMark, scrollTogether } from './frame.ts';

/** pin: called with a node's id when it is clicked on or entered. */
export async function diagrams(
  columns: readonly Compared[],
  pin: (node: string, column: Compared) => void,
): Promise<HTMLElement> {
  const drawn = await Diagram.each(
    columns.map(({ plan }) => plan.graph),
    (node, place) => {
      const column = columns[place];
      if (column) pin(node, column);
    },
  );
  for (const diagram of drawn) follow(diagram, drawn);
  const figures = drawn.map((diagram, place) => {
    const column = columns[place];
    const mark = place === 0 && drawn.length > 1 ? [referenceMark()] : [];
    const label = column ? fullName(column) : '';
    const title = html('h3', {}, ...(column ? columnName(column) : []), ...mark);
    return html(
      'section',
      { class: 'compare-diagram', 'aria-label': label },
      title,
      diagram.element,
    );
  });
  scrollTogether(drawn.flatMap(({ element }) => [...element.querySelectorAll('.diagram-scroll')]));
  return html('div', { class: 'compare-diagrams' }, ...figures);
}

/** The others light up what is pointed at or focused in this one. */
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
