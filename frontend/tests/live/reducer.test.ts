import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { Envelope, JobState } from '../../src/api/types.ts';
import { reduce } from '../../src/live/reducer.ts';
import { event } from '../events.ts';

interface Case {
  name: string;
  events: Envelope[];
  state: JobState;
}

// The server's journal is held to the same cases, and with random events to this reducer
// (tests/dashboard/test_journal.py, tests/delivery/test_recovery.py).
const shared = new URL('../../../tests/fixtures/reducer.json', import.meta.url);
const cases = JSON.parse(readFileSync(shared, 'utf8')) as Case[];

function after(events: Envelope[], from?: JobState): JobState | undefined {
  return events.reduce<JobState | undefined>(reduce, from);
}

describe('the reducer', () => {
  for (const { name, events, state } of cases) {
    it(name, () => {
      assert.deepEqual(after(events), state);
    });

    it(`${name}: the same from a snapshot at any point on`, () => {
      for (let cut = 0; cut <= events.length; cut += 1) {
        const snapshot = after(events.slice(0, cut));
        const travelled = snapshot && (JSON.parse(JSON.stringify(snapshot)) as JobState);
        assert.deepEqual(after(events.slice(cut), travelled), state);
      }
    });
  }

  it('keeps the newest hundred milestones', () => {
    const events = Array.from({ length: 130 }, (_, index) => event(index + 1, { milestone: true }));
    const { milestones = [] } = after(events) ?? {};
    assert.equal(milestones.length, 100);
    assert.equal(milestones[0]?.seq, 31);
    assert.equal(milestones.at(-1)?.seq, 130);
  });

  it('does not change the state that it is given', () => {
    const state = Object.freeze(reduce(undefined, event(1, { milestone: true })));
    Object.freeze(state.milestones);
    reduce(state, event(2, { milestone: true }));
    assert.equal(state.seq, 1);
    assert.equal(state.milestones?.length, 1);
  });
});
