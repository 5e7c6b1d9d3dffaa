import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { changed } from '../../src/job/rerun.ts';

describe('a new search from an old one', () => {
  it('names the old one, from which the form takes all of it', () => {
    assert.equal(changed('a b'), '/new?again=a+b');
  });
});
