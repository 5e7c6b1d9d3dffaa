import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compareUrl, readPlans } from '../../src/result/compare-url.ts';

describe('the address of a comparison', () => {
  it('is read as it was written', () => {
    const picks = [
      { job: '3f0c-1', plan: 0 },
      { job: 'a.b', plan: 3 },
      { job: 'x y&z', plan: 12 },
    ];
    const url = new URL(compareUrl(picks), 'http://island');
    assert.equal(url.pathname, '/compare');
    assert.deepEqual(readPlans(url.search), picks);
  });

  it('names the best plan of a search given without a plan', () => {
    assert.deepEqual(readPlans('?with=abc'), [{ job: 'abc', plan: 0 }]);
  });

  it('names each plan once, in its order', () => {
    assert.deepEqual(readPlans('?with=b.1&with=a&with=&with=b.1&with=a.0'), [
      { job: 'b', plan: 1 },
      { job: 'a', plan: 0 },
    ]);
  });

  it('may name nothing', () => {
    assert.deepEqual(readPlans('?lang=zh'), []);
    assert.equal(compareUrl([]), '/compare');
  });
});
