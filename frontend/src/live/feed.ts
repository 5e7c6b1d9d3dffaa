// What the server tells of all searches: asked for at once, whenever the connection is there again
// and now and then, and live in between. For the overview and for the screen on the wall.

import type { Envelope, JobSummary } from '../api/types.ts';
import type { Connection } from './connection.ts';
import type { Freshness, Lag } from './freshness.ts';
import type { Searches } from './searches.ts';
import type { ServerClock } from './server-clock.ts';

type Answer = { ok: true; jobs: JobSummary[] } | { ok: false; error: string };

/** After a question for all searches that was not answered, ms. */
const RETRY = 3000;
/** The server repeats positions to those who watch one search; here all are asked for again, ms. */
const REPEAT = 30_000;

export interface FeedParts {
  connection: Pick<Connection, 'ask'>;
  searches: Searches;
  freshness: Freshness;
  clock: ServerClock;
  /** The newest searches are known; `goesOn`: as far back as those that were known before. */
  answered(jobs: readonly JobSummary[], goesOn: boolean): void;
}

export class Feed {
  private asked = 0;
  private readonly parts: FeedParts;

  constructor(parts: FeedParts) {
    this.parts = parts;
  }

  async ask(): Promise<void> {
    const { connection, searches, freshness } = this.parts;
    this.asked += 1;
    const { asked } = this;
    searches.hold();
    try {
      const answer = await connection.ask<Answer>('watch_all', {});
      if (asked !== this.asked) return;
      if (!answer.ok) throw new Error(answer.error);
      const goesOn = searches.answered(answer.jobs);
      freshness.caughtUp();
      this.parts.answered(answer.jobs, goesOn);
      this.askLater(REPEAT);
    } catch {
      if (asked !== this.asked) return;
      freshness.behind('missing');
      this.askLater(RETRY);
    }
  }

  leave(lag: Lag): void {
    // What is under way or was to be asked later is of the connection that is gone.
    this.asked += 1;
    this.parts.searches.hold();
    this.parts.freshness.behind(lag);
  }

  received(envelope: Envelope): void {
    this.parts.clock.heard(envelope.at);
    this.parts.searches.received(envelope);
    this.parts.freshness.heard();
  }

  /** The server hears the workers again, or no more. */
  relay(live: boolean): void {
    this.parts.freshness.relay(live);
    if (live) this.ask();
  }

  /** Unless there is a reason to ask before. */
  private askLater(pause: number): void {
    const { asked } = this;
    setTimeout(() => {
      if (asked === this.asked) this.ask();
    }, pause);
  }
}
