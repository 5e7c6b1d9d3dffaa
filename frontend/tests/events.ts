// Events for tests, with what doesn't matter there filled in.

import type { Envelope } from '../src/api/types.ts';

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
