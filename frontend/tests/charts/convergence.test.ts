import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Convergence, costRange, type Point } from '../../src/charts/convergence.ts';
import { event } from '../events.ts';

function point(
  at: number,
  incumbent: number | null,
  bound: number | null,
  basis: Point['basis'] = null,
): Point {
  return { at, basis, incumbent, bound };
}

const TYPICAL = 'typical days';
const WHOLE = 'whole horizon';

function stretches(...points: Point[]): number[] {
  const convergence = new Convergence();
  convergence.takeHistory(points);
  return convergence.stretches.map((stretch) => stretch.points.length);
}

describe('the convergence', () => {
  it('takes what is news, and nothing else', () => {
    const convergence = new Convergence();
    assert.equal(convergence.take(event(1)), false, 'no figures yet');
    assert.equal(convergence.take(event(2, { incumbent: 9, basis: TYPICAL })), true);
    assert.equal(convergence.take(event(3, { incumbent: 9, basis: TYPICAL })), false);
    assert.equal(convergence.take(event(4, { incumbent: 9, bound: 8, basis: TYPICAL })), true);
    assert.equal(convergence.take(event(1, { incumbent: 1, basis: TYPICAL })), false, 'older');
  });

  it('goes on from the history with what came live after it', () => {
    const convergence = new Convergence();
    convergence.take(event(2, { incumbent: 9 }));
    convergence.take(event(5, { incumbent: 7 }));
    convergence.takeHistory([point(1000, 10, null), point(2000, 9, null), point(3000, 8, null)]);
    const [stretch] = convergence.stretches;
    assert.deepEqual(
      stretch?.points.map(({ incumbent }) => incumbent),
      [10, 9, 8, 7],
    );
  });

  it('keeps a bounded number of points of a search that takes a day, the newest among them', () => {
    const convergence = new Convergence();
    for (let second = 0; second < 86_400; second++) {
      convergence.take(event(second, { incumbent: 1e6 - second, basis: TYPICAL }));
    }
    const [stretch, ...others] = convergence.stretches;
    assert.deepEqual(others, []);
    assert.ok(stretch && stretch.points.length <= 1000);
    assert.equal(stretch.points.at(-1)?.incumbent, 1e6 - 86_399);
    const steps = stretch.points.map(({ at }, place) => at - (stretch.points[place - 1]?.at ?? 0));
    assert.ok(Math.max(...steps) <= 86_400_000 / 100, 'all of the day is told');
  });

  it('begins anew where the basis changes, even if the figures get better', () => {
    const found = stretches(point(1, 9, 5, TYPICAL), point(2, 8, 6, WHOLE), point(3, 8, 7, WHOLE));
    assert.deepEqual(found, [1, 2]);
  });

  it('begins anew where figures of no known basis get worse, or are unknown again', () => {
    assert.deepEqual(stretches(point(1, 9, 5), point(2, 8, 5), point(3, 10, 5)), [2, 1]);
    assert.deepEqual(stretches(point(1, 9, 5), point(2, 9, 4)), [1, 1]);
    assert.deepEqual(stretches(point(1, 9, 5), point(2, 8, null)), [1, 1]);
  });

  it('names a stretch by the first point that knows its basis', () => {
    const convergence = new Convergence();
    convergence.takeHistory([point(1, 9, null), point(2, 8, null, TYPICAL)]);
    assert.deepEqual(
      convergence.stretches.map(({ basis }) => basis),
      [TYPICAL],
    );
  });
});

describe('the costs that a chart spans', () => {
  it('are those near the best plan: a bound far below would flatten all', () => {
    const convergence = new Convergence();
    convergence.takeHistory([point(1, null, 1), point(2, 100, 1), point(3, 90, 80)]);
    const { low, high } = costRange(convergence.stretches);
    assert.ok(low > 70 && low < 80, `${low}`);
    assert.ok(high > 100 && high < 110, `${high}`);
  });

  it('have a height even where all are the same, and below zero', () => {
    for (const cost of [90, -90, 0]) {
      const convergence = new Convergence();
      convergence.takeHistory([point(1, cost, cost)]);
      const { low, high } = costRange(convergence.stretches);
      assert.ok(low < cost && cost < high, `${low} ${high}`);
    }
  });
});
