// What the server sends about searches, over HTTP and over the socket.

import type { Message } from '../i18n/message.ts';

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
 * The best plan's cost and its lower bound in `currency` per year, and the relative gap. Null where
 * they are unknown again: they start over where `basis` changes.
 */
export const FIGURES = ['incumbent', 'bound', 'gap'] as const;

type Figures = Partial<Record<(typeof FIGURES)[number], number | null>>;

/** What is worth keeping in a job's log. `at` is UTC milliseconds. */
export interface Milestone extends Figures {
  seq: number;
  at: number;
  status: string;
  status_i18n?: Message;
}

/** Everything known of a job after the event `seq` of `epoch`. */
export interface JobState extends Figures {
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
  status_i18n?: Message;
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
  /** The newest 100, oldest first; absent while there are none. */
  milestones?: Milestone[];
}

/** One event. What it doesn't name is unknown or unchanged. */
export interface Envelope extends Omit<JobState, 'milestones'> {
  milestone?: boolean;
}

/**
 * A job's state without its milestones, and what only its record knows. While the server can't read
 * its journal, it answers from the record alone: then there is no `epoch`.
 */
export interface JobSummary extends JobState {
  title: string;
  owner: string;
  /** UTC milliseconds. */
  created_at: number;
}

/** A search with its inputs, except for its requirement. */
export interface JobDetails extends JobSummary {
  /** Null where it came with a requirement of its own. */
  sample: string | null;
  disabled_devices: string[];
  options: Record<string, unknown>;
}

/** One page of searches, newest first. */
export interface JobList<Job extends JobSummary = JobSummary> {
  jobs: Job[];
  /** How many match, those of this page included. */
  total: number;
}

/** A job's viewers, as the server tells of them. */
export interface Viewers {
  /** How many windows, terminals and so on. */
  count: number;
  /** How many people, each once. */
  people: number;
  /** The first of them by name. */
  names: readonly string[];
}

export interface Fleet {
  /** Null while the server can't tell. */
  workers: { name: string; slots: number; busy: number }[] | null;
  /** Searches that a worker has, and parts of them that are being run. */
  running: number;
  parts: number;
  /** Searches in the queue, and since when the oldest of them waits, UTC milliseconds. */
  waiting: number;
  waiting_since: number | null;
  /** The ids of the next ones in the queue, first in line first. */
  order: string[];
  /** How many watch a search that hasn't ended, where somebody does. */
  viewers: Record<string, number>;
  /** The names of the first of them. */
  watching: Record<string, string[]>;
}

/** What is submitted: a sample by its name, or a requirement. */
export interface JobRequest {
  sample?: string;
  requirement?: Record<string, unknown>;
  /** Its title; without (null), the name of its site. */
  name?: string | null;
  disabled_devices: string[];
  options: Record<string, unknown>;
}
