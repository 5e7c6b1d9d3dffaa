// All searches of the overview, each followed by a watcher of its own. The overview asks for all of
// them at once; what is missing of a single one is asked for by HTTP.

import type { Envelope, JobSummary } from '../api/types.ts';
import { type Answer, type Position, Watcher } from './watcher.ts';

export interface SearchesListener {
  changed(summary: JobSummary): void;
  removed(job: string): void;
}

export class Searches {
  private readonly watchers = new Map<string, Watcher>();
  private readonly summaries = new Map<string, JobSummary>();
  private held = false;
  private readonly look: (job: string) => Promise<JobSummary>;
  private readonly listener: SearchesListener;

  /** `look` fetches one job's summary. */
  constructor(look: (job: string) => Promise<JobSummary>, listener: SearchesListener) {
    this.look = look;
    this.listener = listener;
  }

  /** The summaries of all are asked for; until `answered`, what arrives waits. */
  hold(): void {
    this.held = true;
    for (const watcher of this.watchers.values()) watcher.hold();
  }

  /**
   * `summaries`: of the newest, all of them. Returns whether what was known before goes on below
   * them; if not, there may be searches between that nobody told of, and it is let go.
   */
  answered(summaries: readonly JobSummary[]): boolean {
    this.held = false;
    const joined = summaries.some(({ job }) => this.summaries.has(job));
    const oldest = Math.min(...summaries.map(({ created_at }) => created_at));
    const listed = new Set(summaries.map(({ job }) => job));
    for (const summary of summaries) this.take(summary);
    for (const [job, watcher] of this.watchers) {
      if (listed.has(job)) continue;
      const known = this.summaries.get(job);
      // It was made a moment ago.
      if (!known) watcher.connected();
      else if (joined && known.created_at < oldest) this.keep(known, watcher);
      // Among the newest it would be listed, if it hadn't been taken back.
      else this.remove(job, watcher);
    }
    return joined;
  }

  /** Some that are older than the newest, as the API lists them. */
  found(summaries: readonly JobSummary[]): void {
    for (const summary of summaries) {
      if (!this.summaries.has(summary.job)) this.take(summary);
    }
  }

  received(news: (Envelope | Position) & { job: string }): void {
    this.watcher(news.job).received(news);
  }

  /** One that isn't to be shown any more. */
  forget(job: string): void {
    const watcher = this.watchers.get(job);
    if (watcher) this.remove(job, watcher);
  }

  private take(summary: JobSummary): void {
    const watcher = this.watcher(summary.job);
    watcher.answered(answerOf(summary, watcher));
  }

  /** One that no answer for all tells of: of what has ended, there is no news. */
  private keep(summary: JobSummary, watcher: Watcher): void {
    if (summary.outcome) watcher.answered({ ok: true, events: [] });
    else watcher.connected();
  }

  private watcher(job: string): Watcher {
    const known = this.watchers.get(job);
    if (known) return known;
    const watcher: Watcher = new Watcher(job, async () => answerOf(await this.look(job), watcher), {
      // A summary's own fields stay with the state: no event names them.
      changed: (state) => {
        this.summaries.set(job, state as JobSummary);
        this.listener.changed(state as JobSummary);
      },
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
    this.summaries.delete(job);
    this.listener.removed(job);
  }
}

/** What a record alone says of a search that hasn't ended is less than what is shown already. */
function answerOf(summary: JobSummary, watcher: Watcher): Answer {
  const isLess = summary.epoch === undefined && !summary.outcome && watcher.state !== undefined;
  return { ok: true, events: [], ...(!isLess && { snapshot: summary }) };
}
