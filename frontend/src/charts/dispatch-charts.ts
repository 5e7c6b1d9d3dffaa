// The dispatch of the chosen plan: one plot for each carrier, and one of the levels of stores; or
// those of a single node. Over the whole horizon, a week, a day, or any dragged range. Loaded when
// the result needs it.

import '../style/charts.css';
import '../diagram/look-style.ts';
import type uPlot from 'uplot';
import type { GraphNode, NodeKind } from '../diagram/graph.ts';
import { seriesClasses } from '../diagram/look.ts';
import { html, setText } from '../dom/element.ts';
import { energy, size } from '../i18n/format.ts';
import { t, tn } from '../i18n/texts.ts';
import { days as dateRange, day } from './calendar.ts';
import {
  type Balance,
  type Band,
  balanceOf,
  carriersOf,
  type Dispatch,
  energyOf,
  horizonOf,
  throughput,
  timeOf,
} from './dispatch.ts';
import { durationCurve, durationFigure } from './duration-curve.ts';
import { heatMap } from './heat-map.ts';
import { type Curve, plot } from './plot.ts';
import { type Positions, positionsOf } from './positions.ts';
import {
  fitted,
  grain,
  type Horizon,
  isWhole,
  moved,
  span,
  type Window,
  whole,
  zoomed,
} from './time-window.ts';

export interface Shown {
  dispatch: Dispatch;
  /** The plan's devices: names and sizes. */
  devices: readonly { name: string; size: number }[];
  node: string | undefined;
  window: Window | undefined;
}

export interface DispatchHandlers {
  /** Shows another window; without one, the whole horizon. */
  window(window: Window | undefined): void;
  /** Shows another node; without one, all carriers. */
  node(node: string | undefined): void;
}

const KINDS: Partial<Record<NodeKind, string>> = {
  supply: t('Supply'),
  demand: t('Demand'),
  export: t('Export'),
};

export class DispatchCharts {
  readonly element: HTMLElement;
  private readonly nodes: ReadonlyMap<string, GraphNode>;
  private readonly looks: ReadonlyMap<string, string>;
  private readonly handlers: DispatchHandlers;
  private readonly bar = html('div', { class: 'window-bar' });
  private readonly range = html('p', { class: 'window-range', 'aria-live': 'polite' });
  private readonly plots = html('div', { class: 'plots' });
  private readonly drawn = new Set<uPlot>();
  /** Draws the plots that are on the page, but empty: all at once, since drawing measures them. */
  private readonly undrawn: (() => uPlot)[] = [];
  private shown: Shown | undefined;

  /** `nodes`: those of all plans. */
  constructor(nodes: readonly GraphNode[], handlers: DispatchHandlers) {
    this.nodes = new Map(nodes.map((node) => [node.id, node]));
    this.looks = seriesClasses(nodes);
    this.handlers = handlers;
    const keys = html(
      'p',
      { class: 'muted keys' },
      t('Drag across a chart to zoom in. Keys: ← → earlier and later, + − zoom in and out, 0 all.'),
    );
    const parts = [this.bar, this.range, this.plots, keys];
    this.element = html('div', { class: 'operation', tabindex: '-1' }, ...parts);
    this.element.addEventListener('keydown', (event) => this.press(event));
    new ResizeObserver(() => this.fit()).observe(this.plots);
    const repaint = () => this.repaint();
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', repaint);
    new MutationObserver(repaint).observe(document.documentElement, {
      attributeFilter: ['data-theme'],
    });
  }

  show(shown: Shown): void {
    this.shown = shown;
    const { dispatch, node } = shown;
    const window = this.window(shown);
    const positions = positionsOf(dispatch, window);
    this.showBar(window, shown);
    setText(this.range, rangeInWords(window, dispatch));
    const focused = this.entries().indexOf(document.activeElement as HTMLElement);
    for (const chart of this.drawn) chart.destroy();
    this.drawn.clear();
    this.plots.replaceChildren();
    const balances = (node ? [node] : carriersOf(dispatch))
      .map((id) => balanceOf(dispatch, id))
      .filter(({ above, below }) => above.length + below.length > 0);
    for (const balance of balances) this.addBalance(balance, window, positions, dispatch);
    if (balances.length === 0) {
      this.plots.append(html('p', { class: 'muted' }, t('No flow here in this plan.')));
    }
    this.addLevels(positions, shown);
    if (node && balances[0]) this.addYear(balances[0], window, dispatch);
    for (const draw of this.undrawn.splice(0)) this.drawn.add(draw());
    // Otherwise keys would reach nothing.
    if (focused >= 0) (this.entries()[focused] ?? this.element).focus({ preventScroll: true });
  }

  private entries(): HTMLElement[] {
    return [...this.plots.querySelectorAll<HTMLElement>('button.plain, .heat-map-cells')];
  }

  private window({ dispatch, window }: Shown): Window {
    const horizon = horizonOf(dispatch);
    return window ? fitted(window, horizon) : whole(horizon);
  }

