import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { initials, sentence } from '../../src/job/viewers.ts';

describe('who is watching', () => {
  it('names the reader first, and the others if they are few', () => {
    assert.equal(sentence([], 0), 'Only you are watching');
    assert.equal(sentence(['wei'], 1), 'You and wei are watching');
    assert.equal(sentence(['ada', 'ida', 'wei'], 3), 'You, ada, ida and wei are watching');
    assert.equal(
      sentence(['ada', 'eve', 'ida', 'wei'], 4),
      'You, ada, eve and 2 others are watching',
    );
  });

  it('counts viewers that the server doesn’t name', () => {
    assert.equal(sentence(['ada', 'eve'], 41), 'You, ada, eve and 39 others are watching');
  });

  it('shortens a long name, and isolates one that changes the text direction', () => {
    assert.equal(sentence(['x'.repeat(200)], 1), `You and ${'x'.repeat(23)}… are watching`);
    assert.equal(sentence(['مريم'], 1), 'You and \u2068مريم\u2069 are watching');
    assert.equal(sentence(['\u202eevil'], 1), 'You and \u2068\u202eevil\u2069 are watching');
  });

  it('takes one or two initials of a name in any script', () => {
    const names = [
      'olga',
      'Wei Zhang',
      '张伟',
      'ana-maría de la cruz',
      '<img onerror=1>',
      '***',
      '',
    ];
    assert.deepEqual(names.map(initials), ['O', 'WZ', '张', 'AC', 'I1', '?', '?']);
  });
});
