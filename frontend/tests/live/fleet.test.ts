import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Fleet } from '../../src/api/types.ts';
import { queuePosition } from '../../src/live/fleet.ts';

function fleet(order: string[], waiting = order.length): Fleet {
  return {
    workers: [],
    running: 0,
    parts: 0,
    waiting,
    waiting_since: 1,
    order,
    viewers: {},
    watching: {},
  };
}

describe('the place in the queue', () => {
  it('is counted among all waiting searches', () => {
    assert.equal(queuePosition('b', fleet(['a', 'b', 'c'])), 'Number 2 of 3 in the queue');
    assert.equal(queuePosition('a', fleet(['a', 'b'], 900)), 'Number 1 of 900 in the queue');
  });

  it('is the next if nothing else waits', () => {
    assert.equal(queuePosition('a', fleet(['a'])), 'Next in the queue');
  });

  it('is empty for a search that does not wait, or waits far behind', () => {
    assert.equal(queuePosition('x', fleet(['a'])), '');
  });
});
