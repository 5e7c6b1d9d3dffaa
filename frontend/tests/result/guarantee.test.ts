import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { guarantee } from '../../src/result/guarantee.ts';

function sentence(
  gap: number | null,
  days: number | null,
  searchGap: number | null,
  basis: 'typical days' | 'whole horizon' = 'typical days',
): string {
  const search = { typical_days: days, gap: searchGap };
  return guarantee({ basis, gap }, { search }).replaceAll('\u00a0', ' ');
}

describe('what a result guarantees', () => {
  it('is the plan’s own gap where that is proven', () => {
    assert.equal(sentence(0.012, 12, 0.001), 'Proven within 1.2 % of the best possible.');
  });

  it('is only of the typical days where the year was not asked for', () => {
    assert.equal(
      sentence(null, 12, 0.0027),
      'Rests on 12 typical days; proven within 0.27 % of the best on these.',
    );
  });

  it('is of every hour, without a proof, where none was asked for', () => {
    assert.equal(
      sentence(null, 12, 0.001, 'whole horizon'),
      'Sized and run on every hour; nothing is proven.',
    );
  });

  it('is nothing where nothing was proven', () => {
    assert.equal(sentence(null, null, null), 'Rests on typical days; nothing is proven.');
  });
});
