// The key figures of each plan, and their basis: figures of typical days and of the whole horizon
// are not equally certain.

import * as format from '../i18n/format.ts';
import { t } from '../i18n/texts.ts';
import type { Compared } from './column.ts';
import { amounts, figures, oneCurrency, type Table, words } from './table.ts';

export function figuresTable(columns: readonly Compared[]): Table {
  const co2 = figures(
    columns.map(({ plan }) => plan.co2_kg_per_year),
    { label: t('CO₂ per year'), unit: 'kg', write: format.mass },
  );
  const rows = [
    amounts(t('Cost per year'), columns, ({ plan }) => plan.cost_per_year),
    co2,
    amounts(t('Investment'), columns, ({ plan }) => plan.investment),
    words(t('Based on'), columns.map(basis)),
    words(t('Proven gap'), columns.map(proven)),
  ];
  if (columns.some(({ result }) => result.stopped)) {
    const early = columns.map(({ result }) => (result.stopped ? t('Stopped early') : t('No')));
    rows.push(words(t('Ended before completion'), early));
  }
  return { caption: t('Key figures'), notes: notesOf(columns), groups: [{ rows }] };
}

function notesOf(columns: readonly Compared[]): string[] {
  const bases = new Set(columns.map(({ plan }) => plan.basis));
  const notes: string[] = [];
  if (bases.size > 1) {
    notes.push(
      t(
        'Some plans are based on typical days, others on the whole horizon; this explains part of the differences between them.',
      ),
    );
  }
  if (oneCurrency(columns) === undefined) {
    notes.push(t('The currencies differ, so amounts are not subtracted.'));
  }
  return notes;
}

function basis({ plan, result }: Compared): string {
  if (plan.basis === 'whole horizon') return t('The whole horizon');
  const { typical_days } = result.search;
  return typical_days === null
    ? t('Typical days')
    : t('%(count)s typical days', { count: typical_days });
}

function proven({ plan, result }: Compared): string {
  const { options, search } = result;
  if (plan.basis === 'typical days') {
    return search.gap === null
      ? t('Not proven')
      : t('%(gap)s, on typical days only', { gap: format.gap(search.gap) });
  }
  if (plan.gap === null) return t('Not proven');
  const gap = format.gap(plan.gap);
  return options.goal === 'front'
    ? t('%(gap)s, among plans with no higher emissions', { gap })
    : gap;
}
