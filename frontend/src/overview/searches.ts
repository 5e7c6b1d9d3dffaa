// All searches of the overview, each followed by a watcher of its own. The overview asks for all of
// them at once; what is missing of a single one is asked for by HTTP.

import type { Envelope, JobState } from '../reducer.ts';
import { type Ask, type Position, Watcher } from '../watcher.ts';

/** A job's state without its milestones, and what only its record knows. */
export interface Summary extends JobState {
  title: string;
  owner: string;
  /** UTC milliseconds. */
  created_at: number;
}

export interface SearchesListener {
  changed(summary: Summary): void;
  removed(job: string): void;
}

export class Searches {
  private readonly watchers = new Map<string, Watcher>();
  private readonly look: (job: string) => Promise<Summary>;
  private readonly listener: SearchesListener;

  /** `look` fetches one job's summary. */
  constructor(look: (job: string) => Promise<Summary>, listener: SearchesListener) {
    this.look = look;
    this.listener = listener;
  }

  /** The summaries of all are asked for; until `answered`, what arrives waits. */
  hold(): void {
    for (const watcher of this.watchers.values()) watcher.hold();
  }

  answered(summaries: readonly Summary[]): void {
    const listed = new Set<string>();
    for (const summary of summaries) {
      listed.add(summary.job);
      this.watcher(summary.job).answered({ ok: true, snapshot: summary, events: [] });
    }
    for (const [job, watcher] of this.watchers) {
      if (listed.has(job)) continue;
      // It was made a moment ago, or it is no longer among the newest.
      if (watcher.known) this.remove(job, watcher);
      else watcher.connected();
    }
  }

  received(news: (Envelope | Position) & { job: string }): void {
    this.watcher(news.job).received(news);
  }

  private watcher(job: string): Watcher {
    let watcher = this.watchers.get(job);
    if (!watcher) {
      const ask: Ask = async () => ({ ok: true, snapshot: await this.look(job), events: [] });
      watcher = new Watcher(job, ask, {
        // A summary's own fields stay with the state: no event names them.
        changed: (state) => this.listener.changed(state as Summary),
        caughtUp() {},
        lost() {},
        refused() {},
      });
      this.watchers.set(job, watcher);
    }
    return watcher;
  }

  private remove(job: string, watcher: Watcher): void {
    watcher.hold();
    this.watchers.delete(job);
    this.listener.removed(job);
  }
}
