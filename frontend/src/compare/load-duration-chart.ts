// Load-duration curves on top of each other: one line a column, told apart by colour and dash. The
// drawing stretches to its place, the labels don't. The table below has the figures.

import { scaleOf } from '../charts/scale.ts';
import { html, svg } from '../dom/element.ts';
import * as format from '../i18n/format.ts';
import type { Compared } from './column.ts';
import { type Curve, HOURS_A_YEAR, highest, sampled } from './load-duration-curve.ts';

/** The size of the drawing before it is stretched. */
const SIDE = 1000;
/** Points drawn of a curve. */
const SAMPLES = 500;

export function curveChart(
  columns: readonly Compared[],
  curves: readonly (Curve | undefined)[],
): HTMLElement {
  const most = Math.max(1, ...curves.map((curve) => (curve ? highest(curve) : 0)));
  const y = scaleOf([0, most * 1.05], SIDE, 0);
  const x = scaleOf([0, HOURS_A_YEAR], 0, SIDE);
  const grid = y.ticks.map((tick) => svg('path', { class: 'grid', d: `M0 ${y.at(tick)}H${SIDE}` }));
  const lines = curves.flatMap((curve, place) => {
    const column = columns[place];
    return curve && column ? [line(column, sampled(curve, SAMPLES), y.at)] : [];
  });
  const view = { viewBox: `0 0 ${SIDE} ${SIDE}`, preserveAspectRatio: 'none' };
  return html(
    'div',
    { class: 'curve-chart', 'aria-hidden': 'true' },
    html('ul', { class: 'curve-legend' }, ...columns.map(legend)),
    html('div', { class: 'curve-powers' }, ...y.ticks.map((tick) => power(tick, y.at(tick)))),
    html('div', { class: 'curve-plot' }, svg('svg', view, ...grid, ...lines)),
    html('div', { class: 'curve-hours' }, ...x.ticks.map((tick) => hour(tick, x.at(tick)))),
  );
}

function line(
  { letter }: Compared,
  powers: readonly number[],
  at: (power: number) => number,
): SVGPathElement {
  const steps = powers.map((power, step) => {
    const until = ((step + 1) / SAMPLES) * SIDE;
    return `V${at(power)}H${until}`;
  });
  const d = `M0 ${at(powers[0] ?? 0)}${steps.join('')}`;
  return svg('path', { class: `curve-line column-${letter.toLowerCase()}`, d });
}

function legend({ letter }: Compared): HTMLElement {
  const sample = { class: `curve-line column-${letter.toLowerCase()}`, d: 'M0 5H34' };
  const drawn = svg('svg', { width: 34, height: 10 }, svg('path', sample));
  return html('li', {}, drawn, html('span', { class: 'compare-letter' }, letter));
}

function power(tick: number, at: number): HTMLElement {
  const label = html('span', {}, format.size(tick, 'kW'));
  label.style.top = `${(at / SIDE) * 100}%`;
  return label;
}

function hour(tick: number, at: number): HTMLElement {
  const label = html('span', {}, format.size(tick, 'h'));
  label.style.left = `${(at / SIDE) * 100}%`;
  return label;
}
