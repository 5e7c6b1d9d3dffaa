import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { carrierName } from '../../src/diagram/carriers.ts';
import { flowsByNode, describe as inWords, mainCarrier } from '../../src/diagram/flows.ts';
import { carried, type Graph, type GraphNode, union, wires } from '../../src/diagram/graph.ts';
import { caption } from '../../src/diagram/node-caption.ts';
import { LARGE, USUAL } from '../../src/diagram/type-sizes.ts';

const file = new URL('../fixtures/campus-graph.json', import.meta.url);
const campus = JSON.parse(readFileSync(file, 'utf8')) as Graph;
const flows = flowsByNode(campus);

function node(id: string): GraphNode {
  const found = campus.nodes.find((candidate) => candidate.id === id);
  assert.ok(found, id);
  return found;
}

describe('the wires of a graph', () => {
  it('join what a store takes and gives into one that leads to the store', () => {
    const drawn = wires(campus);
    const store = drawn.filter(({ target }) => target === 'storage:battery');
    assert.equal(store.length, 1);
    assert.ok((store[0]?.back ?? 0) > 0);
    assert.equal(drawn.filter(({ source }) => source === 'storage:battery').length, 0);
  });

  it('are one for each other link', () => {
    const stores = campus.nodes.filter(({ kind }) => kind === 'storage').length;
    assert.equal(wires(campus).length, campus.links.length - stores);
  });

  it('show a store that only takes or only gives', () => {
    const carrier: GraphNode = {
      id: 'carrier:heat',
      kind: 'carrier',
      label: 'Heat',
      carrier: 'heat',
    };
    const tank: GraphNode = { id: 'storage:tank', kind: 'storage', label: 'Tank', carrier: 'heat' };
    const nodes = [carrier, tank];
    const charge = { source: carrier.id, target: tank.id, carrier: 'heat', kwh: 5 };
    const discharge = { source: tank.id, target: carrier.id, carrier: 'heat', kwh: 3 };
    assert.deepEqual(wires({ nodes, links: [charge] }), [{ ...charge, back: 0 }]);
    assert.deepEqual(wires({ nodes, links: [discharge] }), [discharge]);
  });
});

describe('the union of graphs', () => {
  const heat: GraphNode = { id: 'carrier:heat', kind: 'carrier', label: 'Heat', carrier: 'heat' };
  const tank: GraphNode = { id: 'storage:tank', kind: 'storage', label: 'Tank', carrier: 'heat' };
  const boiler: GraphNode = {
    id: 'device:boiler',
    kind: 'device',
    label: 'Boiler',
    carrier: 'heat',
  };
  const made = { source: boiler.id, target: heat.id, carrier: 'heat', kwh: 9 };
  const into = { source: heat.id, target: tank.id, carrier: 'heat', kwh: 5 };
  const back = { source: tank.id, target: heat.id, carrier: 'heat', kwh: 4 };
  const first = { nodes: [heat, tank], links: [into, back] };
  const second = { nodes: [boiler, heat], links: [made] };
  const whole = union([first, second, { ...first, links: [{ ...into, kwh: 7 }] }]);

  it('has each node and each link once, with the most that it carries', () => {
    assert.deepEqual(
      whole.nodes.map(({ id }) => id),
      [heat.id, tank.id, boiler.id],
    );
    assert.deepEqual(whole.links, [{ ...into, kwh: 7 }, back, made]);
  });

  it('has wires that carry in each graph what that one says, or nothing', () => {
    const drawn = wires(whole);
    assert.deepEqual(carried(drawn, first), [
      { ...into, kwh: 5, back: 4 },
      { ...made, kwh: 0 },
    ]);
    assert.deepEqual(carried(drawn, second), [
      { ...into, kwh: 0, back: 0 },
      { ...made, kwh: 9 },
    ]);
  });

  it('of one graph is that graph', () => {
    assert.deepEqual(union([campus]), campus);
    assert.deepEqual(carried(wires(campus), campus), wires(campus));
  });
});

describe('the flows of a node', () => {
  it('come in before they go out, the largest first', () => {
    const heat = flows.get('carrier:heat') ?? [];
    const directions = heat.map(({ direction }) => direction);
    assert.deepEqual(directions, directions.toSorted());
    const incoming = heat.filter(({ direction }) => direction === 'in').map(({ kwh }) => kwh);
    assert.deepEqual(
      incoming,
      incoming.toSorted((a, b) => b - a),
    );
  });

  it('balance at every carrier of the fixture, as the server promises', () => {
    for (const { id, kind } of campus.nodes) {
      if (kind !== 'carrier') continue;
      const sum = (wanted: string) =>
        (flows.get(id) ?? [])
          .filter(({ direction }) => direction === wanted)
          .reduce((total, { kwh }) => total + kwh, 0);
      assert.ok(Math.abs(sum('in') - sum('out')) <= 1e-6 * sum('in'), id);
    }
  });

  it('are told in words', () => {
    const words = inWords(flows.get('supply:gas') ?? []).replaceAll('\u00a0', ' ');
    assert.match(words, /^out: [\d.]+ GWh of gas to Gas$/);
  });

  it('give a device the look of its largest output', () => {
    const bare = {
      id: 'device:gas-boiler',
      kind: 'device',
      label: 'Boiler',
      carrier: 'heat',
    } as const;
    assert.equal(mainCarrier(bare, flows.get(bare.id) ?? []), 'heat');
  });
});

describe('a caption', () => {
  it('gives a device its size and a demand its energy', () => {
    const of = (id: string, lettering = USUAL) =>
      caption(node(id), flows.get(id) ?? [], lettering).measure.map((line) =>
        line.replaceAll('\u00a0', ' '),
      );
    assert.match(of('device:gas-boiler').join(), /^[\d,]+ kW$/);
    assert.match(of('demand:heat').join(), /^Demand [\d.]+ GWh$/);
    assert.deepEqual(of('carrier:heat'), []);
    assert.match(of('demand:heat', LARGE).join('; '), /^Demand; [\d.]+ GWh$/);
  });

  it('breaks a long label where both lines are short', () => {
    const label = (text: string, lettering = USUAL) =>
      caption({ id: 'device:x', kind: 'device', label: text, carrier: 'heat' }, [], lettering)
        .label;
    assert.deepEqual(label('Ground-mounted photovoltaics'), ['Ground-mounted', 'photovoltaics']);
    assert.deepEqual(label('Gas boiler'), ['Gas boiler']);
    assert.deepEqual(label('Donaudampfschiffheizung'), ['Donaudampfschiffheizung']);
    assert.deepEqual(label('Gas turbine CHP', LARGE), ['Gas turbine', 'CHP']);
  });
});

describe('the name of a carrier', () => {
  it('says its place', () => {
    assert.equal(carrierName('heat@north'), 'heat, north');
  });
});
