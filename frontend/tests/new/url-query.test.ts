import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Draft } from '../../src/new/draft.ts';
import { queryOf, takeQuery } from '../../src/new/url-query.ts';

const FULL = 'sample=tiny&goal=front&quick=1&disabled=wind&disabled=battery';

function drafted(query: string): Draft {
  const draft = new Draft();
  draft.switchTo({ sample: 'tiny', requirement: {} });
  takeQuery(draft, new URLSearchParams(query));
  return draft;
}

describe('the address of a draft', () => {
  it('makes the same draft again', () => {
    const draft = drafted(FULL);
    assert.equal(queryOf(draft).toString(), FULL);
    assert.deepEqual(draft.request(), {
      sample: 'tiny',
      disabled_devices: ['wind', 'battery'],
      options: { goal: 'front', detail: 'typical days' },
    });
  });

  it('says nothing of what is as usual, and nothing of one’s own site', () => {
    const draft = drafted('goal=cheapest');
    assert.equal(queryOf(draft).toString(), 'sample=tiny');
    draft.switchTo({ requirement: { name: 'Mill' } });
    assert.equal(queryOf(draft).toString(), '');
  });

  it('takes no goal that there isn’t', () => {
    assert.deepEqual(drafted('goal=best').request().options, {});
  });
});
