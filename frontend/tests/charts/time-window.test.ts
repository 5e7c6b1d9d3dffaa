import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  fitted,
  grain,
  type Horizon,
  moved,
  readWindow,
  span,
  whole,
  writeWindow,
  zoomed,
} from '../../src/charts/time-window.ts';

const year: Horizon = { steps: 8760, perDay: 24, typical: false };
const typical: Horizon = { steps: 15 * 24, perDay: 24, typical: true };

describe('a window', () => {
  it('is a week around the middle of what was shown, in whole days', () => {
    assert.deepEqual(span(7, { from: 480, to: 504 }, year), { from: 408, to: 576 });
    assert.deepEqual(span(1, { from: 408, to: 576 }, year), { from: 480, to: 504 });
  });

  it('is the first week of the year, coming from the whole year', () => {
    assert.deepEqual(span(7, whole(year), year), { from: 0, to: 168 });
  });

  it('moves on by its own length and stops at the ends', () => {
    assert.deepEqual(moved({ from: 0, to: 168 }, 1, year), { from: 168, to: 336 });
    assert.deepEqual(moved({ from: 0, to: 168 }, -1, year), { from: 0, to: 168 });
    assert.deepEqual(moved({ from: 8500, to: 8668 }, 1, year), { from: 8592, to: 8760 });
  });

  it('grows and shrinks around its middle, at most to the whole', () => {
    assert.deepEqual(zoomed({ from: 100, to: 200 }, 'in', year), { from: 125, to: 175 });
    assert.deepEqual(zoomed({ from: 100, to: 200 }, 'out', year), { from: 50, to: 250 });
    assert.deepEqual(zoomed(whole(year), 'out', year), whole(year));
  });

  it('never cuts a typical day', () => {
    assert.deepEqual(fitted({ from: 30, to: 40 }, typical), { from: 24, to: 48 });
    assert.deepEqual(moved({ from: 24, to: 48 }, 1, typical), { from: 48, to: 72 });
  });

  it('is never longer than the horizon, whatever an address says', () => {
    assert.deepEqual(fitted({ from: 9000, to: 99_999 }, year), whole(year));
  });

  it('is drawn as daily means where hours would be too many, typical days never', () => {
    assert.equal(grain(whole(year), year), 24);
    assert.equal(grain({ from: 0, to: 168 }, year), 1);
    assert.equal(grain(whole(typical), typical), 1);
  });

  it('comes back out of an address as it went in', () => {
    assert.deepEqual(readWindow(writeWindow({ from: 168, to: 336 })), { from: 168, to: 336 });
    for (const wrong of [null, '', '7', '9-3', '3-3', '-1-5', '1-2x']) {
      assert.equal(readWindow(wrong), undefined, String(wrong));
    }
  });
});
