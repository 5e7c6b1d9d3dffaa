// The inputs of each search: always its goal and level of detail, and otherwise what differs.

import * as format from '../i18n/format.ts';
import { t } from '../i18n/texts.ts';
import { deviceLabel } from '../requirement/device-labels.ts';
import type { Compared } from './column.ts';
import { isSame } from './difference.ts';
import type { Field, Fields } from './field.ts';
import { fieldsOf } from './requirement-fields.ts';
import { type Cell, figures, type Group, type Row, type Table, words } from './table.ts';

const GOALS: Record<string, string> = {
  cheapest: t('The cheapest plan'),
  alternatives: t('Alternatives'),
  front: t('Cost against CO₂'),
};
type Options = Compared['job']['options'];

/** Other options, shown where they differ. */
const OPTIONS: [keyof Options, string][] = [
  ['plans', t('Maximum number of plans')],
  ['gap', t('Target gap')],
  ['prove', t('Proof of optimality')],
  ['on_off', t('The catalogue’s minimum loads are enforced')],
  ['time_limit_s', t('Time limit, s')],
  ['typical_days', t('Typical days that stand for the year')],
];

export function inputsTable(columns: readonly Compared[]): Table {
  const rows = [
    words(
      t('Goal'),
      columns.map(({ result }) => GOALS[result.options.goal] ?? ''),
    ),
    words(t('Detail'), columns.map(detail)),
    words(t('Excluded'), columns.map(leftOut)),
    ...OPTIONS.flatMap(([name, label]) => optionRow(name, label, columns)),
  ];
  const { group, notes } = requirementGroup(columns);
  return { caption: t('Inputs'), notes, groups: [{ rows }, ...group] };
}

function detail({ job }: Compared): string {
  return job.options.detail === 'typical days' ? t('Typical days') : t('The whole horizon');
}

function leftOut({ job }: Compared): string {
  const names = job.disabled_devices.map(deviceLabel);
  return names.length > 0 ? format.list(names) : t('nothing');
}

function optionRow(name: keyof Options, label: string, columns: readonly Compared[]): Row[] {
  const texts = columns.map(({ job }) => optionText(job.options[name]));
  return new Set(texts).size > 1 ? [words(label, texts)] : [];
}

function optionText(value: unknown): string {
  if (typeof value === 'boolean') return value ? t('yes') : t('no');
  if (typeof value === 'number') return format.figure(value);
  return t('not given');
}

/** The requirement's fields that differ, or a note that none does. */
function requirementGroup(columns: readonly Compared[]): { group: Group[]; notes: string[] } {
  const requirements = columns.map(({ requirement }) => requirement);
  if (requirements.some((one) => one === undefined)) {
    return {
      group: [],
      notes: [t('The requirements could not be loaded, so they are not compared.')],
    };
  }
  const fieldsByRequirement = new Map(requirements.map((one) => [one, fieldsOf(one ?? {})]));
  const rows = differing(requirements.map((one) => fieldsByRequirement.get(one) ?? new Map()));
  if (rows.length > 0)
    return { group: [{ title: t('Differences between the requirements'), rows }], notes: [] };
  return {
    group: [],
    notes:
      columns.length > 1
        ? [t('The same requirement: demands, prices, weather, limits, devices.')]
        : [],
  };
}

/** One row for each field that differs; exported for its tests. */
export function differing(all: readonly Fields[]): Row[] {
  const places = new Set(all.flatMap((fields) => [...fields.keys()]));
  return [...places].flatMap((place) => {
    const fields = all.map((one) => one.get(place));
    return fields.every((field) => isAlike(field, fields[0])) ? [] : [fieldRow(fields)];
  });
}

function isAlike(a: Field | undefined, b: Field | undefined): boolean {
  if (!a || !b) return a === b;
  if (typeof a.value === 'string' || typeof b.value === 'string') return a.value === b.value;
  // Zero is zero in any unit.
  const isUnitAlike = a.unit === b.unit || a.value === 0;
  return isUnitAlike && a.course === b.course && isSame(a.value, b.value);
}

function fieldRow(fields: readonly (Field | undefined)[]): Row {
  const known = fields.find((field) => field !== undefined);
  const label = known?.label ?? '';
  const units = new Set(fields.flatMap((field) => field?.unit ?? []));
  const unit = units.size === 1 ? (known?.unit ?? '') : '';
  if (fields.every((field) => typeof field?.value !== 'string')) {
    const row = figures(
      fields.map((field) => field?.value as number | undefined),
      {
        label,
        unit,
        write: (value, column) => written(value, fields[column]?.unit ?? ''),
        comparable: (column) => fields[column]?.unit === fields[0]?.unit,
      },
    );
    return {
      ...row,
      cells: row.cells.map((cell, column) => withCourse(cell, fields[column], fields[0])),
    };
  }
  return words(
    label,
    fields.map((field) =>
      field === undefined
        ? (known?.lacking ?? '–')
        : typeof field.value === 'string'
          ? field.value
          : written(field.value, field.unit),
    ),
  );
}

function written(value: number, unit: string): string {
  return unit === 'kWh' ? format.energy(value) : format.figure(value, unit);
}

/** Says that values by the step vary, and whether only the profile differs. */
function withCourse(cell: Cell, field: Field | undefined, reference: Field | undefined): Cell {
  if (field?.course === undefined || field.unit === 'kWh')
    return sameButCourse(cell, field, reference);
  const text = t('%(value)s on average', { value: cell.text });
  return sameButCourse({ ...cell, text }, field, reference);
}

function sameButCourse(cell: Cell, field: Field | undefined, reference: Field | undefined): Cell {
  const differs = field && reference && field.course !== reference.course;
  const alike = typeof field?.value === 'number' && typeof reference?.value === 'number';
  return differs && alike && isSame(Number(field.value), Number(reference.value))
    ? { ...cell, difference: t('same total, different profile') }
    : cell;
}
