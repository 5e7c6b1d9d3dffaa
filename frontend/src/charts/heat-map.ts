// One node's power in every hour of every day, one column a day, and a sentence on its peak.
// Typical days stand side by side, each labelled with the days that it represents.

import { html } from '../dom/element.ts';
import { size } from '../i18n/format.ts';
import { t } from '../i18n/texts.ts';
import { dayAndHour, dayAndMonth, hourOfDay, month } from './calendar.ts';
import { type Dispatch, horizonOf, timeOf } from './dispatch.ts';
import { HeatCursor } from './heat-cursor.ts';

/** From nothing to the largest power: dark to light, as even to the eye, whatever it can't tell. */
const RAMP = [
  [22, 25, 58],
  [74, 34, 106],
  [148, 52, 104],
  [214, 88, 77],
  [245, 152, 52],
  [250, 236, 140],
] as const;
/** The most labels of columns that fit side by side. */
const MOST_NAMES = 8;

/** begin: where the keys start; pick: called with the day, counted from the first, that was chosen. */
export function heatMap(
  kw: readonly number[],
  dispatch: Dispatch,
  begin: number,
  pick: (day: number) => void,
): HTMLElement {
  const { perDay } = horizonOf(dispatch);
  const days = Math.ceil(kw.length / perDay);
  const largest = Math.max(...kw, 0);
  const cells = html('canvas', { width: String(days), height: String(perDay) });
  paint(cells, kw, perDay, largest);
  const when = html('span', { class: 'when muted' });
  const label = dispatch.days ? t('Every hour of the typical days') : t('Every hour');
  const cursor = new HeatCursor({
    cells,
    steps: kw.length,
    begin,
    label: t('%(label)s; Enter opens the day', { label }),
    place: when,
    words: (step) => `${moment(step, dispatch)} · ${size(kw[step] ?? 0, 'kW')}`,
    pick,
  });
  return html(
    'figure',
    { class: 'heat-map' },
    html('h3', {}, label, when),
    html(
      'div',
      { class: 'heat-map-frame' },
      html(
        'div',
        { class: 'heat-map-hours', 'aria-hidden': 'true' },
        ...['00:00', '12:00', '24:00'].map(text),
      ),
      cursor.element,
      html('div', { class: 'heat-map-names', 'aria-hidden': 'true' }, ...names(days, dispatch)),
    ),
    html('figcaption', {}, scale(largest), html('p', {}, inWords(kw, dispatch))),
  );
}

function text(words: string): HTMLElement {
  return html('span', {}, words);
}

function paint(
  cells: HTMLCanvasElement,
  kw: readonly number[],
  perDay: number,
  largest: number,
): void {
  const context = cells.getContext('2d');
  if (!context) return;
  kw.forEach((power, step) => {
    context.fillStyle = colour(largest > 0 ? power / largest : 0);
    context.fillRect(Math.floor(step / perDay), step % perDay, 1, 1);
  });
}

function colour(share: number): string {
  const at = Math.min(1, Math.max(0, share)) * (RAMP.length - 1);
  const from = RAMP[Math.floor(at)] ?? RAMP[0];
  const to = RAMP[Math.ceil(at)] ?? from;
  const part = at - Math.floor(at);
  const mixed = from.map((value, index) => Math.round(value + ((to[index] ?? 0) - value) * part));
  return `rgb(${mixed.join(' ')})`;
}

/** Under the columns: months of a year, or days. */
function names(days: number, dispatch: Dispatch): HTMLElement[] {
  const place = (element: HTMLElement, column: number) => {
    element.style.left = `${(100 * column) / days}%`;
    return element;
  };
  if (dispatch.days) {
    const every = Math.ceil(days / MOST_NAMES);
    return dispatch.days.flatMap(({ date, days_per_year }, number) =>
      number % every === 0
        ? [place(text(`${dayAndMonth(Date.parse(date))} × ${days_per_year}`), number)]
        : [],
    );
  }
  const found: HTMLElement[] = [];
  const { perDay } = horizonOf(dispatch);
  const every = Math.ceil(days / MOST_NAMES);
  for (let number = 0; number < days; number++) {
    const at = timeOf(number * perDay, dispatch);
    if (days > 62 && new Date(at).getUTCDate() === 1) found.push(place(text(month(at)), number));
    if (days <= 62 && number % every === 0) found.push(place(text(dayAndMonth(at)), number));
  }
  return found;
}

function scale(largest: number): HTMLElement {
  const bar = html('canvas', { width: '120', height: '1' });
  const context = bar.getContext('2d');
  for (let at = 0; context && at < 120; at++) {
    context.fillStyle = colour(at / 119);
    context.fillRect(at, 0, 1, 1);
  }
  return html('p', { class: 'scale' }, size(0, 'kW'), bar, size(largest, 'kW'));
}

function inWords(kw: readonly number[], dispatch: Dispatch): string {
  const largest = Math.max(...kw, 0);
  if (largest === 0) return t('No flow here.');
  return t('At most %(power)s, first on %(moment)s.', {
    power: size(largest, 'kW'),
    moment: moment(kw.indexOf(largest), dispatch),
  });
}

function moment(step: number, dispatch: Dispatch): string {
  if (!dispatch.days) return dayAndHour(timeOf(step, dispatch));
  const { perDay } = horizonOf(dispatch);
  const date = Date.parse(dispatch.days[Math.floor(step / perDay)]?.date ?? '');
  return hourOfDay(date, (step % perDay) * dispatch.step_hours);
}
