// All searches of the overview, each followed by a watcher of its own. The overview asks for all of
// them at once; what is missing of a single one is asked for by HTTP.

import type { Envelope, JobState } from '../reducer.ts';
import { type Answer, type Position, Watcher } from '../watcher.ts';

/**
 * A job's state without its milestones, and what only its record knows. While the server can't read
 * its journal, the record speaks alone: then there is no `epoch`.
 */
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
  private held = false;
  private readonly look: (job: string) => Promise<Summary>;
  private readonly listener: SearchesListener;

  /** `look` fetches one job's summary. */
  constructor(look: (job: string) => Promise<Summary>, listener: SearchesListener) {
    this.look = look;
    this.listener = listener;
  }

  /** The summaries of all are asked for; until `answered`, what arrives waits. */
  hold(): void {
    this.held = true;
    for (const watcher of this.watchers.values()) watcher.hold();
  }

  answered(summaries: readonly Summary[]): void {
    this.held = false;
    const listed = new Set<string>();
    for (const summary of summaries) {
      listed.add(summary.job);
      const watcher = this.watcher(summary.job);
      watcher.answered(answerOf(summary, watcher));
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
    const known = this.watchers.get(job);
    if (known) return known;
    const watcher: Watcher = new Watcher(job, async () => answerOf(await this.look(job), watcher), {
      // A summary's own fields stay with the state: no event names them.
      changed: (state) => this.listener.changed(state as Summary),
      caughtUp() {},
      lost() {},
      refused() {},
    });
    // The answer for all is to come before one that it would ask for by itself, not after it.
    if (this.held) watcher.hold();
    this.watchers.set(job, watcher);
    return watcher;
  }

  private remove(job: string, watcher: Watcher): void {
    watcher.hold();
    this.watchers.delete(job);
    this.listener.removed(job);
  }
}

/** What a record alone says of a search that hasn't ended is less than what is shown already. */
function answerOf(summary: Summary, watcher: Watcher): Answer {
  const isLess = summary.epoch === undefined && !summary.outcome && watcher.known;
  return { ok: true, events: [], ...(!isLess && { snapshot: summary }) };
}
