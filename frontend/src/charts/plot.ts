// One plot of a dispatch in uPlot: bands stacked above and below zero, or levels as lines. Colours
// come from the style sheet, through the swatches of the legend.

import 'uplot/dist/uPlot.min.css';
import uPlot from 'uplot';
import { number } from '../i18n/format.ts';
import { dayAndMonth, hour, month } from './calendar.ts';
import type { Dispatch } from './dispatch.ts';
import type { Placed, Positions } from './positions.ts';
import { DASHES, filled, textureOf } from './textures.ts';
import type { Window } from './time-window.ts';

export interface Curve {
  values: Placed;
  /** Coloured like the curve. */
  swatch: HTMLElement;
}

export interface PlotOptions {
  place: HTMLElement;
  positions: Positions;
  dispatch: Dispatch;
  /** Nearest to zero first. */
  above: Curve[];
  below?: Curve[];
  /** Lines instead of stacked bands. */
  lines?: boolean;
  /** The unit of the values, e.g. kW. */
  unit: string;
  /** Called with the dragged range. */
  zoom(steps: Window): void;
  /** Called with the position under the pointer; undefined when it leaves. */
  point(index: number | undefined): void;
}

/** Of a plot, px. */
export const HEIGHT = 190;
const AXIS = 62;
const HOUR = 3600;
const DAY = 24 * HOUR;
/** Plots with this key show the same moment under the pointer. */
const SYNC = 'dispatch';

export function plot(options: PlotOptions): uPlot {
  const { place, positions, above, below = [], lines = false } = options;
  // The outermost first: each covers all but the band of the one before.
  const bands = [...stacked(above, 1, lines), ...stacked(below, -1, lines)];
  const data = [positions.x, ...bands.map(({ values }) => values)] as uPlot.AlignedData;
  const made = new uPlot(
    {
      width: Math.max(200, place.clientWidth),
      height: HEIGHT,
      padding: [8, 26, 0, 0],
      legend: { show: false },
      series: [{}, ...bands.map(({ swatch }) => series(swatch, lines))],
      scales: {
        x: { time: false, range: (_, from, to) => [from, to] },
        y: { range: (_, from, to) => room(from ?? 0, to ?? 0) },
      },
      axes: axes(options),
      cursor: {
        y: false,
        points: { show: false },
        drag: { x: true, y: false, setScale: false },
        sync: {
          key: SYNC,
          setSeries: false,
          filters: {
            pub: (type) => type.startsWith('mouse') && type !== 'mouseup' && type !== 'mousedown',
          },
        },
        // A value holds from its position until the next.
        dataIdx: (self, _, nearest, x) =>
          nearest > 0 && (self.data[0][nearest] ?? 0) > x ? nearest - 1 : nearest,
      },
      hooks: {
        setSelect: [(self) => dragged(self, options)],
        setCursor: [(self) => options.point(self.cursor.idx ?? undefined)],
        drawAxes: [drawZero],
      },
    },
    data,
    place,
  );
  return made;
}

/** Cumulated from zero outwards, the outermost first; lines unchanged. */
function stacked(curves: Curve[], sign: 1 | -1, lines: boolean): Curve[] {
  if (lines) return curves;
  let before: Placed = [];
  const found = curves.map(({ values, swatch }) => {
    before = values.map((value, at) => (value === null ? null : value * sign + (before[at] ?? 0)));
    return { values: before, swatch };
  });
  return found.reverse();
}

function series(swatch: HTMLElement, line: boolean): uPlot.Series {
  const colour = () => getComputedStyle(swatch).backgroundColor;
  const texture = textureOf(swatch);
  const paths = uPlot.paths.stepped?.({ align: 1 });
  const common: uPlot.Series = { points: { show: false }, ...(paths && { paths }) };
  return line
    ? { ...common, stroke: colour, width: 2, dash: DASHES[texture] ?? [] }
    : { ...common, fill: () => filled(colour(), texture, swatch), fillTo: () => 0, width: 0 };
}

