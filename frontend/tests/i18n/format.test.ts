import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dateOf, day, hourOfDay } from '../../src/charts/calendar.ts';
import * as format from '../../src/i18n/format.ts';
import { unitName } from '../../src/i18n/unit-name.ts';

/** With plain spaces, to be readable here. */
function plain(text: string): string {
  return text.replaceAll('\u00a0', ' ');
}

describe('quantities', () => {
  it('gives money three figures and a unit', () => {
    const cases: [number, string][] = [
      [1_243_817, '€1.24 M'],
      [12_438_170, '€12.4 M'],
      [842_300, '€842 k'],
      [999_700, '€1.00 M'],
      [2_100_000_000, '€2.10 bn'],
      [17, '€17.0'],
      [0, '€0'],
      [-5988, '−€5.99 k'],
    ];
    for (const [euros, text] of cases) assert.equal(plain(format.money(euros)), text);
  });

  it('gives exact money to the euro', () => {
    assert.equal(format.exactMoney(1_243_817.4), '€1,243,817');
    assert.equal(format.exactMoney(-5988.4), '−€5,988');
  });

  it('separates a currency of letters from its amount', () => {
    assert.equal(format.money(842, 'CHF'), 'CHF\u00a0842');
    assert.equal(format.exactMoney(-5988, 'CHF'), '−CHF\u00a05,988');
    assert.equal(format.exactMoney(842, 'USD'), 'US$842');
    assert.equal(unitName('CHF/kWh'), 'CHF/kWh');
  });

  it('gives energy the unit that fits', () => {
    assert.equal(plain(format.energy(12_345_678)), '12.3 GWh');
    assert.equal(plain(format.energy(999_999)), '1.00 GWh');
    assert.equal(plain(format.energy(99_800)), '99.8 MWh');
    assert.equal(plain(format.energy(0)), '0 kWh');
  });

  it('never shows a small value as zero', () => {
    assert.equal(plain(format.size(0.5, 'kW')), '0.50 kW');
    assert.equal(plain(format.size(0.01234, 'kW')), '0.01 kW');
    assert.equal(plain(format.size(0.001234, 'kW')), '0.00123 kW');
    assert.equal(plain(format.size(1e-12, 'kW')), '0.00 kW');
  });

  it('gives mass in tonnes from a tonne on', () => {
    assert.equal(plain(format.mass(3_547_000)), '3,547 t');
    assert.equal(plain(format.mass(999)), '999 kg');
  });

  it('never rounds a gap down', () => {
    const cases: [number, string][] = [
      [0, '0 %'],
      [0.00001, '< 0.01 %'],
      [0.00132, '0.14 %'],
      [0.0121, '1.3 %'],
      [0.12, '12 %'],
      [0.121, '13 %'],
      [2.5, '250 %'],
    ];
    for (const [relative, text] of cases) assert.equal(plain(format.gap(relative)), text);
  });

  it('says 100 % only at the end', () => {
    assert.equal(plain(format.percent(99.99, 100)), '99 %');
    assert.equal(plain(format.percent(100, 100)), '100 %');
    assert.equal(plain(format.percent(0, 0)), '0 %');
  });

  it('gives durations in at most two units, and none below zero', () => {
    const cases: [number, string][] = [
      [-200, '0 s'],
      [42_900, '42 s'],
      [187_000, '3 min 07 s'],
      [7_500_000, '2 h 05 min'],
    ];
    for (const [milliseconds, text] of cases) {
      assert.equal(plain(format.duration(milliseconds)), text);
    }
  });

  it('writes dates with the day first and the month as a word', () => {
    const at = new Date(2026, 10, 23, 9, 12).getTime();
    assert.equal(format.dateAndTime(at), '23 Nov 2026, 09:12');
    assert.equal(dateOf('2023-01-09'), '9 Jan 2023');
    assert.equal(day(Date.UTC(2023, 0, 9)), 'Mon, 9 Jan 2023');
    assert.equal(hourOfDay(Date.UTC(2023, 0, 9), 14), 'Mon, 9 Jan 2023, 14:00');
  });

  it('keeps estimates as coarse as they are', () => {
    const cases: [number, string][] = [
      [3, 'a few seconds'],
      [31, 'about 35 s'],
      [100, 'about 2 min'],
      [5400, 'about 1.5 h'],
    ];
    for (const [seconds, text] of cases) assert.equal(plain(format.estimate(seconds)), text);
  });

  it('states a range in one unit, and a single figure where both ends look the same', () => {
    const cases: [number, number, string][] = [
      [1, 4, 'a few seconds'],
      [11, 38, '15 to 40 s'],
      [110, 350, '2 to 6 min'],
      [20, 200, '1 to 3 min'],
      [118, 122, 'about 2 min'],
      [3000, 9000, '0.8 to 2.5 h'],
    ];
    for (const [low, high, text] of cases) {
      assert.equal(plain(format.estimate(low, high)), text);
    }
  });

  it('keeps stated figures', () => {
    assert.equal(format.figure(0.0655, 'EUR/kWh'), '0.0655 EUR/kWh');
    assert.equal(format.figure(-12_345.678, 'kW'), '−12,346 kW');
    assert.equal(format.figure(7), '7');
  });
});
