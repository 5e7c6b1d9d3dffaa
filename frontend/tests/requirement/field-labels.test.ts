import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fieldLabel } from '../../src/requirement/field-labels.ts';

describe('a field of a requirement', () => {
  it('has a label, whatever its section', () => {
    const cases: Record<string, string> = {
      co2_price: 'Price of CO₂',
      'demands.heat.1': 'Demand heat',
      'supplies.electricity.price': 'Supply electricity: price',
      'exports.electricity.limit': 'Export electricity: maximum power',
      'areas.roof': 'Area roof',
      'devices.bat': 'bat',
      'devices.bat.max_size': 'bat: maximum size',
      'devices.bat.inputs.heat@north': 'bat: input, heat, north',
      'devices.bat.availability.17': 'bat: availability',
    };
    for (const [path, label] of Object.entries(cases)) assert.equal(fieldLabel(path), label);
  });

  it('of a site’s own device has the site’s label', () => {
    const label = fieldLabel('devices.bat.size', (name) => ({ bat: 'Big battery' })[name]);
    assert.equal(label, 'Big battery: size');
  });

  it('that is unknown has no label', () => {
    for (const path of ['mill.csv', 'constructor', '', 'toString.x']) {
      assert.equal(fieldLabel(path), undefined);
    }
  });
});
