// A column of the comparison: a plan of a search, a search that is still running, or the reason why
// there is no plan.

import type { JobSummary } from '../api/types.ts';
import { t, translate } from '../i18n/texts.ts';
import { hasEnded } from '../live/status-label.ts';
import type { PlanRef } from '../result/compare-url.ts';
import type { Plan, SearchResult } from '../result/plan.ts';
import type { Fetched, Requirement } from './result-cache.ts';

interface Named {
  ref: PlanRef;
  /** "A" is the first. */
  letter: string;
}

export interface Compared extends Named {
  job: JobSummary;
  result: SearchResult;
  plan: Plan;
  /** Undefined if it couldn't be fetched. */
  requirement: Requirement | undefined;
}

/** Its search has not ended yet. */
export interface Awaited extends Named {
  job: JobSummary;
}

export interface Apart extends Named {
  /** Undefined if there is no such search. */
  job: JobSummary | undefined;
  reason: string;
  /** Whether the server refused; trying again may help. */
  isRefused: boolean;
}

export type Column = Compared | Awaited | Apart;

export function columnOf(ref: PlanRef, place: number, fetched: Fetched): Column {
  const named = { ref, letter: String.fromCharCode(65 + place) };
  if ('refusal' in fetched) {
    const { message, status } = fetched.refusal;
    const reason = status === 404 ? t('There is no such search.') : message;
    return { ...named, job: undefined, reason, isRefused: status !== 404 };
  }
  const { job, result, requirement } = fetched;
  if (!result) {
    if (!hasEnded(job)) return { ...named, job };
    const reason = t('This search ended without a plan: %(why)s', {
      why: translate(job.status, job.status_i18n),
    });
    return { ...named, job, reason, isRefused: false };
  }
  const plan = result.plans[ref.plan];
  if (plan) return { ...named, job, result, requirement, plan };
  return { ...named, job, reason: noSuchPlan(ref, result), isRefused: false };
}

function noSuchPlan({ plan }: PlanRef, { plans }: SearchResult): string {
  const count = plans.length;
  return count === 1
    ? t('This search has only one plan; there is no plan %(plan)s.', { plan: plan + 1 })
    : t('There is no plan %(plan)s; this search has plans 1 to %(count)s.', {
        plan: plan + 1,
        count,
      });
}

export function isCompared(column: Column): column is Compared {
  return 'plan' in column;
}

export function isAwaited(column: Column): column is Awaited {
  return !isCompared(column) && !('reason' in column);
}

/** The search's title; its id, if there is none. */
export function titleOf({ job, ref }: Column): string {
  return job?.title ?? ref.job;
}

/** "Plan 2"; empty if the search has only one plan. */
export function planName({ ref, result }: Compared): string {
  return result.plans.length > 1 ? t('Plan %(number)s', { number: ref.plan + 1 }) : '';
}

/** "A: University campus, plan 2", for files and screen readers. */
export function fullName(column: Compared): string {
  const named = { letter: column.letter, title: column.job.title };
  const plan = planName(column);
  return plan
    ? t('%(letter)s: %(title)s, %(plan)s', { ...named, plan })
    : t('%(letter)s: %(title)s', named);
}
