import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { State } from '../../src/api/types.ts';
import { hasEnded, statusLabel } from '../../src/live/status-label.ts';

describe('the status of a job', () => {
  it('has ended in exactly the three final states', () => {
    const states: State[] = [
      'PENDING',
      'STARTED',
      'PROGRESS',
      'RETRY',
      'SUCCESS',
      'FAILURE',
      'REVOKED',
    ];
    const ended = states.filter((state) => hasEnded({ state }));
    assert.deepEqual(ended, ['SUCCESS', 'FAILURE', 'REVOKED']);
  });

  it('distinguishes a search that was stopped with its best plan from a finished one', () => {
    assert.equal(statusLabel({ state: 'SUCCESS', outcome: 'finished' }).label, 'Finished');
    assert.equal(statusLabel({ state: 'SUCCESS', outcome: 'stopped' }).label, 'Stopped early');
  });
});
