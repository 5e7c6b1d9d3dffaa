import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { GraphNode } from '../../src/diagram/graph.ts';
import { carrierLook, seriesClasses, technologyLook } from '../../src/diagram/look.ts';

function device(name: string, like: string): GraphNode {
  return { id: `device:${name}`, kind: 'device', label: name, carrier: 'heat', device: name, like };
}

describe('the look of a carrier', () => {
  it('is the same at every place', () => {
    assert.equal(carrierLook('heat@north'), 'heat');
    assert.equal(carrierLook('Heat'), 'heat');
  });

  it('stays the same for a carrier by any other name, and is that of Python', () => {
    // tests/algorithm/test_drawing.py states the same.
    assert.equal(carrierLook('steam'), 'other-3');
    assert.equal(carrierLook('steam'), carrierLook('steam@south'));
    assert.equal(carrierLook(''), carrierLook(''));
  });
});

describe('the look of a device', () => {
  it('is its technology’s, whatever its name', () => {
    const classes = seriesClasses([device('pv-north', 'ground-pv'), device('old', 'gas-boiler')]);
    assert.equal(classes.get('device:pv-north'), 'technology-photovoltaics texture-0');
    assert.equal(classes.get('device:old'), 'technology-boiler texture-0');
  });

  it('follows from its name where the catalogue has no such technology', () => {
    assert.equal(technologyLook('cable'), 'other-0');
    assert.equal(technologyLook('compressors'), 'other-3');
  });

  it('is striped for the second device of a technology', () => {
    const classes = seriesClasses([device('a', 'rooftop-pv'), device('b', 'ground-pv')]);
    assert.equal(classes.get('device:b'), 'technology-photovoltaics texture-1');
  });
});

describe('the look of what is bought', () => {
  const supply = (id: string, carrier: string): GraphNode => {
    return { id, kind: 'supply', label: id, carrier };
  };

  it('tells suppliers of one carrier apart, and what isn’t met', () => {
    const classes = seriesClasses([
      supply('supply:grid', 'electricity'),
      supply('supply:neighbour', 'electricity'),
      supply('supply:gas', 'gas'),
      supply('supply:unserved', 'electricity'),
    ]);
    assert.deepEqual(
      [...classes.values()],
      [
        'trade-supply texture-0',
        'trade-supply texture-1',
        'trade-supply texture-0',
        'trade-unserved texture-0',
      ],
    );
  });
});
