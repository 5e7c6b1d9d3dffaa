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

/** The estimate, seconds; undefined where there is none. */
export function remaining(job: JobState, clock: Clock): number | undefined {
  if (hasEnded(job) || typeof job.eta_s !== 'number') return undefined;
  // The estimate is as old as the event.
  return Math.max(0, job.eta_s - (clock.now() - job.at) / 1000);
}
