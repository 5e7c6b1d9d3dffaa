import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { Draft } from '../../src/new/draft.ts';

const SITE = {
  name: 'Mill',
  profiles: { spot: [1, 2], sun: [0, 1] },
  supplies: { electricity: { price: 'spot', limit: [5, 6] }, gas: { price: 0.07 } },
  co2_price: 100,
};

describe('a draft', () => {
  let draft: Draft;

  beforeEach(() => {
    draft = new Draft();
    draft.switchTo({ sample: 'mill', requirement: SITE });
  });

  it('is submitted by its sample’s name until its site is changed', () => {
    draft.change(['options', 'gap'], 0.1);
    draft.disabled.add('wind');
    assert.deepEqual(draft.request(), {
      sample: 'mill',
      disabled_devices: ['wind'],
      options: { gap: 0.1 },
    });
    draft.change(['supplies', 'gas', 'price'], 0.1);
    assert.equal(draft.request().sample, undefined);
  });

  it('sends its changes, and nothing else changed', () => {
    draft.change(['supplies', 'gas', 'price'], 0.1);
    draft.change(['areas', 'roof'], 500);
    draft.change(['co2_price'], null);
    const { requirement } = draft.request();
    const { co2_price, ...rest } = SITE;
    assert.deepEqual(requirement, {
      ...rest,
      supplies: { ...SITE.supplies, gas: { price: 0.1 } },
      areas: { roof: 500 },
    });
    assert.equal(co2_price, 100); // the site itself stays as it came
    assert.equal(SITE.supplies.gas.price, 0.07);
  });

  it('multiplies values by the step, in a profile or in place', () => {
    draft.change(['supplies', 'electricity', 'price'], { times: 2 });
    draft.change(['supplies', 'electricity', 'limit'], { times: 10 });
    const { supplies, profiles } = draft.request().requirement as typeof SITE;
    assert.deepEqual(supplies.electricity, { price: [2, 4], limit: [50, 60] });
    assert.deepEqual(profiles, SITE.profiles);
  });

  it('is unchanged again once a change is undone', () => {
    draft.change(['co2_price'], 50);
    draft.change(['co2_price'], 100);
    draft.change(['budget'], 7);
    draft.change(['budget'], null);
    draft.change(['supplies', 'electricity', 'price'], { times: 2 });
    draft.change(['supplies', 'electricity', 'price'], 'spot');
    assert.equal(draft.request().sample, 'mill');
  });

  it('keeps its options on another site, and drops the changes of the former one', () => {
    draft.change(['co2_price'], 50);
    draft.change(['options', 'goal'], 'front');
    draft.switchTo({ sample: 'other', requirement: {} });
    assert.deepEqual(draft.request(), {
      sample: 'other',
      disabled_devices: [],
      options: { goal: 'front' },
    });
  });

  it('has the name that was typed, whatever its site, or none', () => {
    for (const [typed, name] of [
      ['', undefined],
      ['  ', undefined],
      [' Without CHP ', 'Without CHP'],
    ] as const) {
      draft.name = typed;
      draft.switchTo({ requirement: SITE });
      assert.equal(draft.request().name, name);
      assert.equal('name' in draft.request(), name !== undefined);
    }
  });

  it('copies the options of an earlier search, and keeps its site', () => {
    const request = { name: 'Old', disabled_devices: ['wind'], options: { gap: 0.1 } };
    draft.copyRequest({ ...request, sample: 'other' });
    assert.deepEqual(draft.request(), { ...request, sample: 'mill' });
    draft.copyRequest({ name: null, disabled_devices: [], options: {} });
    assert.equal('name' in draft.request(), false);
  });

  it('is for everybody, a team or its owner, as the earlier search was', () => {
    const request = { disabled_devices: [], options: {} };
    for (const [audience, sharing] of [
      ['', {}],
      ['owner', { visibility: 'owner' }],
      ['team:North: a', { visibility: 'team', team: 'North: a' }],
    ] as const) {
      draft.copyRequest({ ...request, ...sharing });
      assert.equal(draft.audience, audience);
      assert.deepEqual(draft.request(), { ...request, ...sharing, sample: 'mill' });
    }
  });

  it('has no name when an older version stored it without one', () => {
    draft.restore({ changes: [], disabled: [] });
    assert.equal('name' in draft.request(), false);
  });

  it('is the same after being stored and restored', () => {
    draft.name = 'Without CHP';
    draft.change(['co2_price'], 50);
    draft.change(['options', 'on_off'], true);
    draft.disabled.add('wind');
    const kept = JSON.parse(JSON.stringify(draft.toStored()));
    const again = new Draft();
    again.switchTo({ sample: 'mill', requirement: SITE });
    again.restore(kept);
    assert.deepEqual(again.request(), draft.request());
  });
});
