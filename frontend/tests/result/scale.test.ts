import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { scaleOf } from '../../src/result/scale.ts';

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

  it('bears values that are all the same', () => {
    for (const same of [0, 7]) assert.ok(Number.isFinite(scaleOf([same, same], 0, 100).at(same)));
  });
});
