// The labels of a requirement's fields, by their path: "devices.battery.max_size".

import { carrierName } from '../diagram/carriers.ts';
import { t, translate } from '../i18n/texts.ts';
import { deviceLabel } from './device-labels.ts';

/** Fields of the whole site. */
export const SITE = {
  name: t('Name of the site'),
  currency: t('Currency'),
  eur_rate: t('Exchange rate of EUR'),
  start: t('First day'),
  step_hours: t('Step'),
  interest_rate: t('Interest rate'),
  co2_price: t('Price of CO₂'),
  co2_limit: t('CO₂ limit per year'),
  budget: t('Investment limit'),
};

/** Fields of a supply or an export. */
export const TRADE = {
  price: (what: string) => t('%(what)s: price', { what }),
  co2: (what: string) => t('%(what)s: CO₂', { what }),
  limit: (what: string) => t('%(what)s: maximum power', { what }),
  peak_price: (what: string) => t('%(what)s: demand charge', { what }),
  peak_period: (what: string) => t('%(what)s: billing period of the peak', { what }),
};

/** Figures of a device. */
const FIGURES: Record<string, string> = {
  size: t('size'),
  min_size: t('minimum size'),
  max_size: t('maximum size'),
  unit_size: t('unit size'),
  unit: t('unit of size'),
  area: t('area'),
  place: t('location'),
  investment: t('investment per unit of size'),
  investment_fixed: t('fixed investment'),
  maintenance: t('fixed O&M, share of investment per year'),
  life: t('lifetime'),
  resource: t('resource'),
  inputs: t('input'),
  outputs: t('output'),
  availability: t('availability'),
  must_take: t('cannot be curtailed'),
  min_load: t('minimum load'),
  operation: t('variable O&M'),
  flow_costs: t('flow cost'),
  carrier: t('carrier'),
  charge_efficiency: t('charging efficiency'),
  discharge_efficiency: t('discharging efficiency'),
  loss: t('loss'),
  standing_loss: t('standing loss'),
  hours: t('minimum discharge time'),
  power: t('sizing of the power'),
  start_level: t('level at the start'),
  cyclic: t('same level at the start and the end'),
  min_level: t('minimum level'),
  max_level: t('maximum level'),
  charging: t('charging and discharging'),
  power_investment: t('investment per kW'),
  power_maintenance: t('fixed O&M of the power part, share of investment per year'),
  power_life: t('lifetime of the power part'),
  demand: t('demand, part of which can be moved'),
  share: t('largest part that can be moved'),
  earlier_hours: t('earlier by'),
  later_hours: t('later by'),
  source: t('from'),
  target: t('to'),
  two_way: t('both directions'),
};

/** Sections whose entries have a label of their own. */
const ENTRIES: Record<string, (name: string) => string> = {
  demands: (name) => t('Demand %(name)s', { name: carrierName(name) }),
  supplies: supplyLabel,
  exports: exportLabel,
  meters: (name) => t('Meter %(name)s', { name }),
  areas: areaLabel,
  profiles: (name) => t('Profile %(name)s', { name: translate(name) }),
  devices: deviceLabel,
};

export function supplyLabel(name: string): string {
  return t('Supply %(name)s', { name: carrierName(name) });
}

export function exportLabel(name: string): string {
  return t('Export %(name)s', { name: carrierName(name) });
}

export function areaLabel(name: string): string {
  return t('Area %(name)s', { name: translate(name) });
}

/** "Battery: maximum size"; `of`: the carrier or area of one of several values. */
export function figureLabel(device: string, figure: string, of?: string): string {
  const words = valueAt(FIGURES, figure) ?? figure.replaceAll('_', ' ');
  const label = t('%(device)s: %(figure)s', { device, figure: words });
  return of === undefined ? label : t('%(figure)s, %(of)s', { figure: label, of: carrierName(of) });
}

/** The label of a path; undefined where it has none. `ownLabel`: of the site's own devices. */
export function fieldLabel(
  path: string,
  ownLabel: (device: string) => unknown = () => undefined,
): string | undefined {
  const [section = '', name, field, of] = path.split('.');
  if (name === undefined) return valueAt(SITE, section);
  const own = section === 'devices' ? ownLabel(name) : undefined;
  const entry = typeof own === 'string' ? translate(own) : valueAt(ENTRIES, section)?.(name);
  if (entry === undefined || field === undefined) return entry;
  if (section === 'devices') return figureLabel(entry, field, isIndex(of) ? undefined : of);
  const isTrade = section === 'supplies' || section === 'exports';
  return (isTrade && valueAt(TRADE, field)?.(entry)) || entry;
}

function isIndex(name: string | undefined): boolean {
  return /^\d+$/.test(name ?? '');
}

/** Only own properties: paths come from people's files. */
function valueAt<Value>(all: Record<string, Value>, key: string): Value | undefined {
  return Object.hasOwn(all, key) ? all[key] : undefined;
}
