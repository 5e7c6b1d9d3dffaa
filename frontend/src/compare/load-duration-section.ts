// The load of one node in each plan: load-duration curves and their figures. The node is chosen
// here or in a diagram. The dispatch is fetched when this scrolls near.

import { get, Refusal } from '../api/calls.ts';
import type { Dispatch } from '../charts/dispatch.ts';
import { type GraphNode, union } from '../diagram/graph.ts';
import { html } from '../dom/element.ts';
import * as format from '../i18n/format.ts';
import { t } from '../i18n/texts.ts';
import type { Compared } from './column.ts';
import { curveChart } from './load-duration-chart.ts';
import { type Curve, curveOf, energyUnder, highest, hoursInUse } from './load-duration-curve.ts';
import { figures, type Table } from './table.ts';
import { tableView } from './table-view.ts';

/** It starts to fetch when it is this close to the window. */
const NEAR = '400px';

export class LoadDurationSection {
  readonly element = html('div', { class: 'load-duration' });
  private readonly columns: readonly Compared[];
  private readonly nodes: ReadonlyMap<string, GraphNode>;
  private readonly select: HTMLSelectElement;
  private dispatches: Promise<Dispatch[]> | undefined;
  private node: string;

  /** `chosen`: called with the node that is chosen here. */
  constructor(
    columns: readonly Compared[],
    node: string | undefined,
    chosen: (node: string) => void,
  ) {
    this.columns = columns;
    const { nodes } = union(columns.map(({ plan }) => plan.graph));
    this.nodes = new Map(nodes.map((one) => [one.id, one]));
    this.node = nodes.find(({ id }) => id === node)?.id ?? mainCarrier(nodes);
    this.select = selectOf(nodes, this.node);
    this.select.addEventListener('change', () => chosen(this.select.value));
    this.put(columns.map(() => undefined));
    const seen = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        seen.disconnect();
        this.draw();
      },
      { rootMargin: NEAR },
    );
    seen.observe(this.element);
  }

  /** Shows another node, and scrolls into view. */
  show(node: string): void {
    this.node = node;
    this.select.value = node;
    this.element.scrollIntoView({ block: 'nearest' });
    this.draw();
  }

  private async draw(): Promise<void> {
    const { node } = this;
    const shown = this.nodes.get(node);
    if (!shown) return;
    this.element.setAttribute('aria-busy', 'true');
    try {
      const dispatches = await this.fetched();
      if (node !== this.node) return;
      this.put(dispatches.map((dispatch) => curveOf(dispatch, shown)));
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      this.offerAgain(refusal.message);
    }
    this.element.removeAttribute('aria-busy');
  }

  private fetched(): Promise<Dispatch[]> {
    this.dispatches ??= Promise.all(
      this.columns.map(({ plan }) => get<Dispatch>(plan.dispatch_url)),
    );
    return this.dispatches;
  }

  private put(curves: readonly (Curve | undefined)[]): void {
    const isFocused = document.activeElement === this.select;
    const choice = html('label', { class: 'load-choice' }, html('span', {}, t('Of')), this.select);
    const chart = curveChart(this.columns, curves);
    this.element.replaceChildren(tableView(tableOf(curves), this.columns, choice, chart));
    if (isFocused) this.select.focus();
  }

  private offerAgain(reason: string): void {
    this.dispatches = undefined;
    const again = html('button', { type: 'button' }, t('Try again'));
    again.addEventListener('click', () => this.draw());
    this.element.append(html('p', { class: 'alert', role: 'alert' }, reason, again));
  }
}

function tableOf(curves: readonly (Curve | undefined)[]): Table {
  const row = (
    label: string,
    unit: string,
    of: (curve: Curve) => number,
    write: (value: number) => string,
  ) =>
    figures(
      curves.map((curve) => curve && of(curve)),
      { label, unit, write },
    );
  return {
    caption: t('Load duration'),
    notes: [
      t(
        'Hours of the year in which the power is at least the value shown: main output of a device, discharge of a store, inflow of a carrier, purchase, export or demand.',
      ),
    ],
    groups: [
      {
        rows: [
          row(t('Highest power'), 'kW', highest, (power) => format.size(power, 'kW')),
          row(t('Operating hours'), 'h', hoursInUse, (hours) => format.size(hours, 'h')),
          row(t('Energy per year'), 'kWh', energyUnder, format.energy),
        ],
      },
    ],
  };
}

function mainCarrier(nodes: readonly GraphNode[]): string {
  const carriers = nodes.filter(({ kind }) => kind === 'carrier');
  const found = carriers.find(({ carrier }) => carrier === 'electricity') ?? carriers[0];
  return found?.id ?? '';
}

const GROUPS = {
  carrier: t('Carriers'),
  supply: t('Purchased, or from sun and wind'),
  device: t('Devices'),
  storage: t('Stores'),
  demand: t('Demands'),
  export: t('Sold'),
} as const;

function selectOf(nodes: readonly GraphNode[], chosen: string): HTMLSelectElement {
  const groups = Object.entries(GROUPS).flatMap(([kind, label]) => {
    const options = nodes
      .filter((node) => node.kind === kind)
      .map(({ id, label }) => html('option', { value: id }, label));
    return options.length > 0 ? [html('optgroup', { label }, ...options)] : [];
  });
  const select = html('select', { 'aria-label': t('Load duration of') }, ...groups);
  select.value = chosen;
  return select;
}
