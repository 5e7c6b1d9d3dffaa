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
  private asked = 0;
  private waiting: ReturnType<typeof setTimeout> | undefined;

  constructor(request: () => JobRequest, answered: (answer: Preview | Refusal) => void) {
    this.request = request;
    this.answered = answered;
  }

  /** Sends a request once nothing has changed for a moment. */
  soon(): void {
    this.drop();
    this.waiting = setTimeout(() => this.now(), DEBOUNCE_MS);
  }

  async now(): Promise<void> {
    this.drop();
    const question = this.asked;
    const answer = await post<Preview>('/api/v1/check', this.request()).catch(
      (refusal: unknown) => {
        if (refusal instanceof Refusal) return refusal;
        throw refusal;
      },
    );
    if (question === this.asked) this.answered(answer);
  }

  /** Cancels the next request, and ignores answers under way. */
  drop(): void {
    clearTimeout(this.waiting);
    this.asked += 1;
  }
}
