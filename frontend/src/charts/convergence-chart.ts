// The convergence chart: the cost of the best plan falls, the lower bound rises, the gap lies
// between. Drawn in steps, since a figure holds until the next one.

import type { JobSummary } from '../api/types.ts';
import { find, setText, svg } from '../dom/element.ts';
import type { StateView } from '../dom/state-view.ts';
import * as format from '../i18n/format.ts';
import { t } from '../i18n/texts.ts';
import { endOrNow } from '../live/run-time.ts';
import type { ServerClock } from '../live/server-clock.ts';
import { type Convergence, costRange, isKnown, type Point, type Stretch } from './convergence.ts';
import { costLabel, timeLabel, timeTicks } from './convergence-axis.ts';
import { QUARTERS, type Range, stepOf, ticks } from './scale.ts';

/** The type size that these lengths are for, px: the chart scales with larger type. */
const TYPE = 15;
const MARGIN = { top: 24, right: 14, bottom: 24, left: 66 };
/** Between two moments' labels, px. */
const LABEL_ROOM = 96;
/** The shortest line of the newest figures, px. */
const LEAST = 8;
/** The keys ← and → move by this share of the time. */
const KEY_STEP = 0.02;

interface Times {
  /** UTC milliseconds. */
  began: number;
  until: number;
}

interface Scale {
  x(at: number): number;
  y(cost: number): number;
  times: Times;
  range: Range;
  width: number;
  height: number;
}

export class ConvergenceChart implements StateView<JobSummary> {
  private readonly place: HTMLElement;
  private readonly readout: HTMLElement;
  private readonly empty: HTMLElement;
  private readonly convergence: Convergence;
  private readonly clock: ServerClock;
  private readonly canvas = svg('svg', { 'aria-hidden': 'true' });
  private readonly resized = new ResizeObserver(() => this.drawSoon());
  private currency: string | undefined;
  private scale: Scale | undefined;
  private times: Times = { began: 0, until: 0 };
  /** The time under the cursor, UTC milliseconds. */
  private looked: number | undefined;
  private due = false;

  constructor(convergence: Convergence, clock: ServerClock, place: ParentNode = document) {
    this.convergence = convergence;
    this.clock = clock;
    this.place = find('[data-chart]', place);
    this.readout = find('[data-chart-readout]', place);
    this.empty = find('[data-chart-empty]', place);
    this.place.append(this.canvas);
    this.resized.observe(this.place);
    this.place.addEventListener('pointermove', ({ offsetX }) => this.look(this.timeAt(offsetX)));
    this.place.addEventListener('pointerleave', () => this.look(undefined));
    this.place.addEventListener('blur', () => this.look(undefined));
    this.place.addEventListener('keydown', (event) => this.walk(event));
  }

  show(job: JobSummary): void {
    const { started_at, created_at, currency } = job;
    this.times = { began: started_at ?? created_at, until: endOrNow(job, this.clock) };
    this.currency = currency;
    this.drawSoon();
  }

  /** Stops drawing. */
  end(): void {
    this.resized.disconnect();
  }

  private drawSoon(): void {
    if (this.due) return;
    this.due = true;
    requestAnimationFrame(() => {
      this.due = false;
      this.draw();
    });
  }

  private draw(): void {
    const { stretches } = this.convergence;
    this.empty.hidden = stretches.length > 0;
    this.place.hidden = stretches.length === 0;
    const { clientWidth, clientHeight } = this.place;
    if (stretches.length === 0 || clientWidth === 0) return;
    const [width, height] = [clientWidth / this.enlarged, clientHeight / this.enlarged];
    const scale = scaleOf(stretches, this.times, width, height);
    this.scale = scale;
    this.canvas.setAttribute('viewBox', `0 0 ${width} ${height}`);
    this.canvas.setAttribute('width', String(clientWidth));
    this.canvas.setAttribute('height', String(clientHeight));
    this.canvas.replaceChildren(
      ...axes(scale, this.currency),
      ...stretches.flatMap((stretch, place) => {
        const next = stretches[place + 1]?.points[0]?.at ?? this.times.until;
        return stretchMarks(stretch, next, scale, place === stretches.length - 1);
      }),
      ...bases(stretches, scale),
    );
    this.drawLook();
    this.place.setAttribute('aria-label', summary(stretches, this.currency));
  }

