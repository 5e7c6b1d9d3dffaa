import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { differing } from '../../src/compare/inputs-table.ts';
import { fieldsOf } from '../../src/compare/requirement-fields.ts';

const site = {
  profiles: { price: [0.1, 0.3], heat: [100, 300], sun: [0, 1] },
  demands: { heat: 'heat' },
  supplies: { gas: { price: 0.07 }, electricity: { price: 'price', co2: 0.35 } },
  devices: { battery: { label: 'Big battery' }, wind: { max_size: 3000 } },
  co2_price: 80,
};

function rows(...requirements: Record<string, unknown>[]) {
  return differing(requirements.map(fieldsOf)).map(({ label, cells }) => [
    label,
    ...cells.map(({ text, difference }) => (difference ? `${text} | ${difference}` : text)),
  ]);
}

/** Numbers keep to their units. */
function plain(found: string[][]): string[][] {
  return found.map((row) => row.map((text) => text.replaceAll('\u00a0', ' ')));
}

describe('requirements', () => {
  it('are alike if they say the same in other forms', () => {
    const other = {
      ...site,
      currency: 'EUR',
      interest_rate: 0.05,
      demands: { heat: { power: [100, 300] } },
      supplies: { gas: { price: 0.07, co2: 0 }, electricity: { price: [0.1, 0.3], co2: 0.35 } },
    };
    assert.deepEqual(rows(site, other), []);
  });

  it('differ in fields that are named, with units and differences', () => {
    const other = {
      ...site,
      co2_price: 120,
      budget: 1e6,
      demands: { heat: [110, 330] },
    };
    assert.deepEqual(plain(rows(site, other)), [
      ['Price of CO₂', '80 EUR/t', '120 EUR/t | +40 EUR/t (+50 %)'],
      ['Investment limit', 'none', '1,000,000 EUR'],
      ['Demand heat, per year', '1.75 GWh', '1.93 GWh | +175 MWh (+10 %)'],
      ['Demand heat, peak', '300 kW', '330 kW | +30 kW (+10 %)'],
    ]);
  });

  it('differ in dates and carriers, written as people read them', () => {
    const one = { start: '2023-01-09', devices: { pipe: { kind: 'link', target: 'heat@north' } } };
    const other = { start: '20230110', devices: { pipe: { kind: 'link', target: 'heat@south' } } };
    assert.deepEqual(rows(one, other), [
      ['First day', '9 Jan 2023', '20230110'],
      ['pipe: to', 'heat, north', 'heat, south'],
    ]);
  });

  it('differ if only the profile of a price or demand differs', () => {
    const other = { ...site, profiles: { ...site.profiles, price: [0.3, 0.1] } };
    assert.deepEqual(plain(rows(site, other)), [
      [
        'Supply electricity: price',
        '0.2 EUR/kWh on average',
        '0.2 EUR/kWh on average | same total, different profile',
      ],
    ]);
  });

  it('differ in the devices that may be installed, and in their figures', () => {
    const other = { ...site, devices: { wind: { max_size: 2000 } } };
    assert.deepEqual(plain(rows(site, other)), [
      ['Big battery may be installed', 'yes', 'no'],
      ['wind: maximum size', '3,000', '2,000 | −1,000 (−33.3 %)'],
    ]);
  });

  it('differ in what shares a meter, and in its net-metering period', () => {
    const meter = { supplies: ['electricity'], exports: ['feed'] };
    const alone = { ...site, meters: { grid: { ...meter, net_metering: 'month' } } };
    const other = { ...site, meters: { grid: { ...meter, exports: [] } } };
    assert.deepEqual(rows(alone, other), [
      ['Meter grid: shared by', 'electricity, feed', 'electricity'],
      ['Meter grid: net metering period', 'month', 'none'],
    ]);
  });

  it('differ in the currency of their amounts, except of zero', () => {
    const found = rows({ co2_price: 100 }, { co2_price: 100, currency: 'CHF', eur_rate: 0.95 });
    assert.deepEqual(
      found.map(([label]) => label),
      ['Currency', 'Exchange rate of EUR', 'Price of CO₂'],
    );
    assert.deepEqual(plain(found)[2], ['Price of CO₂', '100 EUR/t', '100 CHF/t']);
  });
});
