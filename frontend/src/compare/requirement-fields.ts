// A requirement as a flat list of fields with labels and units, so that two can be compared.
// Missing ones get their default.

import { dateOf } from '../charts/calendar.ts';
import { carrierName } from '../diagram/carriers.ts';
import { currencyName } from '../i18n/format.ts';
import { t } from '../i18n/texts.ts';
import { areaLabel, exportLabel, SITE, supplyLabel, TRADE } from '../requirement/field-labels.ts';
import { REQUIREMENT_DEFAULTS } from '../schema/generated.ts';
import { deviceFields } from './device-fields.ts';
import type { Field, Fields } from './field.ts';
import { HOURS_A_YEAR } from './load-duration-curve.ts';
import {
  courseOf,
  highest,
  isRecord,
  mean,
  number,
  record,
  type Stated,
  stands,
  valuesOf,
} from './requirement-values.ts';

type Defaulted = keyof typeof REQUIREMENT_DEFAULTS;

export function fieldsOf(requirement: Stated): Fields {
  const money = currencyName(String(withDefaults(requirement).currency));
  return new Map([
    ...siteFields(requirement, money),
    ...named(requirement, 'demands', (name, demand) =>
      demandFields(name, demand, requirement, money),
    ),
    ...named(requirement, 'supplies', (name, supply) =>
      tradeFields(supplyLabel(name), supply, requirement, money),
    ),
    ...named(requirement, 'exports', (name, sold) =>
      tradeFields(exportLabel(name), sold, requirement, money),
    ),
    ...named(requirement, 'meters', meterFields),
    ...named(requirement, 'areas', (name, area) => [
      ['', { label: areaLabel(name), unit: 'm²', value: Number(area) }],
    ]),
    ...deviceFields(requirement, money),
    ...weather(requirement),
  ]);
}

function withDefaults(requirement: Stated): Stated & Record<Defaulted, unknown> {
  return { ...REQUIREMENT_DEFAULTS, ...requirement };
}

/** The fields of each named entry of a section, by their path. */
function named(
  requirement: Stated,
  section: string,
  fields: (name: string, entry: unknown) => Iterable<readonly [string, Field]>,
): [string, Field][] {
  return Object.entries(record(requirement[section])).flatMap(([name, entry]) =>
    [...fields(name, entry)].map(([key, field]): [string, Field] => [
      `${section}.${name}.${key}`,
      field,
    ]),
  );
}

function siteFields(requirement: Stated, money: string): [string, Field][] {
  const { step_hours, start, eur_rate, interest_rate, co2_price } = withDefaults(requirement);
  const { co2_limit, budget } = requirement;
  const none = t('none');
  return [
    ['currency', { label: SITE.currency, unit: '', value: money }],
    ['eur_rate', { label: SITE.eur_rate, unit: money, value: Number(eur_rate) }],
    ['start', { label: SITE.start, unit: '', value: dateOf(String(start)) }],
    ['step_hours', { label: SITE.step_hours, unit: 'h', value: Number(step_hours) }],
    ['interest_rate', { label: SITE.interest_rate, unit: '%', value: Number(interest_rate) * 100 }],
    ['co2_price', { label: SITE.co2_price, unit: `${money}/t`, value: Number(co2_price) }],
    ['co2_limit', { label: SITE.co2_limit, unit: 't', value: number(co2_limit) ?? none }],
    ['budget', { label: SITE.budget, unit: money, value: number(budget) ?? none }],
  ];
}

function* demandFields(
  name: string,
  entry: unknown,
  requirement: Stated,
  money: string,
): Iterable<readonly [string, Field]> {
  const { power, unserved_price } = isRecord(entry) ? entry : { power: entry };
  const values = valuesOf(power, requirement);
  const of = { name: carrierName(name) };
  yield [
    'year',
    {
      label: t('Demand %(name)s, per year', of),
      unit: 'kWh',
      value: mean(values) * HOURS_A_YEAR,
      ...courseOf(values),
    },
  ];
  yield ['peak', { label: t('Demand %(name)s, peak', of), unit: 'kW', value: highest(values) }];
  yield [
    'unserved_price',
    {
      label: t('Demand %(name)s: cost of unserved energy', of),
      unit: `${money}/kWh`,
      value: number(unserved_price) ?? t('fully served'),
    },
  ];
}

function* tradeFields(
  what: string,
  entry: unknown,
  requirement: Stated,
  money: string,
): Iterable<readonly [string, Field]> {
  const { price, co2 = 0, limit, peak_price = 0, peak_period } = record(entry);
  const field = (label: string, unit: string, value: Pick<Field, 'value' | 'course'>) => ({
    label,
    unit,
    ...value,
  });
  const series = (stated: unknown) => stands(stated, requirement);
  const most = limit === undefined || limit === null ? { value: t('none') } : series(limit);
  const period = peak_period === 'month' ? t('month') : t('year');
  const cost = Number(peak_price);
  yield ['price', field(TRADE.price(what), `${money}/kWh`, series(price))];
  yield ['co2', field(TRADE.co2(what), 'kg/kWh', series(co2))];
  yield ['limit', field(TRADE.limit(what), 'kW', most)];
  const peak = field(TRADE.peak_price(what), `${money}/kW`, { value: cost });
  yield ['peak_price', peak];
  yield ['peak_period', field(TRADE.peak_period(what), '', { value: period })];
}

function* meterFields(name: string, entry: unknown): Iterable<readonly [string, Field]> {
  const { supplies, exports, net_metering } = record(entry);
  const through = [supplies, exports].flatMap((names) => (Array.isArray(names) ? names : []));
  const periods: Stated = { day: t('day'), month: t('month'), year: t('year') };
  const field = (label: string, value: string) => ({ label, unit: '', value });
  const shared = through.map((one) => carrierName(String(one))).join(', ');
  yield ['shared', field(t('Meter %(name)s: shared by', { name }), shared)];
  const settled = String(periods[String(net_metering)] ?? t('none'));
  yield ['net_metering', field(t('Meter %(name)s: net metering period', { name }), settled)];
}

/** The profiles that the catalogue's devices use. */
function weather(requirement: Stated): [string, Field][] {
  const labels = { sun: t('Sun'), wind: t('Wind'), 'solar-heat': t('Solar heat') };
  const profiles = record(requirement.profiles);
  return Object.entries(labels)
    .filter(([name]) => name in profiles)
    .map(([name, label]) => [
      `profiles.${name}`,
      { label, unit: t('full-load hours per year'), ...fullLoad(valuesOf(name, requirement)) },
    ]);
}

function fullLoad(values: readonly number[]): Pick<Field, 'value' | 'course'> {
  return { value: mean(values) * HOURS_A_YEAR, ...courseOf(values) };
}
