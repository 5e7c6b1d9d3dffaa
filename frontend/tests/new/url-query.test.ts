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
  it('restores the draft', () => {
    const draft = drafted(FULL);
    assert.equal(queryOf(draft).toString(), FULL);
    assert.deepEqual(draft.request(), {
      sample: 'tiny',
      disabled_devices: ['wind', 'battery'],
      options: { goal: 'front', detail: 'typical days' },
    });
  });

  it('leaves out defaults, and an uploaded site', () => {
    const draft = drafted('goal=cheapest');
    assert.equal(queryOf(draft).toString(), 'sample=tiny');
    draft.switchTo({ requirement: { name: 'Mill' } });
    assert.equal(queryOf(draft).toString(), '');
  });

  it('ignores an unknown goal', () => {
    assert.deepEqual(drafted('goal=best').request().options, {});
  });
});
