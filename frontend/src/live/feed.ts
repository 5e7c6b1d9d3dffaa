// All searches, live: fetched at each connect and every 30 s, with live events in between. A page
// that lists searches makes one and hands it to `follow`.

import { get } from '../api/calls.ts';
import type { Envelope, JobSummary } from '../api/types.ts';
import { jobApi } from '../api/urls.ts';
import { Searches, type SearchesListener } from './searches.ts';

export type FeedAnswer = { ok: true; jobs: JobSummary[] } | { ok: false; error: string };

/** The server lists this many at once: fewer are all that there are. */
export const NEWEST = 100;
/** After a request that was not answered, ms. */
const RETRY_MS = 3000;
/** The server repeats positions to those who watch one search; here all are requested again, ms. */
const REPEAT_MS = 30_000;

export interface FeedListener extends SearchesListener {
  /**
   * The newest searches are known. `isContinuous`: no search is missing between them and those that
   * were known before.
   */
  listed(jobs: readonly JobSummary[], isContinuous: boolean): void;
}

/** What the feed needs of the connection, and what it says of itself. */
interface Line {
  ask(): Promise<FeedAnswer>;
  caughtUp(): void;
  lost(): void;
}

export class Feed {
  readonly searches: Searches;
  private readonly listener: FeedListener;
  private line: Line | undefined;
  /** Counts requests, so that only the answer to the newest one is used. */
  private requests = 0;

  constructor(listener: FeedListener) {
    this.searches = new Searches((job) => get<JobSummary>(jobApi(job)), listener);
    this.listener = listener;
  }

  attach(line: Line): void {
    this.line = line;
  }

  /** The connection is there (again), or the server says that events were lost on the way. */
  async connected(): Promise<void> {
    this.hold();
    const { requests } = this;
    try {
      const answer = await this.line?.ask();
      if (!answer || requests !== this.requests) return;
      if (!answer.ok) throw new Error(answer.error);
      const isContinuous = this.searches.answered(answer.jobs);
      this.line?.caughtUp();
      this.listener.listed(answer.jobs, isContinuous);
      this.askLater(REPEAT_MS);
    } catch {
      if (requests !== this.requests) return;
      this.line?.lost();
      this.askLater(RETRY_MS);
    }
  }

  /** The connection is gone, and with it requests under way and due. */
  hold(): void {
    this.requests += 1;
    this.searches.hold();
  }

  received(envelope: Envelope): void {
    this.searches.received(envelope);
  }

  /** Unless there is a reason to ask before. */
  private askLater(pause: number): void {
    const { requests } = this;
    setTimeout(() => {
      if (requests === this.requests) this.connected();
    }, pause);
  }
}
