// The figures of a device, in rows that can be compared.

import { carrierName } from '../diagram/carriers.ts';
import { currencyName, figure, list, PERCENT } from '../i18n/format.ts';
import { t, translate } from '../i18n/texts.ts';
import { unitName } from '../i18n/unit-name.ts';
import type { Device, Figures } from './preview.ts';

export interface Row {
  label: string;
  text: string;
  /** The field of the requirement. */
  fields: readonly string[];
}

type Of<Kind extends Figures['kind']> = Extract<Figures, { kind: Kind }>;
type Line = [fields: string, label: string, text: string | false];

/** One line: cost and lifetime; or that it exists already. */
export function brief({ figures }: Device, currency: string): string {
  const { investment, size, life, unit } = figures;
  if (size !== null && investment === 0) {
    return t('%(size)s, existing', { size: `${figure(size)} ${unitName(unit)}` });
  }
  return t('%(cost)s per %(unit)s, %(life)s years', {
    cost: money(investment, currency),
    unit: unitName(unit),
    life: figure(life),
  });
}

/** All figures, for a closer look. */
export function rows({ figures }: Device, currency: string): Row[] {
  const lines = [...ofSize(figures), ...ofCosts(figures, currency), ...ofEnergy(figures)];
  return lines.flatMap(([fields, label, text]) =>
    text === false ? [] : [{ label, text, fields: fields.split(' ') }],
  );
}

function ofSize({ size, min_size, max_size, unit_size, unit, area }: Figures): Line[] {
  const of = (value: number) => `${figure(value)} ${unitName(unit)}`;
  const range =
    max_size === null
      ? min_size > 0 && t('from %(least)s', { least: of(min_size) })
      : t('%(least)s to %(most)s', { least: figure(min_size), most: of(max_size) });
  const areas = Object.entries(area).map(([name, m2]) =>
    t('%(m2)s m² of %(name)s per %(unit)s', {
      m2: figure(m2),
      name: translate(name),
      unit: unitName(unit),
    }),
  );
  return [
    ['size min_size max_size', t('Size'), size === null ? range : of(size)],
    ['unit_size', t('Unit size'), unit_size !== null && of(unit_size)],
    ['area', t('Area'), areas.length > 0 && list(areas)],
  ];
}

function ofCosts(figures: Figures, currency: string): Line[] {
  const { investment, investment_fixed, maintenance, operation } = figures;
  const power_investment = figures.kind === 'store' ? figures.power_investment : 0;
  const per = (cost: number, unit: string) =>
    t('%(cost)s per %(unit)s', { cost: money(cost, currency), unit });
  const parts = [
    investment > 0 && per(investment, unitName(figures.unit)),
    power_investment > 0 && per(power_investment, 'kW'),
    investment_fixed > 0 && t('%(cost)s fixed', { cost: money(investment_fixed, currency) }),
  ].filter((part) => part !== false);
  return [
    [
      'investment investment_fixed power_investment',
      t('Investment'),
      parts.length > 0 ? list(parts) : t('none'),
    ],
    ['life', t('Lifetime'), t('%(n)s years', { n: figure(figures.life) })],
    [
      'maintenance',
      t('Fixed O&M'),
      maintenance > 0 &&
        t('%(share)s of investment per year', { share: `${figure(maintenance)}${PERCENT}` }),
    ],
    [
      'operation',
      t('Variable O&M'),
      operation !== 0 && `${figure(operation)} ${currencyName(currency)}/kWh`,
    ],
  ];
}

function ofEnergy(figures: Figures): Line[] {
  if (figures.kind === 'converter') return ofConverter(figures);
  if (figures.kind === 'load_shift') return ofLoadShift(figures);
  return figures.kind === 'store' ? ofStore(figures) : ofLink(figures);
}

function ofConverter({ inputs, outputs, min_load }: Of<'converter'>): Line[] {
  return [
    ['inputs', t('Input'), Object.keys(inputs).length > 0 && flows(inputs)],
    ['outputs', t('Output'), flows(outputs)],
    ['min_load', t('Minimum load'), min_load > 0 && percent(min_load)],
  ];
}

/** { gas: 2.6 } → "2.6 kW gas" */
function flows(powers: Record<string, number>): string {
  return list(
    Object.entries(powers).map(
      ([carrier, kw]) => `${figure(round(kw))} kW ${carrierName(carrier)}`,
    ),
  );
}

function ofStore(figures: Of<'store'>): Line[] {
  const { carrier, charge_efficiency, discharge_efficiency, hours, loss } = figures;
  return [
    ['carrier', t('Stores'), carrierName(carrier)],
    [
      'charge_efficiency discharge_efficiency',
      t('Efficiency, charging and discharging'),
      percent(charge_efficiency * discharge_efficiency),
    ],
    ['hours', t('Discharge time'), t('at least %(n)s h', { n: figure(hours) })],
    ['loss', t('Standing loss per hour'), loss > 0 && percent(loss)],
  ];
}

function ofLink({ source, target, loss }: Of<'link'>): Line[] {
  return [
    ['source target', t('Between'), list([carrierName(source), carrierName(target)])],
    ['loss', t('Loss'), loss > 0 && percent(loss)],
  ];
}

function ofLoadShift({ demand, share, earlier_hours, later_hours }: Of<'load_shift'>): Line[] {
  const hours = (value: number) => value > 0 && `${figure(value)} h`;
  return [
    [
      'demand share',
      t('Moves'),
      t('up to %(share)s of %(demand)s', { share: percent(share), demand: carrierName(demand) }),
    ],
    ['earlier_hours', t('Earlier by'), hours(earlier_hours)],
    ['later_hours', t('Later by'), hours(later_hours)],
  ];
}

function percent(share: number): string {
  return `${figure(round(share * 100))}${PERCENT}`;
}

/** "10,834 EUR", "66.8 EUR": at least four significant figures, more than sources agree on. */
function money(amount: number, currency: string): string {
  const rounded = amount < 1000 ? Number(amount.toPrecision(4)) : Math.round(amount);
  return figure(rounded, currencyName(currency));
}

/** To three significant figures: nobody states 0.3125 for 1/3.2. */
function round(value: number): number {
  return Number(value.toPrecision(3));
}
