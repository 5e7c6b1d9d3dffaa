import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { QUARTERS, scaleOf, stepOf, ticks } from '../../src/charts/scale.ts';

describe('a scale', () => {
  it('puts the least value at its start and the largest at its end', () => {
    const { at } = scaleOf([30, 10, 20], 300, 0);
    assert.deepEqual([at(10), at(20), at(30)], [300, 150, 0]);
  });

  it('has round ticks within its values', () => {
    assert.deepEqual(
      scaleOf([8_787_131, 9_409_658], 0, 1).ticks,
      [8_800_000, 9_000_000, 9_200_000, 9_400_000],
    );
  });

  it('has no more round values than asked for', () => {
    const range = { low: 2_251_300, high: 2_268_900 };
    const step = stepOf(range, 4);
    assert.equal(step, 5000);
    assert.deepEqual(ticks(range, step), [2_255_000, 2_260_000, 2_265_000]);
    assert.deepEqual(
      [stepOf({ low: 0, high: 9 }, 4), stepOf({ low: 0, high: 9 }, 4, QUARTERS)],
      [5, 2.5],
    );
  });

  it('bears values that are all the same', () => {
    for (const same of [0, 7]) assert.ok(Number.isFinite(scaleOf([same, same], 0, 100).at(same)));
  });
});