  /** The scale, relative to the page's usual type size. */
  private get enlarged(): number {
    return Number.parseFloat(getComputedStyle(this.place).fontSize) / TYPE;
  }

  private timeAt(x: number): number | undefined {
    if (!this.scale) return undefined;
    const { times, width } = this.scale;
    const share = (x / this.enlarged - MARGIN.left) / (width - MARGIN.left - MARGIN.right);
    return times.began + Math.min(1, Math.max(0, share)) * (times.until - times.began);
  }

  private walk(event: KeyboardEvent): void {
    const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (way === undefined) return;
    event.preventDefault();
    const { began, until } = this.times;
    const next = (this.looked ?? until) + way * KEY_STEP * (until - began);
    this.look(Math.min(until, Math.max(began, next)));
  }

  private look(at: number | undefined): void {
    this.looked = at;
    this.drawLook();
  }

  private drawLook(): void {
    this.canvas.querySelector('.chart-look')?.remove();
    const at = this.looked;
    const stretches = at === undefined ? [] : this.convergence.stretches;
    const found = stretches.flatMap(({ basis, points }) =>
      points.map((point) => ({ basis, point })),
    );
    const here = at === undefined ? undefined : found.findLast(({ point }) => point.at <= at);
    if (at === undefined || !this.scale) {
      setText(this.readout, '');
      return;
    }
    const x = this.scale.x(at);
    const bottom = this.scale.height - MARGIN.bottom;
    const line = { class: 'chart-look', x1: x, x2: x, y1: MARGIN.top, y2: bottom };
    this.canvas.append(svg('line', line));
    const after = format.duration(at - this.times.began);
    setText(this.readout, here ? reading(after, here.point, here.basis, this.currency) : after);
  }
}

function scaleOf(
  stretches: readonly Stretch[],
  { began, until }: Times,
  width: number,
  height: number,
): Scale {
  const range = costRange(stretches);
  const times = { began, until: Math.max(until, began + 1000) };
  const wide = width - MARGIN.left - MARGIN.right;
  const high = height - MARGIN.top - MARGIN.bottom;
  const within = (share: number) => Math.min(1, Math.max(0, share));
  return {
    x: (at) => MARGIN.left + wide * within((at - times.began) / (times.until - times.began)),
    y: (cost) => MARGIN.top + high * within((range.high - cost) / (range.high - range.low)),
    times,
    range,
    width,
    height,
  };
}

function axes(scale: Scale, currency: string | undefined): SVGElement[] {
  const { x, y, times, range, width, height } = scale;
  const bottom = height - MARGIN.bottom;
  const step = stepOf(range, 4, QUARTERS);
  const costs = ticks(range, step).flatMap((cost) => [
    svg('line', {
      class: 'chart-grid',
      x1: MARGIN.left,
      x2: width - MARGIN.right,
      y1: y(cost),
      y2: y(cost),
    }),
    svg(
      'text',
      { x: MARGIN.left - 8, y: y(cost) + 4, 'text-anchor': 'end' },
      costLabel(cost, step, currency),
    ),
  ]);
  const most = Math.max(2, Math.floor((width - MARGIN.left) / LABEL_ROOM));
  const moments = timeTicks(times.until - times.began, most).map((after) =>
    svg(
      'text',
      {
        x: x(times.began + after),
        y: bottom + 17,
        'text-anchor': after === 0 ? 'start' : 'middle',
      },
      timeLabel(after),
    ),
  );
  const base = { class: 'chart-base', x1: MARGIN.left, x2: width - MARGIN.right };
  return [...costs, svg('line', { ...base, y1: bottom, y2: bottom }), ...moments];
}

