// Which searches take turns on the wall, in order: the running ones, the longest running first; while
// none runs, the newest results; or those pinned in the address.

import type { JobSummary, State } from '../api/types.ts';

/** A search whose worker was lost is about to move to another. */
const UNDER_WAY: readonly State[] = ['STARTED', 'PROGRESS', 'RETRY'];
/** So many results take turns. */
const RESULTS = 5;

export function playlist(known: readonly JobSummary[], pinned: readonly string[]): JobSummary[] {
  if (pinned.length > 0) return pinned.flatMap((id) => known.find(({ job }) => job === id) ?? []);
  const running = known.filter(({ state }) => UNDER_WAY.includes(state)).sort(earliestFirst);
  return running.length > 0 ? running : results(known);
}

/** Waiting searches, in the order of the queue. */
export function waiting(known: readonly JobSummary[], order: readonly string[]): JobSummary[] {
  const place = ({ job }: JobSummary) => (order.includes(job) ? order.indexOf(job) : Infinity);
  return known
    .filter(({ state }) => state === 'PENDING')
    .sort((a, b) => place(a) - place(b) || a.created_at - b.created_at);
}

function results(known: readonly JobSummary[]): JobSummary[] {
  return known
    .filter(({ result_url }) => result_url)
    .sort((a, b) => endOf(b) - endOf(a))
    .slice(0, RESULTS);
}

function endOf({ ended_at, at }: JobSummary): number {
  return ended_at ?? at;
}

function earliestFirst(a: JobSummary, b: JobSummary): number {
  return (
    (a.started_at ?? a.created_at) - (b.started_at ?? b.created_at) || (a.job < b.job ? -1 : 1)
  );
}
