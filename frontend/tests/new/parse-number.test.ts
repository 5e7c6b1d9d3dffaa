import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseNumber, writeNumber } from '../../src/new/parse-number.ts';

describe('a typed number', () => {
  it('may have spaces, signs and powers of ten, or be empty', () => {
    const cases: [string, number | null][] = [
      ['0.07', 0.07],
      [' 1 250.5 ', 1250.5],
      ['.5', 0.5],
      ['5.', 5],
      ['−3', -3],
      ['+1e3', 1000],
      ['', null],
      ['  ', null],
    ];
    for (const [text, value] of cases) assert.deepEqual(parseNumber(text), { value }, text);
  });

  it('is never guessed', () => {
    for (const text of ['0,07', '1,250', 'ten', '0x10', '1.2.3', '5 %', 'NaN', 'Infinity', '-']) {
      assert.ok('wrong' in parseNumber(text), text);
    }
  });

  it('is shown as it was typed', () => {
    assert.equal(writeNumber(0.07 * 100), '7');
    assert.equal(writeNumber(1 / 3), '0.333333333333');
  });
});