  /** The label of a node, with its kind where the context doesn't tell. */
  private label(id: string): string {
    const node = this.nodes.get(id);
    if (!node) return id;
    const kind = KINDS[node.kind];
    const { label } = node;
    return kind ? t('%(kind)s: %(label)s', { kind, label }) : label;
  }

  private swatch(node: string): HTMLElement {
    return html('span', { class: `swatch ${this.looks.get(node) ?? ''}` });
  }

  private addBalance(
    balance: Balance,
    window: Window,
    positions: Positions,
    dispatch: Dispatch,
  ): void {
    const carrier = balance.node.startsWith('carrier:');
    const now: [HTMLElement, Placed][] = [];
    const side = (title: string, bands: Band[]) => {
      const curves: Curve[] = [];
      const entries = bands.map((band) => {
        const values = positions.place(band.kw);
        const entry = this.entry(band.node, energy(energyOf(band.kw, window, dispatch)));
        curves.push({ values, swatch: entry.swatch });
        now.push([entry.now, values]);
        return entry.element;
      });
      const list = html('ul', { 'aria-label': title }, ...entries);
      return { curves, element: html('div', {}, html('h4', {}, title), list) };
    };
    const above = side(carrier ? t('Sources') : t('Output'), balance.above);
    const below = side(carrier ? t('Uses') : t('Input'), balance.below);
    const sides = [above, below].filter(({ curves }) => curves.length > 0);
    const key = sides.map(({ element }) => element);
    const figure = this.figure(this.label(balance.node), key);
    this.draw(figure, positions, dispatch, {
      above: above.curves,
      below: below.curves,
      unit: 'kW',
      readOut: (at) => {
        for (const [element, values] of now) setText(element, reading(values[at ?? -1], 'kW'));
      },
    });
  }

  private addLevels(positions: Positions, { dispatch, devices, node }: Shown): void {
    const sizes = new Map(devices.map((device) => [device.name, device.size]));
    const levels = dispatch.levels.filter(
      ({ storage, kwh }) =>
        (!node || node === `storage:${storage}`) && kwh.some((level) => level > 0),
    );
    if (levels.length === 0) return;
    const now: [HTMLElement, Placed][] = [];
    const curves = levels.map(({ storage, kwh }): Curve & { element: HTMLElement } => {
      const full = sizes.get(storage) || Math.max(...kwh);
      const entry = this.entry(`storage:${storage}`, size(full, 'kWh'));
      now.push([entry.now, positions.place(kwh)]);
      const values = positions.place(kwh.map((level) => (100 * level) / full));
      return { values, swatch: entry.swatch, element: entry.element };
    });
    const list = html('ul', {}, ...curves.map(({ element }) => element));
    const key = html('div', {}, html('h4', {}, t('Stores, capacity')), list);
    this.draw(this.figure(t('Levels'), [key]), positions, dispatch, {
      above: curves,
      lines: true,
      unit: '%',
      readOut: (at) => {
        for (const [element, values] of now) setText(element, reading(values[at ?? -1], 'kWh'));
      },
    });
  }

  /** One node over the whole horizon: heat map and load-duration curve. */
  private addYear(balance: Balance, window: Window, dispatch: Dispatch): void {
    const horizon = horizonOf(dispatch);
    const kw = throughput(balance);
    const { perDay } = horizon;
    if (horizon.steps > perDay) {
      const pick = (number: number) =>
        this.wish(fitted({ from: number * perDay, to: (number + 1) * perDay }, horizon));
      this.plots.append(heatMap(kw, dispatch, window.from, pick));
    }
    const { element, place, now, caption } = durationFigure(t('Load duration'));
    const swatch = this.swatch(balance.node);
    caption.append(swatch, ' ', this.label(balance.node));
    this.plots.append(element);
    this.undrawn.push(() => durationCurve(place, now, kw, dispatch, swatch));
  }

  private figure(title: string, key: HTMLElement[]): Figure {
    const place = html('div', { class: 'plot', 'aria-hidden': 'true' });
    const when = html('span', { class: 'when muted' });
    const head = html('h3', {}, title, when);
    const element = html(
      'figure',
      { 'aria-label': title },
      head,
      place,
      html('figcaption', {}, ...key),
    );
    this.plots.append(element);
    return { place, when };
  }

  /** An entry of a plot's legend, which pins its node. */
  private entry(node: string, total: string) {
    const swatch = this.swatch(node);
    const now = html('span', { class: 'now' });
    const name = html('span', { class: 'name' }, this.label(node));
    const amount = html('span', { class: 'amount' }, total);
    const button = html('button', { type: 'button', class: 'plain' }, swatch, name, amount, now);
    button.addEventListener('click', () => this.handlers.node(node));
    return { element: html('li', {}, button), swatch, now };
  }

  private draw({ place, when }: Figure, positions: Positions, dispatch: Dispatch, lot: Lot): void {
    const { readOut, ...curves } = lot;
    const zoom = (steps: Window) => this.wish(fitted(steps, horizonOf(dispatch)));
    const point = (at: number | undefined) => {
      readOut(at);
      setText(when, at === undefined ? '' : positions.when(at));
    };
    this.undrawn.push(() => plot({ place, positions, dispatch, zoom, point, ...curves }));
  }

