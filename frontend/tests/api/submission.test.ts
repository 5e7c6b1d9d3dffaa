import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { Submission } from '../../src/api/submission.ts';

const WISH = { sample: 'tiny', disabled_devices: [], options: {} };

describe('a submission', () => {
  let keys: string[];
  let answers: (() => Response)[];

  beforeEach(() => {
    keys = [];
    answers = [];
    mock.method(globalThis, 'fetch', async (_: string, init: RequestInit) => {
      keys.push(new Headers(init.headers).get('Idempotency-Key') ?? '');
      const answer = answers.shift();
      if (!answer) throw new TypeError('network');
      return answer();
    });
    // All that posting needs of a page.
    Object.assign(globalThis, { document: { querySelector: () => ({ content: 'token' }) } });
  });

  afterEach(() => {
    mock.restoreAll();
    Reflect.deleteProperty(globalThis, 'document');
  });

  it('brings the id of the new job', async () => {
    answers = [() => Response.json({ id: '42' }, { status: 202 })];
    assert.equal(await new Submission().send(WISH), '42');
    assert.match(keys[0] ?? '', /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  });

  it('keeps its key when the answer was lost', async () => {
    const submission = new Submission();
    await assert.rejects(submission.send(WISH), { message: 'The server can’t be reached.' });
    answers = [() => Response.json({ message: 'Try later.' }, { status: 503 })];
    await assert.rejects(submission.send(WISH), { message: 'Try later.', status: 503 });
    answers = [() => Response.json({ id: '42' })];
    await submission.send(WISH);
    assert.equal(new Set(keys).size, 1);
  });

  it('takes another key for another wish', async () => {
    const submission = new Submission();
    await assert.rejects(submission.send(WISH));
    await assert.rejects(submission.send({ ...WISH, disabled_devices: ['wind'] }));
    assert.equal(new Set(keys).size, 2);
  });

  it('takes another key after a clear no, and tells each wrong field', async () => {
    const submission = new Submission();
    const errors = [{ field: 'sample', message: 'There is no such sample.' }];
    answers = [() => Response.json({ message: 'No.', errors }, { status: 422 })];
    await assert.rejects(submission.send(WISH), { status: 422, errors });
    await assert.rejects(submission.send(WISH));
    assert.equal(new Set(keys).size, 2);
  });

  it('has words for an answer that is not the server’s own', async () => {
    answers = [() => new Response('<h1>Bad gateway</h1>', { status: 502 })];
    await assert.rejects(new Submission().send(WISH), {
      message: 'The server answered with an error (502).',
    });
  });
});
