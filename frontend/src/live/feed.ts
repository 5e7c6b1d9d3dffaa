// All searches, live: fetched at each connect and every 30 s, with live events in between. A page
// that lists searches makes one and hands it to `follow`.

import { get } from '../api/calls.ts';
import type { Envelope, JobSummary } from '../api/types.ts';
import { jobApi } from '../api/urls.ts';
import { Searches, type SearchesListener } from './searches.ts';

export type FeedAnswer = { ok: true; jobs: JobSummary[] } | { ok: false; error: string };

/** After a question that was not answered, ms. */
const RETRY_MS = 3000;
/** The server repeats positions to those who watch one search; here all are asked for again, ms. */
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
  /** Counts questions, so that only the newest one's answer is taken. */
  private asked = 0;

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
    const { asked } = this;
    try {
      const answer = await this.line?.ask();
      if (!answer || asked !== this.asked) return;
      if (!answer.ok) throw new Error(answer.error);
      const isContinuous = this.searches.answered(answer.jobs);
      this.line?.caughtUp();
      this.listener.listed(answer.jobs, isContinuous);
      this.askLater(REPEAT_MS);
    } catch {
      if (asked !== this.asked) return;
      this.line?.lost();
      this.askLater(RETRY_MS);
    }
  }

  /** The connection is gone, and with it what was asked or was to be asked later. */
  hold(): void {
    this.asked += 1;
    this.searches.hold();
  }

  received(envelope: Envelope): void {
    this.searches.received(envelope);
  }

  /** Unless there is a reason to ask before. */
  private askLater(pause: number): void {
    const { asked } = this;
    setTimeout(() => {
      if (asked === this.asked) this.connected();
    }, pause);
  }
}
