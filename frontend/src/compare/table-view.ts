// A table of the comparison, in a frame that scrolls sideways where it is too narrow; the first
// column stays. Frames with the same columns scroll together.

import { html } from '../dom/element.ts';
import { t } from '../i18n/texts.ts';
import { type Compared, planName } from './column.ts';
import type { Cell, Group, Row, Table } from './table.ts';

/** `above`: elements between the caption and the table. */
export function tableView(
  { caption, notes, groups }: Table,
  columns: readonly Compared[],
  ...above: HTMLElement[]
): HTMLElement {
  const title = html('h2', {}, caption);
  const words = notes.map((note) => html('p', { class: 'compare-note' }, note));
  const named = html('caption', { class: 'visually-hidden' }, captionOf(caption, columns));
  const table = html('table', {}, named, head(columns), ...groups.map(body));
  const scrolled = html(
    'div',
    { class: 'compare-scroll', role: 'region', tabindex: '0', 'aria-label': caption },
    table,
  );
  return html('section', { class: 'card compare-table' }, title, ...words, ...above, scrolled);
}

/** Scrolls all frames of this kind together, later ones included. */
export function scrollTogether(within: HTMLElement, kind: string): void {
  const follow = ({ target }: Event) => {
    if (!(target instanceof Element) || !target.matches(kind)) return;
    for (const other of within.querySelectorAll(kind)) {
      if (other.scrollLeft !== target.scrollLeft) other.scrollLeft = target.scrollLeft;
    }
  };
  // Scroll events don't bubble, but can be captured.
  within.addEventListener('scroll', follow, { capture: true, passive: true });
}

function captionOf(caption: string, [reference, ...others]: readonly Compared[]): string {
  return reference && others.length > 0
    ? t('%(caption)s, with differences from %(letter)s', { caption, letter: reference.letter })
    : caption;
}

function head(columns: readonly Compared[]): HTMLElement {
  const mark = (place: number) => (place === 0 && columns.length > 1 ? [referenceMark()] : []);
  const heads = columns.map((column, place) =>
    html('th', { scope: 'col' }, ...columnName(column), ...mark(place)),
  );
  return html('thead', {}, html('tr', {}, html('td', {}), ...heads));
}

/** The letter of a column, its title, and its plan. */
export function columnName(column: Compared): HTMLElement[] {
  const plan = planName(column);
  const letter = html('span', { class: 'compare-letter' }, column.letter);
  const title = html('span', { class: 'compare-title' }, column.job.title);
  return [
    html('span', { class: 'compare-name' }, letter, title),
    ...(plan ? [html('span', { class: 'compare-plan' }, plan)] : []),
  ];
}

export function referenceMark(): HTMLElement {
  return html('span', { class: 'compare-reference' }, t('Reference'));
}

function body({ title, rows }: Group): HTMLElement {
  const drawn = rows.map(row);
  if (!title) return html('tbody', {}, ...drawn);
  const columns = String(1 + (rows[0]?.cells.length ?? 0));
  // The label stays when columns scroll.
  const words = html('span', { class: 'compare-group-title' }, title);
  const heading = html('th', { scope: 'rowgroup', colspan: columns }, words);
  return html('tbody', {}, html('tr', { class: 'compare-group' }, heading), ...drawn);
}

function row({ label, look, isSum = false, cells }: Row): HTMLElement {
  const swatch = look
    ? [html('span', { class: `cost-swatch ${look}`, 'aria-hidden': 'true' })]
    : [];
  const heading = html('th', { scope: 'row' }, ...swatch, label);
  const drawn = html('tr', {}, heading, ...cells.map(cell));
  if (look) drawn.dataset.look = look;
  drawn.classList.toggle('compare-sum', isSum);
  return drawn;
}

function cell({ text, value, difference, share }: Cell): HTMLElement {
  const drawn = html('td', {}, html('span', { class: 'compare-value' }, text));
  if (value === '') drawn.classList.add('absent');
  if (share !== undefined) drawn.append(bar(share));
  if (difference) drawn.append(html('span', { class: 'compare-difference' }, difference));
  return drawn;
}

function bar(share: number): HTMLElement {
  const fill = html('i');
  fill.style.width = `${share * 100}%`;
  return html('span', { class: 'size-bar', 'aria-hidden': 'true' }, fill);
}
