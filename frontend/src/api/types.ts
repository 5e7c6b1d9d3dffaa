// What the server sends about searches, as the pages call it.

import type {
  Audience,
  Glance,
  JobPage,
  Milestone,
  Snapshot,
  Submission,
  Summary,
} from '../schema/generated.ts';

export type { Envelope, Milestone } from '../schema/generated.ts';

/** Everything known of a job after the event `seq` of `epoch`. */
export type JobState = Snapshot;
export type State = JobState['state'];
export type Outcome = NonNullable<JobState['outcome']>;

/** The figures of a milestone. The server's journal has the same (tests/fixtures/reducer.json). */
export const FIGURES = [
  'incumbent',
  'bound',
  'gap',
] as const satisfies readonly (keyof Milestone)[];

/**
 * A job's state without its milestones, and what only its record knows. While the server can't read
 * its journal, it answers from the record alone: then there is no `epoch`.
 */
export type JobSummary = Summary & JobState;

/** One page of searches, newest first; total: those of all pages. */
export type JobList = Pick<JobPage, 'total'> & { jobs: JobSummary[] };

export type Viewers = Audience;
export type Fleet = Glance;

/** What is submitted: a sample by its name, or a requirement. */
export type JobRequest = Submission & Required<Pick<Submission, 'disabled_devices' | 'options'>>;