/** What all axes look like, from the style of where they are drawn. */
export function axisStyle(place: HTMLElement): uPlot.Axis {
  const style = getComputedStyle(place);
  return {
    stroke: () => style.getPropertyValue('color'),
    grid: { stroke: () => style.getPropertyValue('border-color'), width: 1 },
    ticks: { show: false },
    font: `12px ${style.fontFamily}`,
  };
}

/** The y axis; only its top label has the unit. */
export function powers(unit: string): uPlot.Axis {
  return { size: AXIS, space: 26, values: (_, splits) => labels(splits, unit) };
}

/** Round amounts along an axis, of which the last tells the unit. */
export function labels(amounts: readonly number[], unit: string): string[] {
  return amounts.map((amount, at) => {
    const text = number(Math.abs(amount), { maximumFractionDigits: 2 });
    return at === amounts.length - 1 ? `${text} ${unit}` : text;
  });
}

function axes({ place, positions, dispatch, unit }: PlotOptions): uPlot.Axis[] {
  const common = axisStyle(place);
  const along: uPlot.Axis = dispatch.days
    ? {
        ...common,
        size: 40,
        splits: (self) => thinned(positions, self.width - AXIS),
        values: (_, splits) => splits.map((x) => blockLabel(x, positions, dispatch)),
        align: 1,
      }
    : {
        ...common,
        size: 26,
        space: 64,
        incrs: [
          HOUR,
          2 * HOUR,
          3 * HOUR,
          6 * HOUR,
          12 * HOUR,
          DAY,
          2 * DAY,
          7 * DAY,
          30 * DAY,
          90 * DAY,
          365 * DAY,
        ],
        ...(spanOf(positions) > 100 * DAY && { splits: () => months(positions) }),
        values: (_, splits, __, ___, step) =>
          splits.map((x) => timeLabel(x * 1000, step, positions)),
      };
  return [along, { ...common, ...powers(unit) }];
}

function spanOf({ x }: Positions): number {
  return (x.at(-1) ?? 0) - (x[0] ?? 0);
}

/** The firsts of the months, seconds. */
function months({ x }: Positions): number[] {
  const found: number[] = [];
  const at = new Date((x[0] ?? 0) * 1000);
  at.setUTCDate(1);
  for (
    const end = (x.at(-1) ?? 0) * 1000;
    at.getTime() < end;
    at.setUTCMonth(at.getUTCMonth() + 1)
  ) {
    if (at.getTime() >= (x[0] ?? 0) * 1000) found.push(at.getTime() / 1000);
  }
  return found;
}

function timeLabel(at: number, step: number, positions: Positions): string {
  if (spanOf(positions) > 100 * DAY) return month(at);
  return step >= DAY || at % (DAY * 1000) === 0 ? dayAndMonth(at) : hour(at);
}

/** Where typical days begin, as many as have room for their names. */
function thinned({ blocks }: Positions, width: number): number[] {
  const every = Math.max(1, Math.ceil((blocks.length * 56) / width));
  return blocks.filter((_, number) => number % every === 0).map(({ x }) => x);
}

function blockLabel(x: number, { blocks }: Positions, { days }: Dispatch): string {
  const block = blocks.find((candidate) => candidate.x === x);
  const typical = block && days?.[block.day];
  return typical ? `${dayAndMonth(Date.parse(typical.date))}\n× ${typical.days_per_year}` : '';
}

/** The y range, zero included, with some padding. */
export function room(from: number, to: number): [number, number] {
  const air = (Math.max(0, to) - Math.min(0, from)) * 0.06 || 1;
  return [from < 0 ? from - air : 0, to > 0 || from === 0 ? to + air : 0];
}

function drawZero({ ctx, bbox, valToPos }: uPlot): void {
  const y = Math.round(valToPos(0, 'y', true)) + 0.5;
  ctx.save();
  ctx.strokeStyle = ctx.canvas.parentElement ? getComputedStyle(ctx.canvas).color : '#888';
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
}

function dragged(self: uPlot, { positions, zoom }: PlotOptions): void {
  const { left, width } = self.select;
  if (width < 6) return;
  const [from, to] = [self.posToVal(left, 'x'), self.posToVal(left + width, 'x')];
  self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  zoom(positions.stepsBetween(from, to));
}
