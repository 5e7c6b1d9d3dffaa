import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stepOf, ticks, timeTicks } from '../../src/job/axis.ts';

describe('the axis of costs', () => {
  it('has round values within its range, no more than asked for', () => {
    const range = { low: 2_251_300, high: 2_268_900 };
    const step = stepOf(range, 4);
    assert.equal(step, 5000);
    assert.deepEqual(ticks(range, step), [2_255_000, 2_260_000, 2_265_000]);
  });
});

describe('the axis of time', () => {
  it('has round durations, no more than asked for', () => {
    assert.deepEqual(timeTicks(95_000, 4), [0, 30_000, 60_000, 90_000]);
    assert.deepEqual(timeTicks(10 * 24 * 3_600_000, 10).length, 11);
  });
});
