// How long a search has run, and how much longer it will.

import type { JobState } from '../api/types.ts';
import type { ServerClock } from './server-clock.ts';
import { hasEnded } from './status-label.ts';

type Clock = Pick<ServerClock, 'now'>;

/** The end of a search, or now while it runs; UTC ms. */
export function endOrNow(job: JobState, clock: Clock): number {
  return hasEnded(job) ? (job.ended_at ?? job.at) : clock.now();
}

/** Milliseconds; undefined before its start. */
export function elapsed(job: JobState, clock: Clock): number | undefined {
  return job.started_at ? endOrNow(job, clock) - job.started_at : undefined;
}

/** What is estimated, seconds: `low` to `high`, which are the same where it is known well. */
export interface Estimate {
  readonly low: number;
  readonly high: number;
}

/** The estimate now; undefined where there is none. */
export function remaining(job: JobState, clock: Clock): Estimate | undefined {
  if (hasEnded(job) || typeof job.eta_s !== 'number') return undefined;
  const passed = (clock.now() - job.at) / 1000; // the estimate is as old as the event
  const { eta_s, eta_low_s, eta_high_s } = job;
  return {
    low: Math.max(0, (eta_low_s ?? eta_s) - passed),
    high: Math.max(0, (eta_high_s ?? eta_s) - passed),
  };
}
