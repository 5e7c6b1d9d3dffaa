// A site from a person's files: a requirement (JSON), a table with its profiles (CSV, XLSX), or a
// table alone. The server parses tables, and keeps nothing. Loaded with the first file.

import { Refusal, upload } from '../api/calls.ts';
import { t } from '../i18n/texts.ts';
import type { Table } from './column-roles.ts';
import type { Requirement } from './draft.ts';

/** The server's limits, in bytes. */
export interface UploadLimits {
  max_table: number;
  max_body: number;
}

/** The contents of the files so far: a requirement may still lack its table. */
export interface ParsedFiles {
  requirement?: { file: string; value: Requirement };
  table?: { file: string; value: Table };
}

function wrong(field: string, message: string): Refusal {
  return new Refusal(422, `${field}: ${message}`, [{ field, message }]);
}

/** Reads files chosen at once; a requirement that waits for its table gets it. Rejects with a
    Refusal that names the file. */
export async function read(
  files: readonly File[],
  before: ParsedFiles,
  limits: UploadLimits,
): Promise<ParsedFiles> {
  const requirements = files.filter(({ name }) => ending(name) === 'json');
  const tables = files.filter(({ name }) => ['csv', 'xlsx'].includes(ending(name)));
  const other = files.find((file) => !requirements.includes(file) && !tables.includes(file));
  if (other) throw wrong(other.name, t('should be a .json, .csv or .xlsx file'));
  const [second] = [...requirements.slice(1), ...tables.slice(1)];
  if (second)
    throw wrong(second.name, t('is one file too many: a site is one .json file and one table'));
  const [json] = requirements;
  const [table] = tables;
  const requirement = json ? await requirementIn(json, limits) : waiting(before);
  return {
    ...(requirement && { requirement }),
    ...(table && { table: { file: table.name, value: await tableIn(table, limits) } }),
  };
}

/** A requirement whose table is missing, or is replaced. */
function waiting({ requirement }: ParsedFiles): ParsedFiles['requirement'] {
  return requirement && 'columns' in requirement.value ? requirement : undefined;
}

function ending(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1).toLowerCase();
}

async function requirementIn(
  file: File,
  { max_body }: UploadLimits,
): Promise<{ file: string; value: Requirement }> {
  checkSize(file, max_body);
  let value: unknown;
  try {
    value = JSON.parse((await file.text()).replace(/^\uFEFF/, ''));
  } catch (error) {
    throw wrong(file.name, t('is not JSON: %(reason)s', { reason: (error as Error).message }));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrong(file.name, t('should hold one JSON object'));
  }
  return { file: file.name, value };
}

function checkSize({ name, size }: File, most: number): void {
  if (size > most) {
    throw wrong(name, t('should not have more than %(n)s MB', { n: Math.floor(most / 1e6) }));
  }
}

function tableIn(file: File, { max_table }: UploadLimits): Promise<Table> {
  checkSize(file, max_table);
  return upload<Table>(`/api/v1/columns?${new URLSearchParams({ file: file.name })}`, file);
}

/** The requirement with the columns of its table as profiles, as in the terminal. */
export function joined({ requirement, table }: ParsedFiles): Requirement | undefined {
  if (!requirement) return;
  const { columns: named, ...stated } = requirement.value;
  if (!table) return named === undefined ? stated : undefined;
  const { columns, ...clock } = table.value;
  for (const [field, value] of Object.entries(clock)) {
    if (stated[field] !== undefined && stated[field] !== value) {
      const values = { value: String(value), file: table.file };
      throw wrong(field, t('should be %(value)s, as the times in %(file)s say', values));
    }
  }
  const own: unknown = stated.profiles ?? {};
  if (typeof own !== 'object' || own === null || Array.isArray(own)) return { ...stated, ...clock };
  const twice = Object.keys(columns).find((name) => Object.hasOwn(own, name));
  if (twice !== undefined) {
    const message = t('should not be a column of %(file)s too', { file: table.file });
    throw wrong(`profiles.${twice}`, message);
  }
  return { ...stated, ...clock, profiles: { ...columns, ...own } };
}
