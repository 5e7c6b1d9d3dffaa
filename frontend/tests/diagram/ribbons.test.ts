import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { Graph } from '../../src/diagram/graph.ts';
import type { Layout } from '../../src/diagram/layout.ts';
import { parted, ribbons, sizes } from '../../src/diagram/ribbons.ts';

const file = new URL('../fixtures/campus-graph.json', import.meta.url);
const campus = JSON.parse(readFileSync(file, 'utf8')) as Graph;

const boxes = new Map([
  ['a', { x: 0, y: 0, width: 10, height: 40 }],
  ['b', { x: 100, y: 100, width: 10, height: 40 }],
  ['c', { x: 100, y: 0, width: 10, height: 40 }],
]);
const layout: Layout = { width: 110, height: 140, boxes, paths: [] };
const flow = (source: string, target: string, kwh: number) => {
  return { source, target, carrier: 'heat', kwh };
};

describe('a Sankey diagram', () => {
  it('has a badge for each store and a ribbon for each other flow', () => {
    const { flows, badges } = parted(campus);
    const stores = campus.nodes.filter(({ kind }) => kind === 'storage');
    assert.deepEqual(
      badges.map(({ store }) => store).toSorted(),
      stores.map(({ id }) => id).toSorted(),
    );
    assert.equal(flows.length, campus.links.length - 2 * stores.length);
    assert.ok(badges.every(({ bus, kwh }) => bus.startsWith('carrier:') && kwh > 0));
  });

  it('has bars as large as the most that comes in or goes out', () => {
    const found = sizes([flow('a', 'b', 5), flow('a', 'c', 2), flow('b', 'a', 3)]);
    assert.deepEqual([found.get('a'), found.get('b'), found.get('c')], [7, 5, 2]);
  });

  it('has ribbons beside each other on a bar, in the order of where they lead', () => {
    const [low, high] = ribbons([flow('a', 'b', 5), flow('a', 'c', 2)], layout, 2);
    assert.deepEqual(
      [high?.from, low?.from],
      [
        { x: 10, y: 2 },
        { x: 10, y: 9 },
      ],
    );
    assert.deepEqual(low?.to, { x: 100, y: 105 });
  });

  it('bears a cycle: what runs back is a return', () => {
    const found = ribbons([flow('a', 'b', 5), flow('b', 'a', 3), flow('b', 'c', 1)], layout, 1);
    assert.deepEqual(
      found.map(({ returns }) => returns),
      [false, true, true],
    );
  });
});
