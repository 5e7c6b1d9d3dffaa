import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Filter } from '../../src/overview/filter.ts';
import { summary } from '../events.ts';

describe('the filter of the overview', () => {
  it('is the same after being written to an address and read from it', () => {
    const address = 'search=winter+day&state=running&mine=1';
    assert.equal(String(Filter.of(new URLSearchParams(address)).query), address);
    assert.equal(String(Filter.of(new URLSearchParams('other=1')).query), '');
  });

  it('ignores an unknown state, and blanks', () => {
    assert.equal(new Filter('  ', 'asleep').isEmpty, true);
    assert.equal(new Filter('', 'toString').isEmpty, true);
  });

  it('finds a title by any of its words, in either case', () => {
    assert.equal(new Filter('WINTER').matches(summary(), 'otto'), true);
    assert.equal(new Filter('summer').matches(summary(), 'otto'), false);
  });

  it('counts a search as running from the moment that a worker starts it', () => {
    const running = new Filter('', 'running');
    assert.equal(running.matches(summary({ state: 'STARTED' }), ''), true);
    assert.equal(running.matches(summary({ state: 'PROGRESS' }), ''), true);
    assert.equal(running.matches(summary({ state: 'RETRY' }), ''), false);
  });

  it('tells a person’s own searches from those of others', () => {
    const mine = new Filter('', '', true);
    assert.equal(mine.matches(summary(), 'olga'), true);
    assert.equal(mine.matches(summary(), 'otto'), false);
  });
});
