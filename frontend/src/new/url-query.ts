// The small choices of a draft in the page's address, so that they can be linked to.

import type { Draft } from './draft.ts';

const GOAL = ['options', 'goal'];
const DETAIL = ['options', 'detail'];

export function queryOf(draft: Draft): URLSearchParams {
  const query = new URLSearchParams();
  const goal = draft.value(GOAL);
  if (draft.site.sample) query.set('sample', draft.site.sample);
  if (goal) query.set('goal', String(goal));
  if (draft.value(DETAIL)) query.set('quick', '1');
  for (const device of draft.disabled) query.append('disabled', device);
  return query;
}

/** All but the sample, which isn't loaded yet. */
export function takeQuery(draft: Draft, query: URLSearchParams): void {
  const goal = query.get('goal') ?? '';
  if (['alternatives', 'front'].includes(goal)) draft.change(GOAL, goal);
  if (query.has('quick')) draft.change(DETAIL, 'typical days');
  draft.disabled = new Set(query.getAll('disabled'));
}
