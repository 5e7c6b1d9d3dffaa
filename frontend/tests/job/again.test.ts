import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { changed } from '../../src/job/again.ts';

describe('a new search from an old one', () => {
  it('finds the form as it was filled in', () => {
    const address = changed({
      job: 'a',
      sample: 'tiny',
      disabled_devices: ['wind', 'battery'],
      options: { goal: 'front', detail: 'typical days' },
    });
    const said = 'again=a&sample=tiny&goal=front&quick=1&disabled=wind&disabled=battery';
    assert.equal(address, `/new?${said}`);
  });

  it('names the search where its requirement was its own', () => {
    const address = changed({ job: 'a', sample: null, disabled_devices: [], options: {} });
    assert.equal(address, '/new?again=a');
  });
});
