// The devices of a requirement as fields: which may be installed, and the figures given for each.

import { carrierName } from '../diagram/carriers.ts';
import { t, translate } from '../i18n/texts.ts';
import { unitName } from '../i18n/unit-name.ts';
import { deviceLabel } from '../requirement/device-labels.ts';
import { figureLabel } from '../requirement/field-labels.ts';
import { DEVICE_UNITS } from '../schema/generated.ts';
import type { Field } from './field.ts';
import { record, type Stated, stands } from './requirement-values.ts';

/** Shown with the device itself, or meaningless to people. */
const LEFT_OUT = new Set(['kind', 'like', 'label']);

const UNITS: Record<string, string> = DEVICE_UNITS;

/** The values of figures that are words. */
const WORDS: Record<string, string> = {
  apart: t('apart from the energy'),
  together: t('together with the energy'),
  shared: t('share one power'),
  separate: t('each with its own power'),
  exclusive: t('never both at once'),
  m2: 'm²',
};

export function deviceFields(requirement: Stated, money: string): [string, Field][] {
  if (!requirement.devices) {
    const label = t('Devices to consider');
    return [['devices', { label, unit: '', value: t('the whole catalogue') }]];
  }
  return Object.entries(record(requirement.devices)).flatMap(([name, figures]) => {
    const { label } = record(figures);
    const device = typeof label === 'string' ? translate(label) : deviceLabel(name);
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
  const unit = unitOf(figure, money);
  const parts = record(value);
  if (Object.keys(parts).length > 0) {
    return Object.entries(parts).map(([of, part]) => [
      `${figure}.${of}`,
      {
        label: figureLabel(device, figure, of),
        unit,
        ...stands(part, requirement),
      },
    ]);
  }
  const isFigure =
    typeof value === 'number' || Array.isArray(value) || isProfile(value, requirement);
  const summary = isFigure ? stands(value, requirement) : { value: wordOf(value) };
  return [[figure, { label: figureLabel(device, figure), unit, ...summary }]];
}

/** Which unit a size has is the catalogue's where the requirement doesn't state it. */
function unitOf(figure: string, money: string): string {
  const unit = (UNITS[figure] ?? '').replace(/\/?size/, '').replace('currency', money);
  return unitName(unit === 'kW' ? '' : unit);
}

function isProfile(value: unknown, { profiles }: Stated): boolean {
  return typeof value === 'string' && value in record(profiles);
}

function wordOf(value: unknown): string {
  if (typeof value === 'boolean') return value ? t('yes') : t('no');
  return value === null || typeof value === 'object' ? '–' : nameOf(String(value));
}

/** A word of the schema, or a carrier or place. */
function nameOf(value: string): string {
  return WORDS[value] ?? carrierName(value);
}
