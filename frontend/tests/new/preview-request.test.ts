import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { Refusal } from '../../src/api/calls.ts';
import { PreviewRequest } from '../../src/new/preview-request.ts';

describe('a preview request', () => {
  let name: string;
  let answers: unknown[];
  let pending: ((answer: Response) => void)[];
  let previewRequest: PreviewRequest;

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
    answers = [];
    pending = [];
    name = 'tiny';
    mock.method(globalThis, 'fetch', () => new Promise((resolve) => pending.push(resolve)));
    Object.assign(globalThis, { document: { querySelector: () => ({ content: 'token' }) } });
    const request = () => ({ sample: name, disabled_devices: [], options: {} });
    previewRequest = new PreviewRequest(request, (answer) => answers.push(answer));
  });

  afterEach(() => {
    mock.restoreAll();
    mock.timers.reset();
    Reflect.deleteProperty(globalThis, 'document');
  });

  it('passes on only the answer to the newest request', async () => {
    const first = previewRequest.now();
    const second = previewRequest.now();
    pending[1]?.(Response.json({ name: 'second' }));
    await second;
    pending[0]?.(Response.json({ name: 'first' }));
    await first;
    assert.deepEqual(answers, [{ name: 'second' }]);
  });

  it('is sent once for several changes at once', () => {
    previewRequest.soon();
    previewRequest.soon();
    mock.timers.tick(1000);
    assert.equal(pending.length, 1);
  });

  it('passes on a refusal', async () => {
    const sent = previewRequest.now();
    pending[0]?.(Response.json({ message: 'No.' }, { status: 422 }));
    await sent;
    assert.ok(answers[0] instanceof Refusal);
  });

  it('passes on nothing once it is cancelled', async () => {
    const sent = previewRequest.now();
    previewRequest.cancel();
    pending[0]?.(Response.json({ name: 'late' }));
    await sent;
    assert.deepEqual(answers, []);
  });
});
