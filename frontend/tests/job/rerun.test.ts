import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { changed } from '../../src/job/rerun.ts';

describe('a new search from an old one', () => {
  it('names the old one in its address', () => {
    assert.equal(changed('a b'), '/new?again=a+b');
  });
});
