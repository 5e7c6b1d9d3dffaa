// Follows the searches of a comparison that have not ended yet, and says when one has. Loaded when a
// column waits for one.

import type { Envelope, JobState } from '../api/types.ts';
import { Connection } from '../live/connection.ts';
import { Freshness, type Lag } from '../live/freshness.ts';
import { hasEnded, standing } from '../live/status-label.ts';
import { type Answer, type Position, Watcher } from '../live/watcher.ts';
import { bindNotice } from '../monitor/stale-notice.ts';

export interface LiveListener {
  progress(state: JobState): void;
  ended(job: string): void;
  /** The server is there (again). */
  connected(): void;
}

interface Followed {
  watcher: Watcher;
  state?: JobState;
}

export class Live {
  private readonly followed = new Map<string, Followed>();
  /** Of which it isn't known how they stand. */
  private readonly missing = new Set<string>();
  private readonly freshness = new Freshness(Date.now());
  private readonly connection: Connection;
  private readonly listener: LiveListener;
  private isConnected = false;

  constructor(listener: LiveListener) {
    this.listener = listener;
    this.connection = new Connection({
      connected: () => this.connected(),
      disconnected: () => this.leave('disconnected'),
      suspended: () => this.leave('suspended'),
      resumed: () => this.freshness.behind('connecting'),
      paced: (every) => this.freshness.paced(every),
    });
    const receive = (news: Envelope | (Position & { job: string })) => {
      this.followed.get(news.job)?.watcher.received(news);
      this.freshness.heard();
    };
    this.connection
      .on<Envelope>('progress', receive)
      .on<Envelope>('final', receive)
      .on<Position & { job: string }>('position', receive)
      .on<{ live: boolean }>('relay', ({ live }) => {
        this.freshness.relay(live);
        if (live) this.ask();
      });
    // Where nothing is awaited, nothing can be old.
    const notice = () => (this.followed.size > 0 ? this.freshness.notice() : undefined);
    setInterval(bindNotice({ notice }), 500);
  }

  /** These and no others; of those that it follows already it says again how far they are. */
  follow(jobs: ReadonlySet<string>): void {
    for (const job of this.followed.keys()) if (!jobs.has(job)) this.leaveOff(job);
    for (const job of jobs) {
      const known = this.followed.get(job);
      if (!known) this.begin(job);
      else if (known.state) this.listener.progress(known.state);
    }
  }

  private begin(job: string): void {
    const watcher = new Watcher(job, (question) => this.connection.ask<Answer>('watch', question), {
      changed: (state) => this.take(state),
      caughtUp: () => this.found(job),
      lost: () => this.freshness.behind('missing'),
      refused: () => this.freshness.behind('missing'),
    });
    this.followed.set(job, { watcher });
    this.missing.add(job);
    if (this.isConnected) watcher.connected();
    else watcher.hold();
  }

  private take(state: JobState): void {
    const followed = this.followed.get(state.job);
    if (!followed) return;
    followed.state = state;
    if (!hasEnded(standing(state))) this.listener.progress(state);
    else {
      this.leaveOff(state.job);
      this.listener.ended(state.job);
    }
  }

  private leaveOff(job: string): void {
    this.followed.get(job)?.watcher.hold();
    this.followed.delete(job);
    this.found(job);
    // Without a connection there is nothing left to leave.
    this.connection.ask('unwatch', { job }).catch(() => {});
  }

  /** When the last one is, nothing is missing any more. */
  private found(job: string): void {
    this.missing.delete(job);
    if (this.isConnected && this.missing.size === 0) this.freshness.caughtUp();
  }

  private connected(): void {
    this.isConnected = true;
    this.ask();
    this.listener.connected();
  }

  private ask(): void {
    for (const [job, { watcher }] of this.followed) {
      this.missing.add(job);
      watcher.connected();
    }
  }

  private leave(lag: Lag): void {
    this.isConnected = false;
    for (const { watcher } of this.followed.values()) watcher.hold();
    this.freshness.behind(lag);
  }
}
