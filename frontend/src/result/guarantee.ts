// What a result guarantees, in one sentence that doesn't promise more than was proven.

import { gap } from '../format.ts';
import type { Plan, SearchResult } from './plan.ts';

export function guarantee(
  plan: Pick<Plan, 'basis' | 'gap'>,
  { search }: Pick<SearchResult, 'search'>,
): string {
  if (plan.gap !== null) return `Proven within ${gap(plan.gap)} of the best possible.`;
  if (plan.basis === 'whole horizon') return 'Sized and run on every hour; nothing is proven.';
  const days =
    search.typical_days === null ? 'typical days' : `${search.typical_days} typical days`;
  return search.gap === null
    ? `Rests on ${days}; nothing is proven.`
    : `Rests on ${days}; proven within ${gap(search.gap)} of the best on these.`;
}
