import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { Submission } from '../../src/api/submission.ts';

const REQUEST = { sample: 'tiny', disabled_devices: [], options: {} };

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

  it('resolves with the id of the new job', async () => {
    answers = [() => Response.json({ id: '42' }, { status: 202 })];
    assert.equal(await new Submission().send(REQUEST), '42');
    assert.match(keys[0] ?? '', /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  });

  it('keeps its key when the answer was lost', async () => {
    const submission = new Submission();
    await assert.rejects(submission.send(REQUEST), { message: 'The server can’t be reached.' });
    answers = [() => Response.json({ message: 'Try later.' }, { status: 503 })];
    await assert.rejects(submission.send(REQUEST), { message: 'Try later.', status: 503 });
    answers = [() => Response.json({ id: '42' })];
    await submission.send(REQUEST);
    assert.equal(new Set(keys).size, 1);
  });

  it('uses another key for another request', async () => {
    const submission = new Submission();
    await assert.rejects(submission.send(REQUEST));
    await assert.rejects(submission.send({ ...REQUEST, disabled_devices: ['wind'] }));
    assert.equal(new Set(keys).size, 2);
  });

  it('uses another key after a refusal, and names each wrong field', async () => {
    const submission = new Submission();
    const errors = [{ field: 'sample', message: 'There is no such sample.' }];
    answers = [() => Response.json({ message: 'No.', errors }, { status: 422 })];
    await assert.rejects(submission.send(REQUEST), { status: 422, errors });
    await assert.rejects(submission.send(REQUEST));
    assert.equal(new Set(keys).size, 2);
  });

  it('has a message for an answer that is not from the server itself', async () => {
    answers = [() => new Response('<h1>Bad gateway</h1>', { status: 502 })];
    await assert.rejects(new Submission().send(REQUEST), {
      message: 'The server answered with an error (502).',
    });
  });
});
