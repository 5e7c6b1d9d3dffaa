// The state of one job, and how an event changes it. Snapshots, live events and events caught up on
// all pass through here, so that all viewers arrive at the same state. The server's journal merges
// by the same rules; tests/cases/reducer.json holds both to them.

import type { Envelope, JobState, Milestone } from '../api/types.ts';

const MILESTONES_KEPT = 100;

/** The state after `event`. */
export function reduce(state: JobState | undefined, event: Envelope): JobState {
  const { milestone, from, ...changes } = event;
  const next: JobState = { ...state, ...changes };
  if (milestone) {
    next.milestones = [...(state?.milestones ?? []), entry(event)].slice(-MILESTONES_KEPT);
  }
  return next;
}

function entry({ seq, at, status, incumbent, bound, gap }: Envelope): Milestone {
  return {
    seq,
    at,
    status,
    ...(incumbent !== undefined && { incumbent }),
    ...(bound !== undefined && { bound }),
    ...(gap !== undefined && { gap }),
  };
}
