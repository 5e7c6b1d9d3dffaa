// A site in small charts: its demands, weather and prices. Each step of a short horizon, or the
// days of a long one, as means between minimum and maximum. Loaded when there is a site.

import 'uplot/dist/uPlot.min.css';
import '../style/diagram.css';
import '../style/look.css';
import '../diagram/look-style.ts';
import uPlot from 'uplot';
import { day, dayAndHour, hour, month } from '../charts/calendar.ts';
import { axisStyle } from '../charts/plot.ts';
import { carrierLook } from '../diagram/look.ts';
import { html, setText } from '../dom/element.ts';
import { figure } from '../i18n/format.ts';
import { unitName } from '../i18n/unit-name.ts';
import { curveName, curveText } from './curve-text.ts';
import type { Curve, Preview } from './preview.ts';

/** Of a plot, px. */
const HEIGHT = 112;
const AXIS = 46;
const HOUR = 3600;

export class PreviewCharts {
  private readonly place: HTMLElement;
  private plots: Plot[] = [];
  private drawn = '';

  constructor(place: HTMLElement) {
    this.place = place;
    new ResizeObserver(() => this.fit()).observe(place);
    new MutationObserver(() => this.redraw()).observe(document.documentElement, {
      attributeFilter: ['data-theme'],
    });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.redraw());
  }

  show(preview: Preview): void {
    const drawn = JSON.stringify([preview.start, preview.drawn_every_h, preview.curves]);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    for (const plot of this.plots) plot.destroy();
    this.plots = preview.curves.map((curve) => new Plot(curve, preview));
    this.place.replaceChildren(...this.plots.map(({ element }) => element));
    for (const plot of this.plots) plot.draw();
  }

  private fit(): void {
    for (const plot of this.plots) plot.fit();
  }

  private redraw(): void {
    for (const plot of this.plots) plot.redraw();
  }
}

class Plot {
  readonly element: HTMLElement;
  private readonly curve: Curve;
  private readonly preview: Preview;
  private readonly line = html('span', { class: 'curve-line' });
  private readonly band = html('span', { class: 'curve-band' });
  private readonly now = html('p', { class: 'when muted' });
  private readonly place = html('div', { class: 'small-plot', 'aria-hidden': 'true' });
  private chart: uPlot | undefined;

  constructor(curve: Curve, preview: Preview) {
    this.curve = curve;
    this.preview = preview;
    this.element = html(
      'figure',
      { class: `curve carrier-${carrierLook(curve.carrier)}`, 'data-role': curve.role },
      html(
        'figcaption',
        {},
        html(
          'h3',
          {},
          this.line,
          this.band,
          html('span', { class: 'curve-name' }, curveName(curve)),
        ),
        html('p', { class: 'muted' }, curveText(curve)),
      ),
      ...(curve.values ? [this.place, this.now] : []),
    );
  }

  /** Draws once the element is on the page, and so has a width and colours. */
  draw(): void {
    const { values, low, high } = this.curve;
    if (!values) return;
    // Each value holds until the next; the last one until the end.
    const held = (list: number[]) => [...list, list.at(-1) ?? 0];
    const x = [...values, 0].map((_, at) => this.second(at));
    const data = low && high ? [x, held(high), held(low), held(values)] : [x, held(values)];
    this.chart = new uPlot(this.options(data.length > 2), data as uPlot.AlignedData, this.place);
  }

  fit(): void {
    const width = this.place.clientWidth;
    if (this.chart && width > 0 && width !== this.chart.width) {
      this.chart.setSize({ width, height: HEIGHT });
    }
  }

  redraw(): void {
    this.chart?.redraw(false, true);
  }

  destroy(): void {
    this.chart?.destroy();
  }

  private options(banded: boolean): uPlot.Options {
    const paths = uPlot.paths.stepped?.({ align: 1 });
    const common: uPlot.Series = { points: { show: false }, ...(paths && { paths }) };
    const edge = { ...common, width: 0 };
    const mean = { ...common, width: 1.25, stroke: () => colourOf(this.line) };
    return {
      width: Math.max(160, this.place.clientWidth),
      height: HEIGHT,
      padding: [6, 18, 0, 0],
      legend: { show: false },
      series: banded ? [{}, edge, edge, mean] : [{}, mean],
      ...(banded && { bands: [{ series: [1, 2], fill: () => colourOf(this.band) }] }),
      scales: {
        x: { time: false, range: (_, from, to) => [from, to] },
        y: { range: (_, from, to) => [Math.min(0, from ?? 0), Math.max(to ?? 0, 1e-9) * 1.04] },
      },
      axes: [this.along(), this.upright()],
      cursor: {
        y: false,
        points: { show: false },
        drag: { x: false, y: false },
        sync: { key: 'look', setSeries: false },
      },
      hooks: { setCursor: [({ cursor: { idx } }) => setText(this.now, this.reading(idx))] },
    };
  }

  private upright(): uPlot.Axis {
    const values = (_: uPlot, splits: number[]) => splits.map((value) => figure(value));
    return { ...axisStyle(this.place), size: AXIS, space: 30, values };
  }

  private along(): uPlot.Axis {
    const days = (this.preview.steps * this.preview.step_hours) / 24;
    const label = days > 100 ? month : days > 2 ? day : hour;
    return {
      ...axisStyle(this.place),
      size: 22,
      space: days > 2 && days <= 100 ? 110 : 44,
      incrs: [HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, ...[1, 2, 7, 31, 92].map((n) => n * 24 * HOUR)],
      ...(days > 100 && { splits: () => this.firsts() }),
      values: (_, splits) => splits.map((second) => label(second * 1000)),
    };
  }

  /** The firsts of every other month or so, seconds. */
  private firsts(): number[] {
    const every = this.place.clientWidth < 360 ? 3 : 2;
    const found: number[] = [];
    const at = new Date(this.preview.start);
    at.setUTCDate(1);
    const end = this.second(this.curve.values?.length ?? 0);
    for (; at.getTime() / 1000 < end; at.setUTCMonth(at.getUTCMonth() + every)) {
      if (at.getTime() / 1000 >= this.second(0)) found.push(at.getTime() / 1000);
    }
    return found;
  }

  private second(at: number): number {
    return Date.parse(this.preview.start) / 1000 + at * this.preview.drawn_every_h * HOUR;
  }

  /** The value under the pointer, in words. */
  private reading(at: number | null | undefined): string {
    const { values = [], low, high, unit } = this.curve;
    const index = Math.min(at ?? -1, values.length - 1);
    const value = values[index];
    if (value === undefined) return '';
    const when = (low ? day : dayAndHour)(this.second(index) * 1000);
    const range = low && high ? ` (${figure(low[index] ?? 0)}–${figure(high[index] ?? 0)})` : '';
    return `${when}: ${figure(value)}${range} ${unitName(unit)}`.trim();
  }
}

function colourOf(swatch: HTMLElement): string {
  return getComputedStyle(swatch).backgroundColor;
}
