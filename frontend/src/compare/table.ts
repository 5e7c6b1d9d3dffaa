// The data of the comparison's tables, and how a row is made of the columns' values. Drawn by
// `table-view.ts`, written to a file by `csv.ts`.

import * as format from '../i18n/format.ts';
import { t } from '../i18n/texts.ts';
import type { Compared } from './column.ts';
import { difference } from './difference.ts';

export interface Cell {
  /** Formatted for reading. */
  text: string;
  /** In the row's unit, for the file. */
  value: number | string;
  /** From the reference; the reference itself has none. */
  difference: string;
  /** Relative to the row's largest, drawn as a bar. */
  share?: number;
}

export interface Row {
  label: string;
  unit: string;
  /** The CSS class of the row's swatch. */
  look?: string;
  /** Whether it is the sum of the rows above. */
  isSum?: boolean;
  /** One a column. */
  cells: readonly Cell[];
}

export interface Group {
  title?: string;
  rows: readonly Row[];
}

export interface Table {
  caption: string;
  /** Notes for the reader. */
  notes: readonly string[];
  groups: readonly Group[];
}

type Value = number | undefined;

interface Writing {
  label: string;
  unit: string;
  write: (value: number, column: number) => string;
  /** Writes a difference, if it is to be rounded more than the value. */
  writeDifference?: (value: number, column: number) => string;
  /** Whether a column's figures can be subtracted from the reference's. */
  comparable?: (column: number) => boolean;
  /** Shown for a value that the reference lacks. */
  lacking?: string;
}

/** A row of figures; unknown ones are a dash. */
export function figures(values: readonly Value[], writing: Writing): Row {
  const { label, unit, write } = writing;
  const [reference] = values;
  const cells = values.map((value, column): Cell => {
    if (value === undefined) return { text: '–', value: '', difference: '' };
    const compared = column > 0 ? compare(value, reference, column, writing) : '';
    return { text: write(value, column), value, difference: compared };
  });
  return { label, unit, cells };
}

function compare(value: number, reference: Value, column: number, writing: Writing): string {
  const { write, writeDifference = write, comparable, lacking = '' } = writing;
  if (reference === undefined) return lacking;
  if (comparable && !comparable(column)) return '';
  return difference(value, reference, (amount) => writeDifference(amount, column));
}

/** Money in each column's currency; differences only where it is the reference's. */
export function amounts(
  label: string,
  columns: readonly Compared[],
  of: (column: Compared) => number,
): Row {
  const currency = (column: number) => columns[column]?.result.currency ?? 'EUR';
  return figures(columns.map(of), {
    label,
    unit: unitOf(columns),
    write: (value, column) => format.exactMoney(value, currency(column)),
    writeDifference: (value, column) => format.money(value, currency(column)),
    comparable: (column) => currency(column) === currency(0),
  });
}

function unitOf(columns: readonly Compared[]): string {
  const currency = oneCurrency(columns);
  return currency === undefined ? t('currency') : format.currencyName(currency);
}

/** A row of words. */
export function words(label: string, texts: readonly string[]): Row {
  return {
    label,
    unit: '',
    cells: texts.map((text) => ({ text, value: text, difference: '' })),
  };
}

/** The currency of all columns; undefined where they differ. */
export function oneCurrency(columns: readonly Compared[]): string | undefined {
  const currencies = new Set(columns.map(({ result }) => result.currency));
  return currencies.size === 1 ? [...currencies][0] : undefined;
}

/** The row with bars beside its figures, relative to the largest. */
export function withShares(row: Row): Row {
  const numbers = row.cells.map(({ value }) => (typeof value === 'number' ? Math.abs(value) : 0));
  const largest = Math.max(...numbers);
  if (largest === 0) return row;
  const share = (column: number) => ({ share: (numbers[column] ?? 0) / largest });
  const cells = row.cells.map((cell, column) =>
    cell.value === '' ? cell : { ...cell, ...share(column) },
  );
  return { ...row, cells };
}
