// Shows one slide at a time, and ends it before the next begins: one chart, one diagram and one
// watched search at most, however long the page is open.

import type { JobState, JobSummary } from '../api/types.ts';
import type { Live } from '../live/follow.ts';
import { hasEnded } from '../live/status-label.ts';
import { EndedSlide } from './ended-slide.ts';
import { RunningSlide } from './running-slide.ts';
import { type Slide, slideOf } from './slide.ts';

export class Stage {
  private readonly place: HTMLElement;
  private readonly live: Pick<Live, 'clock' | 'follow'>;
  private slide: Slide | undefined;
  /** What the slide shows. */
  private key: string | undefined;

  constructor(place: HTMLElement, live: Pick<Live, 'clock' | 'follow'>) {
    this.place = place;
    this.live = live;
  }

  /** Undefined: there is nothing to show. */
  show(summary: JobSummary | undefined): void {
    const key = summary ? `${summary.job} ${hasEnded(summary)}` : '';
    if (key === this.key) {
      if (summary) this.slide?.show?.(summary);
      return;
    }
    this.key = key;
    this.slide?.end();
    this.slide = summary && this.slideFor(summary);
    this.place.replaceChildren(this.slide?.element ?? slideOf('idle'));
    this.live.follow(this.slide?.watched ? [this.slide.watched] : []);
  }

  changed(state: JobState): void {
    this.slide?.changed?.(state);
  }

  caughtUp(): void {
    this.slide?.caughtUp?.();
  }

  tick(): void {
    this.slide?.tick();
  }

  private slideFor(summary: JobSummary): Slide {
    return hasEnded(summary)
      ? new EndedSlide(summary, this.live.clock)
      : new RunningSlide(summary, this.live.clock);
  }
}
