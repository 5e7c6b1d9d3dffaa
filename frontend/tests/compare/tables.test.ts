import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Compared } from '../../src/compare/column.ts';
import { costsTable } from '../../src/compare/costs-table.ts';
import { csvOf } from '../../src/compare/csv.ts';
import { energyTable } from '../../src/compare/energy-table.ts';
import { figuresTable } from '../../src/compare/figures-table.ts';
import { sizesTable } from '../../src/compare/sizes-table.ts';

const NONE = {
  investment: 0,
  maintenance: 0,
  operation: 0,
  energy: 0,
  peak: 0,
  unserved: 0,
  co2: 0,
};

interface Wanted {
  cost: number;
  sizes?: Record<string, number>;
  currency?: string;
  basis?: string;
  earned?: number;
  links?: Record<string, number>;
  title?: string;
}

/** A column whose plan has these figures and devices, and nothing else. */
function column(letter: string, wanted: Wanted): Compared {
  const { cost, sizes = {}, currency = 'EUR', basis = 'whole horizon', earned = 0 } = wanted;
  const { links = {}, title = 'Site' } = wanted;
  const plan = {
    basis,
    cost_per_year: cost,
    co2_kg_per_year: 1000,
    investment: 0,
    gap: 0.01,
    costs: { ...NONE, energy: cost + earned, export_revenue: earned },
    devices: Object.entries(sizes).map(([name, size]) => ({
      name,
      label: name,
      size,
      unit: 'kW',
      cost_per_year: size,
    })),
    graph: {
      nodes: Object.keys(links).map((id) => ({ id, kind: id.split(':')[0], label: id })),
      links: Object.entries(links).map(([source, kwh]) => ({
        source,
        target: 'carrier:heat',
        carrier: 'heat',
        kwh,
      })),
    },
  };
  const search = { typical_days: 12, gap: 0.02 };
  const result = { currency, stopped: false, search, options: { goal: 'cheapest' }, plans: [plan] };
  const job = { title, disabled_devices: [], options: {} };
  return { letter, ref: { job: letter, plan: 0 }, job, result, plan } as unknown as Compared;
}

function texts(rows: readonly { label: string; cells: readonly { text: string }[] }[]) {
  return rows.map(({ label, cells }) => [label, ...cells.map(({ text }) => text)]);
}

describe('plans side by side', () => {
  it('have differences from the first one', () => {
    const columns = [column('A', { cost: 100 }), column('B', { cost: 150 })];
    const [cost] = figuresTable(columns).groups[0]?.rows ?? [];
    const differences = cost?.cells.map(({ difference }) => difference.replaceAll('\u00a0', ' '));
    assert.deepEqual(differences, ['', '+€50.0 (+50 %)']);
  });

  it('are not subtracted from each other in two currencies, and a note says so', () => {
    const columns = [column('A', { cost: 100 }), column('B', { cost: 150, currency: 'CHF' })];
    const table = figuresTable(columns);
    assert.equal(table.groups[0]?.rows[0]?.cells[1]?.difference, '');
    assert.equal(table.groups[0]?.rows[1]?.cells[1]?.difference, 'the same');
    assert.match(table.notes.join(), /currencies differ/);
  });

  it('have a note if only some are based on typical days', () => {
    const columns = [column('A', { cost: 1 }), column('B', { cost: 2, basis: 'typical days' })];
    const { notes, groups } = figuresTable(columns);
    assert.match(notes.join(), /typical days/);
    const proven = groups[0]?.rows.at(-1)?.cells.map(({ text }) => text.replace('\u00a0', ' '));
    assert.deepEqual(proven, ['1 %', '2 %, on typical days only']);
  });

  it('show revenue as negative', () => {
    const rows = costsTable([column('A', { cost: 100, earned: 20 })]).groups[0]?.rows ?? [];
    assert.deepEqual(texts(rows), [
      ['Energy purchases', '€120'],
      ['Export revenue', '−€20'],
      ['Total', '€100'],
    ]);
  });

  it('have a row for each device of any plan, with those that one lacks', () => {
    const columns = [
      column('A', { cost: 1, sizes: { boiler: 400 } }),
      column('B', { cost: 1, sizes: { boiler: 100, battery: 900 } }),
    ];
    const rows = sizesTable(columns).groups[0]?.rows ?? [];
    assert.deepEqual(texts(rows), [
      ['battery', '–', '900\u00a0kW'],
      ['boiler', '400\u00a0kW', '100\u00a0kW'],
    ]);
    assert.equal(rows[0]?.cells[1]?.difference, 'not in A');
    assert.deepEqual(
      rows[1]?.cells.map(({ share }) => share),
      [1, 0.25],
    );
  });

  it('have the energy of their graphs, by kind', () => {
    const columns = [
      column('A', { cost: 1, links: { 'supply:gas': 2000, 'device:boiler': 1000 } }),
      column('B', { cost: 1, links: { 'device:boiler': 500 } }),
    ];
    const groups = energyTable(columns).groups.map(({ title, rows }) => [title, ...texts(rows)]);
    assert.deepEqual(groups, [
      ['Purchased, or from sun and wind', ['supply:gas: heat', '2.00\u00a0MWh', '–']],
      ['Output of devices', ['device:boiler: heat', '1.00\u00a0MWh', '500\u00a0kWh']],
    ]);
  });

  it('are a file in which no name is a formula and no figure is rounded', () => {
    const columns = [column('A', { cost: 100.25, title: '=1+1, "x"' }), column('B', { cost: 99 })];
    const [head, first] = csvOf(columns, [figuresTable(columns)]).split('\r\n');
    assert.equal(head, 'Table,Part,Row,Unit,"A: =1+1, ""x""",B: Site');
    assert.equal(first, 'Key figures,,Cost per year,EUR,100.25,99');
  });
});
