import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JobSummary } from '../../src/api/types.ts';
import { reduce } from '../../src/live/reducer.ts';
import { Searches } from '../../src/live/searches.ts';
import { event, summary as summaryOf } from '../events.ts';

function summary(job: string, seq: number, created_at = 500): JobSummary {
  const state = reduce(undefined, event(seq, { job }));
  return summaryOf({ ...state, title: `Search ${job}`, owner: 'operator', created_at });
}

class Bench {
  readonly shown = new Map<string, JobSummary>();
  readonly looked: string[] = [];
  readonly searches = new Searches(
    async (job) => {
      this.looked.push(job);
      return summary(job, 9);
    },
    {
      changed: (changed) => this.shown.set(changed.job, changed),
      removed: (job) => this.shown.delete(job),
    },
  );
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the searches of the overview', () => {
  it('follow the events of each job and keep its title', () => {
    const { searches, shown } = new Bench();
    searches.hold();
    searches.answered([summary('a', 3), summary('b', 5)]);
    searches.received(event(4, { job: 'a' }));
    assert.equal(shown.get('a')?.seq, 4);
    assert.equal(shown.get('a')?.title, 'Search a');
    assert.equal(shown.get('b')?.seq, 5);
  });

  it('fetch an unknown job', async () => {
    const { searches, shown, looked } = new Bench();
    searches.answered([]);
    searches.received(event(1, { job: 'new' }));
    await settled();
    assert.deepEqual(looked, ['new']);
    assert.equal(shown.get('new')?.seq, 9);
  });

  it('fetch a job of which an event was missed', async () => {
    const { searches, shown, looked } = new Bench();
    searches.answered([summary('a', 3)]);
    searches.received(event(7, { job: 'a' }));
    await settled();
    assert.deepEqual(looked, ['a']);
    assert.equal(shown.get('a')?.seq, 9);
  });

  it('apply events that arrived before the answer for all after it', () => {
    const { searches, shown, looked } = new Bench();
    searches.answered([summary('a', 3)]);
    searches.hold();
    searches.received(event(6, { job: 'a' }));
    searches.received(event(5, { job: 'a' }));
    assert.equal(shown.get('a')?.seq, 3);
    searches.answered([summary('a', 5)]);
    assert.equal(shown.get('a')?.seq, 6);
    assert.deepEqual(looked, []);
  });

  it('keep an older job below the newest, and fetch it by itself while it runs', async () => {
    const { searches, shown, looked } = new Bench();
    searches.answered([summary('b', 5)]);
    searches.found([summary('a', 3, 400), { ...summary('done', 3, 300), outcome: 'finished' }]);
    searches.hold();
    assert.equal(searches.answered([summary('b', 5)]), true);
    await settled();
    assert.deepEqual([...shown.keys()].sort(), ['a', 'b', 'done']);
    assert.deepEqual(looked, ['a']);
  });

  it('drop the older ones if some between them and the newest are unknown', () => {
    const { searches, shown } = new Bench();
    searches.answered([summary('b', 5, 400)]);
    searches.hold();
    assert.equal(searches.answered([summary('z', 1, 900)]), false);
    assert.deepEqual([...shown.keys()], ['z']);
  });

  it('drop a job that was removed', () => {
    const { searches, shown } = new Bench();
    searches.answered([summary('a', 3), summary('b', 5)]);
    searches.hold();
    searches.answered([summary('b', 5)]);
    assert.deepEqual([...shown.keys()], ['b']);
  });
});
