// The state of one job, and how an event changes it. Snapshots, live events and events caught up on
// all pass through here, so that all viewers arrive at the same state. The server's journal merges
// by the same rules; tests/fixtures/reducer.json holds both to them.

import { type Envelope, FIGURES, type JobState, type Milestone } from '../api/types.ts';

const MILESTONES_KEPT = 100;

/** The state after `event`. */
export function reduce(state: JobState | undefined, event: Envelope): JobState {
  const { milestone, ...changes } = event;
  const next: JobState = { ...state, ...changes };
  if (milestone) {
    next.milestones = [...(state?.milestones ?? []), entry(event)].slice(-MILESTONES_KEPT);
  }
  return next;
}

function entry(event: Envelope): Milestone {
  const { seq, at, status, status_i18n } = event;
  const milestone: Milestone = { seq, at, status, ...(status_i18n && { status_i18n }) };
  for (const name of FIGURES) {
    if (event[name] !== undefined) milestone[name] = event[name];
  }
  return milestone;
}
