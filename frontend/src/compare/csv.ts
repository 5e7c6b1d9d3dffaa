// All tables of the comparison as one CSV file: one row a figure, unrounded, with its unit, so that
// a spreadsheet can calculate with it.

import { t } from '../i18n/texts.ts';
import { type Compared, fullName } from './column.ts';
import type { Row, Table } from './table.ts';

type Field = string | number;

export function csvOf(columns: readonly Compared[], tables: readonly Table[]): string {
  const head = [t('Table'), t('Part'), t('Row'), t('Unit'), ...columns.map(fullName)];
  const rows = tables.flatMap(({ caption, groups }) =>
    groups.flatMap(({ title = '', rows }) => rows.map((row) => line([caption, title], row))),
  );
  return [head, ...rows].map((fields) => `${fields.map(quoted).join(',')}\r\n`).join('');
}

function line(place: readonly string[], { label, unit, cells }: Row): Field[] {
  return [...place, label, unit, ...cells.map(({ value }) => value)];
}

/** Names must not become formulas in a spreadsheet. */
function quoted(field: Field): string {
  if (typeof field === 'number') return String(field);
  const text = /^[=+\-@\t\r]/.test(field) ? `'${field}` : field;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
