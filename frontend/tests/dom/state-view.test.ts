import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lazy, type StateView } from '../../src/dom/state-view.ts';

function loaded(): { shown: number[]; loads: () => number; view: StateView<number> } {
  const shown: number[] = [];
  let loads = 0;
  const view = lazy<number>(async () => {
    loads += 1;
    return { show: (state) => shown.push(state) };
  });
  return { shown, loads: () => loads, view };
}

describe('a lazy view', () => {
  it('is not loaded before it is shown, and once for all states', async () => {
    const { view, loads } = loaded();
    assert.equal(loads(), 0);
    view.show(1);
    view.show(2);
    await Promise.resolve();
    view.show(3);
    assert.equal(loads(), 1);
  });

  it('shows the newest of the states that arrived while it was loading, then each', async () => {
    const { view, shown } = loaded();
    view.show(1);
    view.show(2);
    await new Promise(setImmediate);
    assert.deepEqual(shown, [2]);
    view.show(3);
    assert.deepEqual(shown, [2, 3]);
  });
});
