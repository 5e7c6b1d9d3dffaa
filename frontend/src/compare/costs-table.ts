// The annual cost of each plan, by category.

import { t } from '../i18n/texts.ts';
import type { Costs, Plan } from '../result/plan.ts';
import { COSTS } from '../result/plan-tables.ts';
import type { Compared } from './column.ts';
import { amounts, type Table } from './table.ts';

/** Smaller amounts, in any currency, count as zero. */
const NOTHING = 0.5;

export interface Kind {
  name: keyof Costs;
  label: string;
}

/** The categories that any plan has, in their usual order. */
export function kinds(columns: readonly Compared[]): Kind[] {
  return COSTS.filter(([name]) =>
    columns.some(({ plan }) => Math.abs(cost(plan, name)) >= NOTHING),
  ).map(([name, label]) => ({ name, label }));
}

/** Revenue is negative. */
export function cost({ costs }: Plan, name: keyof Costs): number {
  return name === 'export_revenue' ? -costs[name] : costs[name];
}

export function costsTable(columns: readonly Compared[]): Table {
  const rows = kinds(columns).map(({ name, label }) => ({
    ...amounts(label, columns, ({ plan }) => cost(plan, name)),
    look: `cost-${name.replace('_', '-')}`,
  }));
  const together = amounts(t('Total'), columns, ({ plan }) => plan.cost_per_year);
  return {
    caption: t('Annual costs'),
    notes: [],
    groups: [{ rows: [...rows, { ...together, isSum: true }] }],
  };
}
