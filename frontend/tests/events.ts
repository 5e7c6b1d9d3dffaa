// Events and summaries for tests, with what doesn't matter there filled in.

import type { Envelope, JobSummary } from '../src/api/types.ts';

export function event(seq: number, said: Partial<Envelope> = {}): Envelope {
  return {
    job: 'a',
    epoch: 'e1',
    seq,
    attempt: 1,
    at: 1000 * seq,
    state: 'PROGRESS',
    current: seq,
    total: 100,
    status: `Event ${seq}`,
    ...said,
  };
}

export function summary(said: Partial<JobSummary> = {}): JobSummary {
  return {
    ...event(1),
    title: 'One winter day',
    owner: 'olga',
    sample: null,
    disabled_devices: [],
    options: {},
    created_at: 1,
    cancel: null,
    visibility: 'all',
    team: null,
    ...said,
  };
}
