// The tables below the diagram: the installed devices, and the annual costs.

import { html } from '../dom/element.ts';
import * as format from '../i18n/format.ts';
import { t } from '../i18n/texts.ts';
import type { Costs, Device, Plan } from './plan.ts';

/** In the order of the annual costs. */
export const COSTS: readonly (readonly [keyof Costs, string])[] = [
  ['investment', t('Annualised investment')],
  ['maintenance', t('Fixed O&M')],
  ['operation', t('Variable O&M')],
  ['energy', t('Energy purchases')],
  ['peak', t('Demand charge')],
  ['unserved', t('Unserved demand')],
  ['co2', t('CO₂')],
  ['export_revenue', t('Export revenue')],
];

/** looks: the classes of the nodes' colours, by their ids. */
export function deviceTable(
  { devices, graph }: Plan,
  currency: string,
  looks: ReadonlyMap<string, string>,
): HTMLTableElement {
  const nodes = new Map(graph.nodes.map(({ id, device }) => [device, id]));
  const swatch = ({ name }: Device) =>
    html('span', { class: `swatch ${looks.get(nodes.get(name) ?? '') ?? ''}` });
  const rows = devices
    .toSorted((a, b) => b.cost_per_year - a.cost_per_year)
    .map((device) =>
      row(
        [swatch(device), device.label],
        html('td', {}, format.size(device.size, device.unit)),
        amount(device.investment, currency),
        amount(device.cost_per_year, currency),
        html('td', {}, format.energy(device.kwh_per_year)),
      ),
    );
  const heads = [t('Device'), t('Size'), t('Investment'), t('Cost per year'), t('Energy per year')];
  const caption = t('What to install');
  const none = html(
    'tr',
    {},
    html('th', { scope: 'row', colspan: '5', class: 'muted' }, t('No devices')),
  );
  return html(
    'table',
    {},
    html('caption', {}, caption),
    html('thead', {}, html('tr', {}, ...heads.map((head) => html('th', { scope: 'col' }, head)))),
    html('tbody', {}, ...(rows.length > 0 ? rows : [none])),
  );
}

export function costTable({ costs, cost_per_year }: Plan, currency: string): HTMLTableElement {
  const rows = COSTS.filter(([name]) => Math.abs(costs[name]) >= 0.5).map(([name, label]) =>
    row([label], amount(name === 'export_revenue' ? -costs[name] : costs[name], currency)),
  );
  return html(
    'table',
    {},
    html('caption', {}, t('Annual costs')),
    html('tbody', {}, ...rows),
    html('tfoot', {}, row([t('Total')], amount(cost_per_year, currency))),
  );
}

function row(head: (string | HTMLElement)[], ...cells: HTMLElement[]): HTMLElement {
  return html('tr', {}, html('th', { scope: 'row' }, ...head), ...cells);
}

function amount(value: number, currency: string): HTMLElement {
  return html('td', {}, format.exactMoney(value, currency));
}
