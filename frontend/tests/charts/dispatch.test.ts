import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  balanceOf,
  carriersOf,
  type Dispatch,
  durations,
  energyOf,
  horizonOf,
  means,
  throughput,
  timeOf,
} from '../../src/charts/dispatch.ts';

const dispatch: Dispatch = {
  step_hours: 12,
  start: '2023-01-01',
  days: [
    { day: 0, date: '2023-01-01', days_per_year: 300 },
    { day: 181, date: '2023-07-01', days_per_year: 65 },
  ],
  flows: [
    { source: 'supply:gas', target: 'carrier:gas', carrier: 'gas', kw: [2, 2, 2, 2] },
    { source: 'carrier:gas', target: 'device:boiler', carrier: 'gas', kw: [2, 2, 2, 2] },
    { source: 'device:boiler', target: 'carrier:heat', carrier: 'heat', kw: [1, 1, 1, 1] },
    { source: 'storage:tank', target: 'carrier:heat', carrier: 'heat', kw: [0, 0, 0, 0] },
    { source: 'device:pump', target: 'carrier:heat', carrier: 'heat', kw: [4, 4, 0, 0] },
    { source: 'carrier:heat', target: 'demand:heat', carrier: 'heat', kw: [5, 5, 1, 1] },
  ],
  levels: [],
};
const names = (bands: { node: string }[]) => bands.map(({ node }) => node);

describe('a balance', () => {
  it('has above a carrier what feeds it and below what takes it, the largest first', () => {
    const { above, below } = balanceOf(dispatch, 'carrier:heat');
    assert.deepEqual(names(above), ['device:pump', 'device:boiler']);
    assert.deepEqual(names(below), ['demand:heat']);
  });

  it('has above a device what it gives and below what it takes', () => {
    const { above, below } = balanceOf(dispatch, 'device:boiler');
    assert.deepEqual(names(above), ['carrier:heat']);
    assert.deepEqual(names(below), ['carrier:gas']);
  });

  it('is there for every carrier, the one with most energy first', () => {
    assert.deepEqual(carriersOf(dispatch), ['carrier:heat', 'carrier:gas']);
  });
});

describe('the values of a window', () => {
  it('are means of whole days that keep the energy', () => {
    const kw = [1, 3, 5, 7, 2];
    assert.deepEqual(means(kw, { from: 0, to: 5 }, 2), [2, 6, 2]);
    assert.deepEqual(means(kw, { from: 1, to: 3 }, 1), [3, 5]);
    assert.deepEqual(means(kw, { from: 3, to: 5 }, 2), [6, 2]);
  });

  it('stand for the whole year where all typical days are shown, else for themselves', () => {
    const demand = [5, 5, 1, 1];
    assert.equal(energyOf(demand, { from: 0, to: 4 }, dispatch), 300 * 120 + 65 * 24);
    assert.equal(energyOf(demand, { from: 0, to: 2 }, dispatch), 120);
    assert.equal(energyOf(demand, { from: 0, to: 4 }, { ...dispatch, days: null }), 144);
  });
});

describe('what goes through a node', () => {
  it('is what it gives, or what it takes where it gives nothing', () => {
    assert.deepEqual(throughput(balanceOf(dispatch, 'carrier:heat')), [5, 5, 1, 1]);
    assert.deepEqual(throughput(balanceOf(dispatch, 'demand:heat')), [5, 5, 1, 1]);
    assert.deepEqual(throughput(balanceOf(dispatch, 'device:none')), []);
  });

  it('lasts as long as the days stand for', () => {
    assert.deepEqual(durations([1, 3, 2, 0], dispatch), {
      hours: [0, 3600, 4380, 7980, 8760],
      powers: [3, 3, 2, 1, 0],
    });
  });
});

describe('the horizon of a dispatch', () => {
  it('knows its days and whether they are typical ones', () => {
    assert.deepEqual(horizonOf(dispatch), { steps: 4, perDay: 2, typical: true });
  });

  it('begins in the site’s own time, wherever the reader is', () => {
    assert.equal(timeOf(2, dispatch), Date.UTC(2023, 0, 2));
    assert.equal(
      timeOf(1, { ...dispatch, start: '2023-01-01T06:00:00' }),
      Date.UTC(2023, 0, 1, 18),
    );
  });
});
