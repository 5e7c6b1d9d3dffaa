import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Freshness, wording } from '../../src/live/freshness.ts';

function at(): { clock: { now: number }; freshness: Freshness } {
  const clock = { now: 10_000 };
  return { clock, freshness: new Freshness(undefined, () => clock.now) };
}

describe('freshness', () => {
  it('ignores an interruption shorter than a second', () => {
    const { clock, freshness } = at();
    freshness.caughtUp();
    freshness.behind('disconnected');
    clock.now += 999;
    assert.equal(freshness.notice(), undefined);
    freshness.caughtUp();
    clock.now += 5000;
    assert.equal(freshness.notice(), undefined);
  });

  it('says after a second that the connection is lost, and how old the figures are', () => {
    const { clock, freshness } = at();
    freshness.caughtUp();
    clock.now += 2000;
    freshness.received();
    clock.now += 300;
    freshness.behind('disconnected');
    clock.now += 1000;
    assert.deepEqual(freshness.notice(), { reason: 'disconnected', age: 1300 });
  });

  it('has no age before the first figures', () => {
    const { clock, freshness } = at();
    clock.now += 1000;
    assert.deepEqual(freshness.notice(), { reason: 'connecting', age: undefined });
  });

  it('has the age of figures that came with the page', () => {
    const freshness = new Freshness(4000, () => 6000);
    freshness.behind('disconnected');
    assert.equal(freshness.notice(), undefined);
    const later = { now: 6000 };
    const page = new Freshness(4000, () => later.now);
    later.now = 7000;
    assert.equal(page.notice()?.age, 3000);
  });

  it('says how often updates are polled, unless something is worse', () => {
    const { clock, freshness } = at();
    freshness.paced(3000);
    freshness.caughtUp();
    assert.deepEqual(freshness.notice(), { reason: 'paced', age: undefined, every: 3000 });
    freshness.behind('disconnected');
    clock.now += 1000;
    assert.deepEqual(freshness.notice(), { reason: 'disconnected', age: 1000 });
    freshness.caughtUp();
    freshness.paced(undefined);
    assert.equal(freshness.notice(), undefined);
  });

  it('still says that the server gets no updates after events were caught up', () => {
    const { clock, freshness } = at();
    freshness.caughtUp();
    freshness.relay(false);
    freshness.behind('missing');
    freshness.caughtUp();
    clock.now += 1000;
    assert.equal(freshness.notice()?.reason, 'relay');
    freshness.relay(true);
    assert.equal(freshness.notice(), undefined);
  });

  it('forgets that a server got no updates when it connects to another', () => {
    const { clock, freshness } = at();
    freshness.caughtUp();
    freshness.relay(false);
    freshness.behind('disconnected');
    freshness.caughtUp();
    clock.now += 5000;
    assert.equal(freshness.notice(), undefined);
  });

  it('does not count as up to date while events are missing', () => {
    const { clock, freshness } = at();
    freshness.caughtUp();
    freshness.behind('missing');
    clock.now += 4000;
    freshness.received();
    assert.equal(freshness.notice()?.age, 4000);
  });

  it('restarts the second when a suspended page is visible again', () => {
    const { clock, freshness } = at();
    freshness.caughtUp();
    freshness.behind('suspended');
    clock.now += 60_000;
    freshness.behind('connecting');
    assert.equal(freshness.notice(), undefined);
    clock.now += 1000;
    assert.equal(freshness.notice()?.age, 61_000);
  });

  it('has another sentence for each reason', () => {
    const reasons = ['connecting', 'disconnected', 'missing', 'relay'] as const;
    const sentences = reasons.map((reason) => wording({ reason, age: 0 }));
    assert.equal(new Set(sentences).size, reasons.length);
  });
});
