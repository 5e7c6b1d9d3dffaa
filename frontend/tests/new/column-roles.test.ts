import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { guessed, heatPumpInput, requirementOf } from '../../src/new/column-roles.ts';

function roles(...names: string[]): string[] {
  const columns = Object.fromEntries(names.map((name) => [name, [0.5, 1]]));
  return [...guessed({ columns }).values()];
}

describe('the role of a column', () => {
  it('is guessed by its name', () => {
    assert.deepEqual(
      roles('Electricity demand [kW]', 'Heat', 'cooling load', 'steam', 'H2', 'Power'),
      ['electricity', 'heat', 'cooling', 'steam', 'hydrogen', 'electricity'],
    );
    assert.deepEqual(roles('sun', 'solar-heat', 'wind', 'heat-pump-input', 'Temp_C'), [
      'sun',
      'solar-heat',
      'wind',
      'heat-pump-input',
      'temperature',
    ]);
    assert.deepEqual(roles('electricity price', 'gas price', 'feed-in tariff', 'note'), [
      'electricity-price',
      'gas-price',
      'electricity-sale',
      '',
    ]);
    assert.deepEqual(roles('电负荷', '热负荷', '冷负荷', '电价'), [
      'electricity',
      'heat',
      'cooling',
      'electricity-price',
    ]);
  });

  it('depends on its values if the name fits two units', () => {
    const columns = { 'solar radiation': [0, 850], 'wind speed': [3, 12] };
    assert.deepEqual([...guessed({ columns }).values()], ['irradiance', '']);
  });

  it('belongs to one column only, except for demands', () => {
    assert.deepEqual(roles('heat north', 'heat south', 'sun 1', 'sun 2'), [
      'heat',
      'heat',
      'sun',
      '',
    ]);
  });
});

describe('the requirement of a table alone', () => {
  const table = {
    columns: { a: [1, 2], b: [3, 4], c: [500, 1000], d: [0.1, 0.2] },
    start: '2023-01-01',
    step_hours: 1,
  };
  const chosen = new Map([
    ['a', 'heat'],
    ['b', 'heat'],
    ['c', 'irradiance'],
    ['d', 'electricity-sale'],
  ]);

  it('uses each column, and has prices to be corrected', () => {
    const made = requirementOf('Mill', table, chosen, ['gas-boiler', 'wind']);
    assert.equal(made.start, '2023-01-01');
    assert.deepEqual(made.demands, {
      heat: { carrier: 'heat', power: 'heat demand' },
      b: { carrier: 'heat', power: 'b demand' },
    });
    assert.deepEqual(made.profiles, {
      'heat demand': [1, 2],
      'b demand': [3, 4],
      sun: [0.5, 1],
      'electricity-sale': [0.1, 0.2],
    });
    assert.deepEqual(made.exports, { electricity: { price: 'electricity-sale' } });
    assert.deepEqual(made.meters, {
      electricity: { supplies: ['electricity'], exports: ['electricity'] },
    });
    assert.deepEqual(Object.keys(made.supplies), ['electricity', 'gas']);
    assert.equal(made.devices, undefined);
  });

  it('derives the heat pump’s input from the temperature, as the samples do', () => {
    const warm = new Map([...chosen, ['b', 'temperature']]);
    const made = requirementOf('Mill', table, warm, ['gas-boiler', 'wind', 'air-heat-pump']);
    assert.deepEqual(made.devices, {
      'gas-boiler': {},
      'air-heat-pump': { like: 'air-heat-pump', inputs: { electricity: 'heat-pump-input' } },
    });
    assert.ok(Math.abs(heatPumpInput(10) - 1 / (0.85 * 3.28)) < 1e-9);
  });
});
