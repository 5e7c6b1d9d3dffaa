// Sends a draft to the server for a preview whenever it has changed. Answers may arrive out of
// order, so only the one to the newest request counts.

import { post, Refusal } from '../api/calls.ts';
import type { JobRequest } from '../api/types.ts';
import type { Preview } from './preview.ts';

/** After the last change: several at once make one request. */
const DEBOUNCE_MS = 250;

export class PreviewRequest {
  private readonly request: () => JobRequest;
  private readonly answered: (answer: Preview | Refusal) => void;
  private requests = 0;
  private waiting: ReturnType<typeof setTimeout> | undefined;

  constructor(request: () => JobRequest, answered: (answer: Preview | Refusal) => void) {
    this.request = request;
    this.answered = answered;
  }

  /** Sends a request once nothing has changed for a moment. */
  soon(): void {
    this.cancel();
    this.waiting = setTimeout(() => this.now(), DEBOUNCE_MS);
  }

  async now(): Promise<void> {
    this.cancel();
    const number = this.requests;
    const answer = await post<Preview>('/api/v1/check', this.request()).catch(
      (refusal: unknown) => {
        if (refusal instanceof Refusal) return refusal;
        throw refusal;
      },
    );
    if (number === this.requests) this.answered(answer);
  }

  /** Cancels the next request, and ignores answers under way. */
  cancel(): void {
    clearTimeout(this.waiting);
    this.requests += 1;
  }
}
