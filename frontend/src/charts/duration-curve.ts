// A load-duration curve: the hours for which a node's power is at least a given value.

import uPlot from 'uplot';
import { html, setText } from '../dom/element.ts';
import { size } from '../i18n/format.ts';
import { t } from '../i18n/texts.ts';
import { type Dispatch, durations } from './dispatch.ts';
import { axisStyle, HEIGHT, labels, powers, room } from './plot.ts';

/** Draws into `place`, in the colour of the swatch; `now` shows the value under the pointer. */
export function durationCurve(
  place: HTMLElement,
  now: HTMLElement,
  kw: readonly number[],
  dispatch: Dispatch,
  swatch: HTMLElement,
): uPlot {
  const { hours, powers: sorted } = durations(kw, dispatch);
  const colour = () => getComputedStyle(swatch).backgroundColor;
  const paths = uPlot.paths.stepped?.({ align: -1 });
  const style = axisStyle(place);
  return new uPlot(
    {
      width: Math.max(200, place.clientWidth),
      height: HEIGHT,
      padding: [8, 26, 0, 0],
      legend: { show: false },
      series: [{}, { stroke: colour, width: 2, points: { show: false }, ...(paths && { paths }) }],
      scales: {
        x: { time: false, range: (_, from, to) => [from, to] },
        y: { range: (_, from, to) => room(Math.min(0, from ?? 0), to ?? 0) },
      },
      axes: [
        { ...style, size: 26, values: (_, splits) => labels(splits, 'h') },
        { ...style, ...powers('kW') },
      ],
      cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
      hooks: {
        setCursor: [
          ({ cursor: { idx } }) =>
            setText(now, idx == null ? '' : reading(sorted[idx] ?? 0, hours[idx] ?? 0)),
        ],
      },
    },
    [hours, sorted],
    place,
  );
}

function reading(power: number, hours: number): string {
  return t('%(hours)s at %(power)s or more', {
    hours: size(hours, 'h'),
    power: size(power, 'kW'),
  });
}

/** The frame of a curve, to be drawn into once it is on the page. */
export function durationFigure(title: string) {
  const place = html('div', { class: 'plot', 'aria-hidden': 'true' });
  const now = html('span', { class: 'when muted' });
  const caption = html('figcaption', {});
  return {
    element: html('figure', {}, html('h3', {}, title, now), place, caption),
    place,
    now,
    caption,
  };
}
