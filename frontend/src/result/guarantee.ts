// What a result guarantees, in sentences that promise no more than was proven.

import { gap } from '../i18n/format.ts';
import { t, tn } from '../i18n/texts.ts';
import type { Plan, SearchResult } from './plan.ts';

type Proven = Pick<SearchResult, 'stopped'> & {
  search: Pick<SearchResult['search'], 'typical_days' | 'gap'>;
  options: Pick<SearchResult['options'], 'goal'>;
};

/** One sentence each: whether the search was stopped early, the basis of the plan, its guarantee. */
export function guarantee(
  plan: Pick<Plan, 'basis' | 'gap'>,
  { search, stopped, options }: Proven,
): string[] {
  const sentences = stopped
    ? [t('The search was stopped early; this is the best plan found by then.')]
    : [];
  if (plan.basis === 'typical days') return [...sentences, ...onTypicalDays(search)];
  sentences.push(t('Sized and dispatched on every step of the requirement.'));
  if (plan.gap === null) return [...sentences, notProven()];
  const proven = { gap: gap(plan.gap) };
  return [
    ...sentences,
    options.goal === 'front'
      ? t('Proven: no plan with as little CO₂ can be more than %(gap)s cheaper.', proven)
      : t('Proven: no plan can be more than %(gap)s cheaper.', proven),
  ];
}

function onTypicalDays({ typical_days, gap: proven }: Proven['search']): string[] {
  const basis =
    typical_days === null
      ? t('Based on typical days, not on the whole year.')
      : tn(
          'Based on %(n)s typical day, not on the whole year.',
          'Based on %(n)s typical days, not on the whole year.',
          typical_days,
        );
  const promise =
    proven === null
      ? notProven()
      : t('On these days, no plan can be more than %(gap)s cheaper.', {
          gap: gap(proven),
        });
  return [basis, promise];
}

function notProven(): string {
  return t('Optimality was not proven.');
}
