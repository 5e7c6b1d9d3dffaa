import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { costLabel, timeLabel, timeTicks } from '../../src/charts/convergence-axis.ts';

describe('the axis of costs', () => {
  it('labels them with as many figures as tell them apart', () => {
    assert.equal(costLabel(2_255_000, 5000), '€2.255\u00a0M');
    assert.equal(costLabel(2_000_000, 500_000), '€2.0\u00a0M');
    assert.equal(costLabel(3_000_000, 1_000_000), '€3\u00a0M');
    assert.equal(costLabel(250, 50), '€250');
    assert.equal(costLabel(-1_500, 500), '−€1.5\u00a0k');
    assert.equal(costLabel(0, 500), '€0');
  });
});

describe('the axis of time', () => {
  it('has round durations, no more than asked for', () => {
    assert.deepEqual(timeTicks(95_000, 4), [0, 30_000, 60_000, 90_000]);
    assert.deepEqual(timeTicks(10 * 24 * 3_600_000, 10).length, 11);
  });

  it('labels them in their largest unit', () => {
    assert.deepEqual([0, 30_000, 90_000, 5_400_000].map(timeLabel), [
      '0',
      '30\u00a0s',
      '1.5\u00a0min',
      '1.5\u00a0h',
    ]);
  });
});
