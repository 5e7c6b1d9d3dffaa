import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Dispatch } from '../../src/charts/dispatch.ts';
import {
  curveOf,
  energyUnder,
  highest,
  hoursInUse,
  sampled,
} from '../../src/compare/load-duration-curve.ts';

/** Four steps of six hours: a boiler that feeds heat. */
const dispatch: Dispatch = {
  step_hours: 6,
  start: '2023-01-01',
  days: null,
  flows: [
    { source: 'device:boiler', target: 'carrier:heat', carrier: 'heat', kw: [0, 400, 100, 0] },
  ],
  levels: [],
};

const boiler = { id: 'device:boiler', kind: 'device', label: 'Boiler', carrier: 'heat' } as const;

describe('a load-duration curve', () => {
  const curve = curveOf(dispatch, boiler);
  assert.ok(curve);

  it('covers a year, whatever the horizon', () => {
    assert.equal(highest(curve), 400);
    assert.equal(hoursInUse(curve), 8760 / 2);
    assert.equal(energyUnder(curve), 125 * 8760);
  });

  it('falls from the highest power down', () => {
    assert.deepEqual(sampled(curve, 8), [400, 400, 100, 100, 0, 0, 0, 0]);
  });

  it('is missing if a plan has no such node', () => {
    assert.equal(curveOf(dispatch, { ...boiler, id: 'device:none' }), undefined);
  });

  it('is of a device’s main output, not of all outputs', () => {
    const power = { ...flow(), target: 'carrier:electricity', carrier: 'electricity' };
    const both = { ...dispatch, flows: [...dispatch.flows, power] };
    assert.deepEqual(curveOf(both, boiler), curve);
  });

  it('counts a typical day as often as it occurs', () => {
    const days = [
      { day: 0, date: '2023-01-01', days_per_year: 73 },
      { day: 181, date: '2023-07-01', days_per_year: 292 },
    ];
    const kw = [800, 800, 100, 100];
    const typical = { ...dispatch, step_hours: 12, days, flows: [{ ...flow(), kw }] };
    const curve = curveOf(typical, boiler);
    assert.ok(curve);
    assert.equal(energyUnder(curve), (800 * 73 + 100 * 292) * 24);
  });
});

function flow() {
  const [first] = dispatch.flows;
  assert.ok(first);
  return first;
}
