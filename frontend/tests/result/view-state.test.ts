import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readViewState, writeViewState } from '../../src/result/view-state.ts';

const nodes = [{ id: 'storage:heat-tank' }];

describe('the view state', () => {
  it('is read from an address as it was written', () => {
    const choice = {
      plan: 2,
      view: 'sankey' as const,
      node: 'storage:heat-tank',
      window: { from: 168, to: 336 },
    };
    assert.deepEqual(readViewState(writeViewState(choice, ''), 5, nodes), choice);
  });

  it('is by default the best plan with all carriers over the whole horizon', () => {
    const choice = { plan: 0, view: 'diagram' as const, node: undefined, window: undefined };
    assert.deepEqual(readViewState('', 5, nodes), choice);
    assert.equal(writeViewState(choice, ''), '');
  });

  it('is the best plan if an address names an unknown one', () => {
    for (const wrong of ['?plan=5', '?plan=-1', '?plan=x', '?plan=1.5']) {
      assert.equal(readViewState(wrong, 5, nodes).plan, 0, wrong);
    }
  });

  it('is all carriers if an address names an unknown node', () => {
    assert.equal(readViewState('?node=device:none', 5, nodes).node, undefined);
  });

  it('keeps the other parameters of the address', () => {
    const choice = { plan: 1, view: 'diagram' as const, node: undefined, window: undefined };
    assert.equal(writeViewState(choice, '?lang=zh&plan=3&steps=1-2'), '?lang=zh&plan=1');
  });
});
