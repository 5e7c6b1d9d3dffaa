// What is known of one job, and how an event changes it. The only place that does: snapshots, live
// events and events caught up on all pass here (watcher.ts), so whoever watches ends on the same
// state. The server's journal merges by the same rules; tests/cases/reducer.json holds both to it.

export type State =
  | 'PENDING'
  | 'STARTED'
  | 'PROGRESS'
  | 'RETRY'
  | 'SUCCESS'
  | 'FAILURE'
  | 'REVOKED';

export type Outcome = 'finished' | 'stopped' | 'failed' | 'cancelled';

/**
 * What the search knows of its best plan. Costs in `currency` per year; the gap is relative. They are
 * null where they are unknown again: figures begin anew where `basis` changes.
 */
interface Standing {
  incumbent?: number | null;
  bound?: number | null;
  gap?: number | null;
}

/** What is worth keeping in a job's log. `at` is UTC milliseconds. */
export interface Milestone extends Standing {
  seq: number;
  at: number;
  status: string;
}

/** Everything known of a job after the event `seq` of `epoch`. */
export interface JobState extends Standing {
  job: string;
  epoch: string;
  seq: number;
  attempt: number;
  /** When the newest event was journalled, UTC milliseconds. */
  at: number;
  state: State;
  /** The progress bar: `current` of `total`. */
  current: number;
  total: number;
  status: string;
  /** UTC milliseconds, as the next one. */
  started_at?: number;
  /** What the job's record says, where it is known; else `at` of the final event. */
  ended_at?: number | null;
  phase?: string;
  /** Which steps the figures are of: "typical days" or the "whole horizon". */
  basis?: string;
  currency?: string;
  /** Estimated seconds to the end. */
  eta_s?: number | null;
  outcome?: Outcome;
  result_url?: string;
  /** The newest ones, oldest first; absent while there are none. */
  milestones?: Milestone[];
}

/** One event. What it doesn't name is unknown or unchanged. */
export interface Envelope extends Omit<JobState, 'milestones'> {
  milestone?: boolean;
  /** The first event that this one stands for, where it was merged for a slow viewer. */
  from?: number;
}

const MILESTONES_KEPT = 100;

/** The state after `event`. */
export function reduce(state: JobState | undefined, event: Envelope): JobState {
  const { milestone, from, ...said } = event;
  const next: JobState = { ...state, ...said };
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
