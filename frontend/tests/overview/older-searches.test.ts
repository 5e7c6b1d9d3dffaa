import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JobList, JobSummary } from '../../src/api/types.ts';
import { Filter } from '../../src/overview/filter.ts';
import { OlderSearches } from '../../src/overview/older-searches.ts';
import { summary as summaryOf } from '../events.ts';

function summary(job: string): JobSummary {
  return summaryOf({ job, title: job });
}

const ALL = new Filter();

class Bench {
  readonly asked: string[] = [];
  readonly answers: ((listing: JobList) => void)[] = [];
  readonly older = new OlderSearches((query) => {
    this.asked.push(String(query));
    return new Promise((resolve) => this.answers.push(resolve));
  });
}

describe('the older searches', () => {
  it('are fetched page by page, each before the oldest known one', async () => {
    const { older, asked, answers } = new Bench();
    older.restart(summary('c'), false);
    const first = older.next(new Filter('', 'failed'));
    answers[0]?.({ jobs: [summary('b')], total: 2 });
    assert.deepEqual((await first)?.[0]?.job, 'b');
    assert.deepEqual([older.left, older.exhausted], [1, false]);
    const second = older.next(new Filter('', 'failed'));
    answers[1]?.({ jobs: [summary('a')], total: 1 });
    await second;
    assert.equal(older.exhausted, true);
    assert.equal(await older.next(ALL), undefined);
    assert.deepEqual(asked, [
      'state=failed&per_page=50&before=c',
      'state=failed&per_page=50&before=b',
    ]);
  });

  it('are not fetched if the newest are all that there are', async () => {
    const { older, asked } = new Bench();
    older.restart(summary('a'), true);
    assert.equal(await older.next(ALL), undefined);
    assert.deepEqual(asked, []);
  });

  it('of an earlier filter are dropped', async () => {
    const { older, answers } = new Bench();
    older.restart(summary('c'), false);
    const given = older.next(new Filter('x'));
    older.restart(summary('c'), false);
    answers[0]?.({ jobs: [], total: 0 });
    assert.equal(await given, undefined);
    assert.equal(older.exhausted, false);
  });
});
