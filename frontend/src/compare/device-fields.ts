// The devices of a requirement as fields: which may be installed, and the figures given for each.

import { carrierName } from '../diagram/carriers.ts';
import { t, translateLabel } from '../i18n/texts.ts';
import { deviceLabel } from './device-labels.ts';
import type { Field } from './field.ts';
import { record, type Stated, stands } from './requirement-values.ts';

/** Shown with the device itself, or meaningless to people. */
const LEFT_OUT = new Set(['kind', 'like', 'label']);

/** Labels and units of figures; `money` is replaced by the currency. */
const FIGURES: Record<string, readonly [string, string]> = {
  size: [t('size'), ''],
  min_size: [t('smallest size'), ''],
  max_size: [t('largest size'), ''],
  unit_size: [t('size of one unit'), ''],
  area: [t('area'), 'm²'],
  investment: [t('investment per unit of size'), 'money'],
  investment_fixed: [t('investment whatever the size'), 'money'],
  maintenance: [t('maintenance, of the investment a year'), '%'],
  life: [t('life'), t('years')],
  inputs: [t('input'), 'kW/kW'],
  outputs: [t('output'), 'kW/kW'],
  availability: [t('availability'), ''],
  min_load: [t('smallest load'), ''],
  operation: [t('operation'), 'money/kWh'],
  flow_costs: [t('cost of the flow'), 'money/kWh'],
  charge_efficiency: [t('charging efficiency'), ''],
  discharge_efficiency: [t('discharging efficiency'), ''],
  loss: [t('loss'), ''],
  standing_loss: [t('standing loss'), ''],
  hours: [t('shortest discharge'), 'h'],
  start_level: [t('level at the start'), ''],
  min_level: [t('lowest level'), ''],
  max_level: [t('highest level'), ''],
  power_investment: [t('investment per kW'), 'money'],
  power_maintenance: [t('maintenance of its power, of the investment a year'), '%'],
  demand: [t('demand, part of which can be moved'), ''],
  share: [t('largest part that can be moved'), ''],
  earlier_hours: [t('earlier by'), 'h'],
  later_hours: [t('later by'), 'h'],
  power_life: [t('life of its power’s part'), t('years')],
};

export function deviceFields(requirement: Stated, money: string): [string, Field][] {
  if (!requirement.devices) {
    const label = t('Devices to consider');
    return [['devices', { label, unit: '', value: t('the whole catalogue') }]];
  }
  return Object.entries(record(requirement.devices)).flatMap(([name, figures]) => {
    const { label } = record(figures);
    const device = typeof label === 'string' ? translateLabel(label) : deviceLabel(name);
    const may: Field = {
      label: t('%(device)s may be installed', { device }),
      unit: '',
      value: t('yes'),
      lacking: t('no'),
    };
    const stated = Object.entries(record(figures)).filter(([figure]) => !LEFT_OUT.has(figure));
    return [
      [`devices.${name}`, may] as [string, Field],
      ...stated.flatMap(([figure, value]) =>
        figureFields(device, figure, value, requirement, money).map(
          ([key, field]): [string, Field] => [`devices.${name}.${key}`, field],
        ),
      ),
    ];
  });
}

/** One field, or one for each carrier or area. */
function figureFields(
  device: string,
  figure: string,
  value: unknown,
  requirement: Stated,
  money: string,
): [string, Field][] {
  const [words, measure] = FIGURES[figure] ?? [figure.replaceAll('_', ' '), ''];
  const unit = measure.replace('money', money);
  const label = t('%(device)s: %(figure)s', { device, figure: words });
  const parts = record(value);
  if (Object.keys(parts).length > 0) {
    return Object.entries(parts).map(([of, part]) => [
      `${figure}.${of}`,
      {
        label: t('%(figure)s, %(of)s', { figure: label, of: carrierName(of) }),
        unit,
        ...stands(part, requirement),
      },
    ]);
  }
  const isFigure =
    typeof value === 'number' || Array.isArray(value) || isProfile(value, requirement);
  const told = isFigure ? stands(value, requirement) : { value: wordOf(value) };
  return [[figure, { label, unit, ...told }]];
}

function isProfile(value: unknown, { profiles }: Stated): boolean {
  return typeof value === 'string' && value in record(profiles);
}

function wordOf(value: unknown): string {
  if (typeof value === 'boolean') return value ? t('yes') : t('no');
  return value === null || typeof value === 'object' ? '–' : String(value);
}
