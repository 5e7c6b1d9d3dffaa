// All listed searches, each with a watcher of its own. They are fetched all at once; what is
// missing of a single one is fetched over HTTP.

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
  private readonly fetchJob: (job: string) => Promise<JobSummary>;
  private readonly listener: SearchesListener;

  /** `fetchJob` fetches one job's summary. */
  constructor(fetchJob: (job: string) => Promise<JobSummary>, listener: SearchesListener) {
    this.fetchJob = fetchJob;
    this.listener = listener;
  }

  /** All summaries are asked for; until `answered`, events are held. */
  hold(): void {
    this.held = true;
    for (const watcher of this.watchers.values()) watcher.hold();
  }

  /**
   * `summaries`: the newest searches, without gaps. Returns whether they overlap the ones known
   * before; if not, searches in between may be missing, and the older ones are dropped.
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
      // It is newer than the answer.
      if (!known) watcher.connected();
      else if (joined && known.created_at < oldest) this.keep(known, watcher);
      // It would be listed among the newest, if it still existed.
      else this.remove(job, watcher);
    }
    return joined;
  }

  /** Older searches, from the API. */
  found(summaries: readonly JobSummary[]): void {
    for (const summary of summaries) {
      if (!this.summaries.has(summary.job)) this.take(summary);
    }
  }

  received(news: (Envelope | Position) & { job: string }): void {
    this.watcher(news.job).received(news);
  }

  /** Drops a search that isn't shown any more. */
  forget(job: string): void {
    const watcher = this.watchers.get(job);
    if (watcher) this.remove(job, watcher);
  }

  private take(summary: JobSummary): void {
    const watcher = this.watcher(summary.job);
    watcher.answered(answerOf(summary, watcher));
  }

  /** Keeps a search older than those listed; once it has ended, there are no more events of it. */
  private keep(summary: JobSummary, watcher: Watcher): void {
    if (summary.outcome) watcher.answered({ ok: true, events: [] });
    else watcher.connected();
  }

  private watcher(job: string): Watcher {
    const known = this.watchers.get(job);
    if (known) return known;
    const watcher: Watcher = new Watcher(
      job,
      async () => answerOf(await this.fetchJob(job), watcher),
      {
        // A summary's own fields stay in the state: events don't have them.
        changed: (state) => {
          this.summaries.set(job, state as JobSummary);
          this.listener.changed(state as JobSummary);
        },
        caughtUp() {},
        lost() {},
        refused() {},
      },
    );
    // The answer for all comes first, so it must not ask by itself.
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

/** For a running search, its record alone (without a journal) says less than what is shown already. */
function answerOf(summary: JobSummary, watcher: Watcher): Answer {
  const isLess = summary.epoch === undefined && !summary.outcome && watcher.state !== undefined;
  return { ok: true, events: [], ...(!isLess && { snapshot: summary }) };
}