  private showBar(window: Window, { dispatch, node }: Shown): void {
    const horizon = horizonOf(dispatch);
    const focused = this.bar.querySelector(':focus')?.getAttribute('data-to');
    const length = (window.to - window.from) / horizon.perDay;
    const choices = spans(horizon).map(({ name, days }) => {
      const now = days === undefined ? isWhole(window, horizon) : length === days;
      const to = days === undefined ? undefined : span(days, window, horizon);
      return this.button(name, to, { 'aria-pressed': String(now) });
    });
    const steps = ([-1, 1] as const).map((by) => {
      const to = moved(window, by, horizon);
      const button = this.button(by < 0 ? '‹' : '›', to, {
        'aria-label': by < 0 ? t('Earlier') : t('Later'),
      });
      button.disabled = isWhole(window, horizon) || to.from === window.from;
      return button;
    });
    const parts: HTMLElement[] = [];
    if (choices.length > 1) {
      const group = { role: 'group', 'aria-label': t('Time range shown') };
      parts.push(html('div', { ...group, class: 'switch' }, ...choices), ...steps);
    }
    if (node) {
      const all = html('button', { type: 'button', 'data-to': 'carriers' }, t('Show all carriers'));
      all.addEventListener('click', () => this.handlers.node(undefined));
      parts.push(html('strong', { class: 'pinned' }, this.swatch(node), this.label(node)), all);
    }
    this.bar.replaceChildren(...parts);
    if (!focused) return;
    const again = this.bar.querySelector<HTMLElement>(`[data-to="${focused}"]:enabled`);
    (again ?? this.element).focus({ preventScroll: true });
  }

  private button(
    name: string,
    to: Window | undefined,
    attributes: Record<string, string>,
  ): HTMLButtonElement {
    const button = html('button', { type: 'button', 'data-to': name, ...attributes }, name);
    button.addEventListener('click', () => this.wish(to));
    return button;
  }

  private press(event: KeyboardEvent): void {
    if (!this.shown || event.ctrlKey || event.metaKey || event.altKey) return;
    const horizon = horizonOf(this.shown.dispatch);
    const now = this.window(this.shown);
    const to: Partial<Record<string, Window>> = {
      ArrowLeft: moved(now, -1, horizon),
      ArrowRight: moved(now, 1, horizon),
      '+': zoomed(now, 'in', horizon),
      '-': zoomed(now, 'out', horizon),
      '0': whole(horizon),
    };
    const wanted = to[event.key];
    if (!wanted) return;
    event.preventDefault();
    this.wish(wanted);
  }

  private wish(window: Window | undefined): void {
    if (!this.shown) return;
    const all = !window || isWhole(window, horizonOf(this.shown.dispatch));
    this.handlers.window(all ? undefined : window);
  }

  private fit(): void {
    for (const chart of this.drawn) {
      const width = chart.root.parentElement?.clientWidth ?? 0;
      if (width && width !== chart.width) chart.setSize({ width, height: chart.height });
    }
  }

  private repaint(): void {
    for (const chart of this.drawn) chart.redraw(false, true);
  }
}

type Placed = (number | null)[];

interface Figure {
  place: HTMLElement;
  when: HTMLElement;
}

/** What one plot draws, and how it reads out the values under the pointer. */
interface Lot {
  above: Curve[];
  below?: Curve[];
  lines?: boolean;
  unit: string;
  readOut(at: number | undefined): void;
}

function reading(value: number | null | undefined, unit: string): string {
  return typeof value === 'number' ? size(value, unit) : '';
}

/** The offered spans of the horizon; undefined days: all of it. */
function spans({ steps, perDay, typical }: Horizon): { name: string; days: number | undefined }[] {
  const days = steps / perDay;
  const all = {
    name: typical ? t('All days') : days >= 360 ? t('Year') : t('All'),
    days: undefined,
  };
  const week = !typical && days > 7 ? [{ name: t('Week'), days: 7 }] : [];
  return [all, ...week, ...(days > 1 ? [{ name: t('Day'), days: 1 }] : [])];
}

function rangeInWords(window: Window, dispatch: Dispatch): string {
  const horizon = horizonOf(dispatch);
  const { days } = dispatch;
  if (days && isWhole(window, horizon)) {
    return tn(
      '%(n)s typical day stands for the year; × says how many days it stands for.',
      '%(n)s typical days stand for the year; × says how many days each stands for.',
      days.length,
    );
  }
  if (days) {
    const typical = days[window.from / horizon.perDay];
    const date = day(Date.parse(typical?.date ?? ''));
    return t('%(date)s, a typical day: it stands for %(days)s days of the year.', {
      date,
      days: typical?.days_per_year ?? '',
    });
  }
  const range = dateRange(timeOf(window.from, dispatch), timeOf(window.to, dispatch) - 1);
  return grain(window, horizon) > 1 ? t('%(range)s, daily means', { range }) : range;
}
