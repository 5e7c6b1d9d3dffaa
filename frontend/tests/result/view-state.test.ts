import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readViewState, writeViewState } from '../../src/result/view-state.ts';

const nodes = [{ id: 'storage:heat-tank' }];

describe('what is looked at', () => {
  it('comes back out of an address as it went in', () => {
    const choice = {
      plan: 2,
      view: 'sankey' as const,
      node: 'storage:heat-tank',
      window: { from: 168, to: 336 },
    };
    assert.deepEqual(readViewState(writeViewState(choice, ''), 5, nodes), choice);
  });

  it('is the best plan with all its carriers over all of time in an address that says nothing', () => {
    const choice = { plan: 0, view: 'diagram' as const, node: undefined, window: undefined };
    assert.deepEqual(readViewState('', 5, nodes), choice);
    assert.equal(writeViewState(choice, ''), '');
  });

  it('is the best plan where an address names one that there is not', () => {
    for (const wrong of ['?plan=5', '?plan=-1', '?plan=x', '?plan=1.5']) {
      assert.equal(readViewState(wrong, 5, nodes).plan, 0, wrong);
    }
  });

  it('is all carriers where an address names a node that no plan has', () => {
    assert.equal(readViewState('?node=device:none', 5, nodes).node, undefined);
  });

  it('leaves alone what else the address says', () => {
    const choice = { plan: 1, view: 'diagram' as const, node: undefined, window: undefined };
    assert.equal(writeViewState(choice, '?lang=zh&plan=3&steps=1-2'), '?lang=zh&plan=1');
  });
});
