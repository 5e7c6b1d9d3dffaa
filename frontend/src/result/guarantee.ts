// What a result guarantees, in sentences that don't promise more than was proven.

import { gap } from '../format.ts';
import type { Plan, SearchResult } from './plan.ts';

/** Each sentence for itself: whether the search was ended early, on what the plan rests, what holds. */
export function guarantee(
  plan: Pick<Plan, 'basis' | 'gap'>,
  { search, stopped, options }: Pick<SearchResult, 'search' | 'stopped' | 'options'>,
): string[] {
  const sentences = stopped
    ? ['The search was stopped early; this is the best found until then.']
    : [];
  if (plan.basis === 'typical days') return [...sentences, ...onTypicalDays(search)];
  sentences.push('Sized and run on every hour of the requirement.');
  if (plan.gap === null) return [...sentences, 'How much cheaper a plan could be was not proven.'];
  const proven = gap(plan.gap);
  return [
    ...sentences,
    options.goal === 'front'
      ? `Proven: no plan that emits as little costs over ${proven} less.`
      : `Proven: no plan costs over ${proven} less.`,
  ];
}

function onTypicalDays({ typical_days, gap: proven }: SearchResult['search']): string[] {
  const basis =
    typical_days === null
      ? 'Rests on typical days, not on the whole year.'
      : `Rests on ${typical_days} typical days, not on the whole year.`;
  const promise =
    proven === null
      ? 'How much cheaper a plan could be was not proven.'
      : `On these days, the cheapest plan is proven to be within ${gap(proven)} of the best possible.`;
  return [basis, promise];
}
