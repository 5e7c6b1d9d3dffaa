import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { guarantee } from '../../src/result/guarantee.ts';
import type { SearchResult } from '../../src/result/plan.ts';

interface Case {
  gap?: number | null;
  days?: number | null;
  searchGap?: number | null;
  basis?: 'typical days' | 'whole horizon';
  goal?: SearchResult['options']['goal'];
  stopped?: boolean;
}

function words({
  gap = null,
  days = 12,
  searchGap = null,
  basis = 'typical days',
  goal = 'cheapest',
  stopped = false,
}: Case): string {
  const search = { typical_days: days, gap: searchGap };
  const sentences = guarantee({ basis, gap }, { search, stopped, options: { goal } });
  return sentences.join(' ').replaceAll('\u00a0', ' ');
}

describe('what a result guarantees', () => {
  it('is the plan’s own gap if it is proven', () => {
    assert.equal(
      words({ gap: 0.012, basis: 'whole horizon', searchGap: 0.001 }),
      'Sized and dispatched on every step of the requirement. Proven: no plan can be more than 1.2 % cheaper.',
    );
  });

  it('is among plans with no higher emissions on a Pareto front', () => {
    const told = words({ gap: 0.012, basis: 'whole horizon', goal: 'front' });
    assert.match(told, /no plan with as little CO₂ can be more than 1\.2 % cheaper\.$/);
  });

  it('is only for the typical days if the year was not solved', () => {
    assert.equal(
      words({ searchGap: 0.0027 }),
      'Based on 12 typical days, not on the whole year. On these days, no plan can be more than 0.27 % cheaper.',
    );
  });

  it('covers every hour, without a proof, if none was requested', () => {
    assert.match(
      words({ basis: 'whole horizon', searchGap: 0.001 }),
      /every step.*was not proven\.$/,
    );
  });

  it('says first that a search was stopped early', () => {
    assert.match(
      words({ stopped: true, days: null }),
      /^The search was stopped early;.*not proven\.$/,
    );
  });
});
