// The searches on the wall: the playlist, the one on the stage, and the strip.

import type { JobSummary } from '../api/types.ts';
import { Feed } from '../live/feed.ts';
import { hasEnded } from '../live/status-label.ts';
import { playlist, waiting } from './playlist.ts';
import { Rotation } from './rotation.ts';
import type { Stage } from './stage.ts';
import { Strip } from './strip.ts';

export class Wall {
  readonly feed: Feed;
  /** Undefined until it is loaded. */
  stage: Stage | undefined;
  /** The next searches in the queue. */
  queue: readonly string[] = [];
  private readonly known = new Map<string, JobSummary>();
  private readonly pinned: readonly JobSummary[];
  private readonly pins: readonly string[];
  private readonly rotation: Rotation;
  private readonly strip: Strip;
  /** Before the first list it isn't known that nothing runs, so nothing is shown. */
  private isListed = false;

  /**
   * `turn`: how long one lasts, ms. `pinned`: the only ones that take turns, if there are any.
   * `moved`: called when a search began, ended or changed otherwise in its state.
   */
  constructor(turn: number, pinned: readonly JobSummary[], moved: () => void) {
    this.pinned = pinned;
    this.pins = pinned.map(({ job }) => job);
    this.rotation = new Rotation(turn);
    this.strip = new Strip(turn);
    this.feed = new Feed({
      changed: (summary) => {
        const before = this.known.get(summary.job);
        this.known.set(summary.job, summary);
        if (before?.state !== summary.state) moved();
        const hasJustEnded = before && !hasEnded(before) && hasEnded(summary);
        // Its end is shown for a whole turn.
        if (hasJustEnded && this.rotation.shown === summary.job) this.rotation.begin();
        this.show();
      },
      removed: (job) => this.known.delete(job),
      listed: (jobs) => this.listed(jobs),
    });
  }

  get isPaused(): boolean {
    return this.rotation.paused;
  }

  tick(): void {
    this.rotation.tick();
    this.show();
    this.stage?.tick();
  }

  go(by: 1 | -1): void {
    this.rotation.go(by);
    this.show();
  }

  /** Pauses, or goes on. */
  pause(): void {
    this.rotation.pause();
    this.show();
  }

  show(): void {
    if (!this.isListed) return;
    const { rotation } = this;
    const all = [...this.known.values()];
    const turns = playlist(all, this.pins);
    const shown = this.known.get(rotation.shown ?? '');
    rotation.take(turns.map(({ job }) => job));
    this.stage?.show(shown);
    // A search that has ended has left the playlist, but not the stage yet.
    const strip = shown && !turns.includes(shown) ? [shown, ...turns] : turns;
    this.strip.show(strip, waiting(all, this.queue), shown?.job);
    this.strip.tick(rotation);
  }

  /** `jobs`: the newest. Of the others, ended ones are dropped: in weeks they would be too many. */
  private listed(jobs: readonly JobSummary[]): void {
    const { searches } = this.feed;
    searches.found(this.pinned.filter(({ job }) => !this.known.has(job)));
    const listedJobs = new Set([...jobs.map(({ job }) => job), ...this.pins, this.rotation.shown]);
    for (const [job, summary] of this.known) {
      if (hasEnded(summary) && !listedJobs.has(job)) searches.forget(job);
    }
    this.isListed = true;
    this.tick();
  }
}
