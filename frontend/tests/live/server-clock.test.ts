import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ServerClock } from '../../src/live/server-clock.ts';

describe('the server clock', () => {
  it('is the browser’s own until the first event', () => {
    assert.equal(new ServerClock(() => 5000).now(), 5000);
  });

  it('is right if the browser is an hour ahead', () => {
    const local = { now: 3_600_000 };
    const clock = new ServerClock(() => local.now);
    clock.received(0);
    local.now += 250;
    assert.equal(clock.now(), 250);
  });

  it('is right if the browser is an hour behind', () => {
    const clock = new ServerClock(() => 0);
    clock.received(3_600_000);
    assert.equal(clock.now(), 3_600_000);
  });

  it('uses the event with the least delay', () => {
    const local = { now: 1000 };
    const clock = new ServerClock(() => local.now);
    clock.received(400);
    clock.received(990);
    clock.received(100);
    assert.equal(clock.now(), 990);
  });
});
