import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JobSummary } from '../../src/api/types.ts';
import { playlist, waiting } from '../../src/wall/playlist.ts';
import { around } from '../../src/wall/strip.ts';
import { summary } from '../events.ts';

function search(job: string, said: Partial<JobSummary> = {}): JobSummary {
  return summary({ job, title: job, created_at: 0, ...said });
}

const ended = (job: string, ended_at: number) =>
  search(job, { state: 'SUCCESS', outcome: 'finished', ended_at, result_url: `/${job}` });

const ids = (found: readonly JobSummary[]) => found.map(({ job }) => job);

describe('the playlist of the wall', () => {
  it('has the running searches, the longest running first', () => {
    const late = search('late', { started_at: 20 });
    const again = search('again', { state: 'RETRY', started_at: 15 });
    const early = search('early', { state: 'STARTED', started_at: 10 });
    const others = [ended('done', 30), search('next', { state: 'PENDING' })];
    assert.deepEqual(ids(playlist([late, ...others, again, early], [])), [
      'early',
      'again',
      'late',
    ]);
  });

  it('has the newest results while nothing runs', () => {
    const known = [
      ...Array.from({ length: 9 }, (_, day) => ended(`r${day}`, day)),
      search('bad', { state: 'FAILURE', outcome: 'failed', ended_at: 99 }),
    ];
    assert.deepEqual(ids(playlist(known, [])), ['r8', 'r7', 'r6', 'r5', 'r4']);
  });

  it('has only the pinned searches if there are any', () => {
    const known = [search('a'), search('b'), ended('c', 1)];
    assert.deepEqual(ids(playlist(known, ['c', 'b', 'gone'])), ['c', 'b']);
  });

  it('lists the waiting searches in the order of the queue', () => {
    const pending = (job: string, created_at: number) =>
      search(job, { state: 'PENDING', created_at });
    const known = [pending('new', 9), pending('a', 1), search('runs'), pending('b', 2)];
    assert.deepEqual(ids(waiting(known, ['b', 'a'])), ['b', 'a', 'new']);
  });

  it('keeps the shown one visible if not all fit', () => {
    const all = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    assert.deepEqual(around(all, 0, 3), ['a', 'b', 'c']);
    assert.deepEqual(around(all, 3, 3), ['c', 'd', 'e']);
    assert.deepEqual(around(all, 6, 3), ['e', 'f', 'g']);
    assert.deepEqual(around(['a'], 0, 3), ['a']);
  });
});
