import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Rotation } from '../../src/wall/rotation.ts';

function at(): { clock: { now: number }; round: Rotation; after(ms: number): string | undefined } {
  const clock = { now: 50_000 };
  const round = new Rotation(20_000, () => clock.now);
  const after = (ms: number) => {
    clock.now += ms;
    round.tick();
    return round.shown;
  };
  return { clock, round, after };
}

describe('the turns on the wall', () => {
  it('rotate, each for the set time', () => {
    const { round, after } = at();
    round.take(['a', 'b']);
    assert.deepEqual([after(0), after(19_999), after(1), after(20_000)], ['a', 'a', 'b', 'a']);
    assert.equal(round.left, 20_000);
  });

  it('stay on a single search, without a next one', () => {
    const { round, after } = at();
    assert.deepEqual([after(0), round.left], [undefined, undefined]);
    round.take(['a']);
    assert.deepEqual([after(0), after(60_000), round.left], ['a', 'a', undefined]);
  });

  it('include a search that starts, at its turn', () => {
    const { round, after } = at();
    round.take(['a', 'b']);
    after(0);
    round.take(['a', 'b', 'c']);
    assert.deepEqual([after(5000), after(15_000), after(20_000)], ['a', 'b', 'c']);
  });

  it('keep an ended search for a whole turn, then continue with the one after it', () => {
    const { round, after } = at();
    round.take(['a', 'b', 'c']);
    after(0);
    assert.equal(after(20_000), 'b');
    after(15_000);
    round.take(['a', 'c']);
    round.begin();
    assert.deepEqual([after(19_999), after(1), after(20_000)], ['b', 'c', 'a']);
  });

  it('show nothing after the last one has ended', () => {
    const { round, after } = at();
    round.take(['a']);
    after(0);
    round.take([]);
    assert.deepEqual([after(19_999), after(1)], ['a', undefined]);
  });

  it('stop while paused, but can be stepped through', () => {
    const { round, after } = at();
    round.take(['a', 'b', 'c']);
    after(0);
    after(5000);
    round.pause();
    assert.deepEqual([after(60_000), round.left], ['a', 15_000]);
    round.go(-1);
    assert.deepEqual([after(60_000), round.left], ['c', 20_000]);
    round.pause();
    assert.deepEqual([after(19_999), after(1)], ['c', 'a']);
  });

  it('go back from the first to the last', () => {
    const { round, after } = at();
    round.take(['a', 'b', 'c']);
    after(0);
    round.go(-1);
    assert.equal(round.shown, 'c');
    round.go(1);
    assert.equal(round.shown, 'a');
  });
});
