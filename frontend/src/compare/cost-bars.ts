// A year's costs as one stacked bar a plan, all on one scale; revenue is drawn left of zero. The
// table below is the legend.

import { type Scale, scaleOf } from '../charts/scale.ts';
import { html } from '../dom/element.ts';
import * as format from '../i18n/format.ts';
import type { Compared } from './column.ts';
import { cost, type Kind, kinds } from './costs-table.ts';

/** Units of the width; fine enough for any screen. */
const WHOLE = 10_000;

export function costBars(columns: readonly Compared[], currency: string): HTMLElement {
  const shown = kinds(columns);
  const ends = columns.flatMap((column) => [sum(column, shown, -1), sum(column, shown, 1)]);
  const scale = scaleOf([0, ...ends], 0, WHOLE);
  const rows = columns.map((column) => bar(column, shown, scale, currency));
  const ticks = scale.ticks.map((tick) => {
    const label = html(
      'span',
      { class: 'bar-tick' },
      html('span', { class: 'bar-amount' }, format.money(tick, currency)),
    );
    label.style.left = percent(scale.at(tick));
    label.toggleAttribute('data-zero', tick === 0);
    return label;
  });
  const axis = html(
    'div',
    { class: 'bar-row bar-axis' },
    html('div'),
    html('div', { class: 'bar-track' }, ...ticks),
  );
  return html('div', { class: 'cost-bars', 'aria-hidden': 'true' }, ...rows, axis);
}

/** The sum of the costs of one sign. */
function sum({ plan }: Compared, shown: readonly Kind[], sign: 1 | -1): number {
  return shown.reduce((sum, { name }) => sum + sign * Math.max(0, sign * cost(plan, name)), 0);
}

function bar(
  { letter, plan }: Compared,
  shown: readonly Kind[],
  scale: Scale,
  currency: string,
): HTMLElement {
  const reached = { 1: 0, [-1]: 0 };
  const pieces = shown.map(({ name, label }) => {
    const value = cost(plan, name);
    const sign = value < 0 ? -1 : 1;
    const from = reached[sign];
    reached[sign] += value;
    const title = `${letter} · ${label}: ${format.exactMoney(value, currency)}`;
    const look = `cost-${name.replace('_', '-')}`;
    return piece(
      look,
      title,
      scale.at(Math.min(from, from + value)),
      scale.at(Math.max(from, from + value)),
    );
  });
  const track = html('div', { class: 'bar-track' }, ...pieces);
  return html(
    'div',
    { class: 'bar-row' },
    html('span', { class: 'compare-letter' }, letter),
    track,
  );
}

function piece(look: string, title: string, from: number, to: number): HTMLElement {
  const drawn = html('i', { class: `bar-piece ${look}`, 'data-look': look, title });
  drawn.style.left = percent(from);
  drawn.style.width = percent(to - from);
  return drawn;
}

function percent(place: number): string {
  return `${(place / WHOLE) * 100}%`;
}

/** Highlights the category under the pointer in both table and bars. */
export function lightUp(section: HTMLElement): void {
  section.addEventListener('pointerover', ({ target }) => {
    const look = (target as Element).closest<HTMLElement>('[data-look]')?.dataset.look;
    for (const one of section.querySelectorAll<HTMLElement>('[data-look]')) {
      one.classList.toggle('faint', look !== undefined && one.dataset.look !== look);
    }
  });
  section.addEventListener('pointerleave', () => {
    for (const one of section.querySelectorAll('.faint')) one.classList.remove('faint');
  });
}
