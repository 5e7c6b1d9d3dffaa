// The form that assigns a role to each column of a table.

import { html } from '../dom/element.ts';
import { figure } from '../i18n/format.ts';
import { t } from '../i18n/texts.ts';
import { choices, DEMANDS, type Role, type Table, UNUSED } from './column-roles.ts';

export class ColumnRoleFields {
  readonly element: HTMLElement;
  readonly chosen: Map<string, Role>;
  private readonly selects: HTMLSelectElement[] = [];
  private readonly changed: () => void;

  constructor(table: Table, roles: ReadonlyMap<string, Role>, changed: () => void) {
    this.chosen = new Map(roles);
    this.changed = changed;
    const rows = Object.entries(table.columns).map(([name, values]) => this.row(name, values));
    this.element = html(
      'table',
      { class: 'roles' },
      html('caption', {}, t('What each column is for')),
      html(
        'thead',
        {},
        html(
          'tr',
          {},
          ...[t('Column'), t('Values'), t('Used as')].map((text) =>
            html('th', { scope: 'col' }, text),
          ),
        ),
      ),
      html('tbody', {}, ...rows),
    );
  }

  /** Whether any column has the role of a demand. */
  get hasDemand(): boolean {
    return [...this.chosen.values()].some((role) => DEMANDS.includes(role));
  }

  private row(name: string, values: number[]): HTMLElement {
    const select = html('select', { 'aria-label': t('Use of %(column)s', { column: name }) });
    for (const { role, label } of choices()) select.append(html('option', { value: role }, label));
    select.value = this.chosen.get(name) ?? UNUSED;
    select.addEventListener('change', () => this.choose(name, select));
    this.selects.push(select);
    return html(
      'tr',
      {},
      html('th', { scope: 'row' }, name),
      html('td', { class: 'muted' }, range(values)),
      html('td', {}, select),
    );
  }

  /** Only demands may have several columns: any other role is taken from the column that had it. */
  private choose(name: string, select: HTMLSelectElement): void {
    const role = select.value;
    if (role !== UNUSED && !DEMANDS.includes(role)) {
      for (const other of this.selects)
        if (other !== select && other.value === role) other.value = UNUSED;
      for (const [column, before] of this.chosen)
        if (before === role) this.chosen.set(column, UNUSED);
    }
    this.chosen.set(name, role);
    this.changed();
  }
}

function range(values: number[]): string {
  const [least, most] = values.reduce(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY] as [number, number],
  );
  return t('%(least)s to %(most)s', { least: figure(least), most: figure(most) });
}
