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
  it('go round, each for as long as was asked', () => {
    const { round, after } = at();
    round.take(['a', 'b']);
    assert.deepEqual([after(0), after(19_999), after(1), after(20_000)], ['a', 'a', 'b', 'a']);
    assert.equal(round.left, 20_000);
  });

  it('leave alone what is alone, and say that nothing comes next', () => {
    const { round, after } = at();
    assert.deepEqual([after(0), round.left], [undefined, undefined]);
    round.take(['a']);
    assert.deepEqual([after(0), after(60_000), round.left], ['a', 'a', undefined]);
  });

  it('let one that starts join at its turn', () => {
    const { round, after } = at();
    round.take(['a', 'b']);
    after(0);
    round.take(['a', 'b', 'c']);
    assert.deepEqual([after(5000), after(15_000), after(20_000)], ['a', 'b', 'c']);
  });

  it('keep what has ended for a whole turn, and go on with the one that came after it', () => {
    const { round, after } = at();
    round.take(['a', 'b', 'c']);
    after(0);
    assert.equal(after(20_000), 'b');
    after(15_000);
    round.take(['a', 'c']);
    round.begin();
    assert.deepEqual([after(19_999), after(1), after(20_000)], ['b', 'c', 'a']);
  });

  it('have nothing to show when the last one is over', () => {
    const { round, after } = at();
    round.take(['a']);
    after(0);
    round.take([]);
    assert.deepEqual([after(19_999), after(1)], ['a', undefined]);
  });

  it('rest while they are paused, but can be gone through', () => {
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
