import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { difference } from '../../src/compare/difference.ts';

const write = (amount: number) => `${amount} kW`;
const space = '\u00a0';

describe('a difference', () => {
  it('has a sign, an amount and a share of the reference', () => {
    assert.equal(difference(150, 100, write), `+50 kW (+50${space}%)`);
    assert.equal(difference(95.5, 100, write), `−4.5 kW (−4.5${space}%)`);
  });

  it('is a share of the reference’s magnitude, whatever its sign', () => {
    assert.equal(difference(-50, -100, write), `+50 kW (+50${space}%)`);
  });

  it('has no share of zero', () => {
    assert.equal(difference(20, 0, write), '+20 kW');
  });

  it('is none if the two differ by rounding only', () => {
    assert.equal(difference(1e6 + 0.1, 1e6, write), 'the same');
    assert.equal(difference(0, 0, write), 'the same');
  });
});