/** The two lines of a stretch and the gap between them; `next`: when it ends. */
function stretchMarks(
  { points }: Stretch,
  next: number,
  { x, y }: Scale,
  isNewest: boolean,
): SVGElement[] {
  const ends = points.map(({ at }, place) => {
    const after = points[place + 1];
    // The newest figures must be visible even if they came at the very end.
    const to = after ? x(after.at) : Math.max(x(next), isNewest ? x(at) + LEAST : 0);
    return [x(at), to] as const;
  });
  const line = (costOf: (point: Point) => number | null) =>
    points
      .map((point, place) => {
        const cost = costOf(point);
        const [from, to] = ends[place] ?? [0, 0];
        const before = points[place - 1];
        const joined = before && isKnown(costOf(before));
        return isKnown(cost) ? `${joined ? 'L' : 'M'}${from} ${y(cost)}H${to}` : '';
      })
      .join('');
  const open = points
    .map(({ incumbent, bound }, place) => {
      const [from, to] = ends[place] ?? [0, 0];
      if (!isKnown(incumbent) || !isKnown(bound)) return '';
      return `M${from} ${y(incumbent)}H${to}V${y(bound)}H${from}Z`;
    })
    .join('');
  return [
    svg(
      'g',
      { class: isNewest ? 'chart-stretch' : 'chart-stretch chart-past' },
      svg('path', { class: 'chart-open', d: open }),
      svg('path', { class: 'chart-bound', d: line(({ bound }) => bound) }),
      svg('path', { class: 'chart-best', d: line(({ incumbent }) => incumbent) }),
    ),
  ];
}

/** Where figures start over, and the basis of each stretch. */
function bases(stretches: readonly Stretch[], { x, width, height }: Scale): SVGElement[] {
  return stretches.flatMap(({ basis, points }, place) => {
    const from = x(points[0]?.at ?? 0);
    const next = stretches[place + 1]?.points[0]?.at;
    const to = next === undefined ? width - MARGIN.right : x(next);
    const border = { class: 'chart-border', x1: from, x2: from, y1: 6, y2: height - MARGIN.bottom };
    const room = to - from;
    const text = room > 130 ? BASES[basis ?? ''] : room > 60 ? SHORT_BASES[basis ?? ''] : '';
    const label = { class: 'chart-basis', x: from + (place > 0 ? 6 : 0), y: 15 };
    const pointing = { ...label, x: from - 6, 'text-anchor': 'end' };
    // The newest label is placed before its border if there is no room behind it.
    const isNarrow = !text && place > 0 && next === undefined;
    return [
      ...(place > 0 ? [svg('line', border)] : []),
      isNarrow
        ? svg('text', pointing, NARROW_BASES[basis ?? ''] ?? '')
        : svg('text', label, text ?? ''),
    ];
  });
}

const BASES: Record<string, string> = {
  'typical days': t('on typical days'),
  'whole horizon': t('on the whole horizon'),
};
const SHORT_BASES: Record<string, string> = {
  'typical days': t('typical days'),
  'whole horizon': t('whole'),
};
const NARROW_BASES: Record<string, string> = {
  'typical days': t('typical days →'),
  'whole horizon': t('whole horizon →'),
};

function reading(
  after: string,
  { incumbent, bound }: Point,
  basis: string | null,
  currency: string | undefined,
): string {
  const known = isKnown(incumbent) && isKnown(bound) && incumbent !== 0;
  const cost = (value: number) => format.exactMoney(value, currency);
  const gap = known ? format.gap((incumbent - bound) / Math.abs(incumbent)) : '';
  return [
    t('After %(time)s', { time: after }),
    ...(isKnown(incumbent) ? [t('best plan %(cost)s', { cost: cost(incumbent) })] : []),
    ...(isKnown(bound) ? [t('bound %(cost)s', { cost: cost(bound) })] : []),
    ...(gap ? [t('gap %(gap)s', { gap })] : []),
    ...(basis ? [BASES[basis] ?? basis] : []),
  ].join(' · ');
}

function summary(stretches: readonly Stretch[], currency: string | undefined): string {
  const last = stretches.at(-1);
  const point = last?.points.at(-1);
  const first = last?.points.find(({ incumbent }) => isKnown(incumbent));
  if (!last || !point || !isKnown(point.incumbent) || !isKnown(first?.incumbent ?? null)) {
    return t('Convergence: no plan yet.');
  }
  const from = format.exactMoney(first?.incumbent ?? 0, currency);
  const to = format.exactMoney(point.incumbent, currency);
  const basis = BASES[last.basis ?? ''] ?? '';
  return t(
    'Convergence %(basis)s: the best plan went from %(from)s to %(to)s. Arrow keys read it in time.',
    { basis, from, to },
  );
}
