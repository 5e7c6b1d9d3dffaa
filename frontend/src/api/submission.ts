// One submission of a search. A retry after a lost answer must not start a second search: the same
// request keeps its idempotency key; a changed or answered request gets a new one.

import type { Accepted } from '../schema/generated.ts';
import { post, Refusal } from './calls.ts';
import type { JobRequest } from './types.ts';

export class Submission {
  private key = '';
  private keyed = '';

  /** Resolves with the new job's id; rejects with a Refusal. */
  async send(request: JobRequest): Promise<string> {
    const wished = JSON.stringify(request);
    if (wished !== this.keyed) {
      this.key = uuid();
      this.keyed = wished;
    }
    try {
      const { id } = await post<Accepted>('/api/v1/jobs', request, {
        'Idempotency-Key': this.key,
      });
      return id;
    } catch (refusal) {
      // Without an answer, or with one from somewhere on the way, a job may have been made.
      if (refusal instanceof Refusal && refusal.status >= 400 && refusal.status < 500) {
        this.keyed = '';
      }
      throw refusal;
    }
  }
}

/** A random UUID; crypto.randomUUID is missing on pages that come without TLS. */
function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
