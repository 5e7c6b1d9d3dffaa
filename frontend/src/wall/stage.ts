// Shows one slide at a time, and ends it before the next begins: one chart, one diagram and one
// watched search at most, however long the page stands.

import type { JobSummary } from '../api/types.ts';
import type { Connection } from '../live/connection.ts';
import type { Notice } from '../live/freshness.ts';
import type { ServerClock } from '../live/server-clock.ts';
import { hasEnded, standing } from '../live/status-label.ts';
import { EndedSlide } from './ended-slide.ts';
import { RunningSlide } from './running-slide.ts';
import { type News, type Slide, slideOf } from './slide.ts';

export class Stage {
  private readonly place: HTMLElement;
  private readonly connection: Pick<Connection, 'ask'>;
  private readonly clock: ServerClock;
  private slide: Slide | undefined;
  /** What the slide is of. */
  private key: string | undefined;

  constructor(place: HTMLElement, connection: Pick<Connection, 'ask'>, clock: ServerClock) {
    this.place = place;
    this.connection = connection;
    this.clock = clock;
  }

  /** Undefined: there is nothing to show. */
  show(summary: JobSummary | undefined): void {
    const key = summary ? `${summary.job} ${hasEnded(standing(summary))}` : '';
    if (key === this.key) {
      if (summary) this.slide?.show?.(summary);
      return;
    }
    this.key = key;
    this.slide?.end();
    this.slide = summary && this.slideFor(summary);
    this.place.replaceChildren(this.slide?.element ?? slideOf('idle'));
  }

  tick(): void {
    this.slide?.tick();
  }

  connected(): void {
    this.slide?.connected?.();
  }

  disconnected(): void {
    this.slide?.disconnected?.();
  }

  received(news: News): void {
    this.slide?.received?.(news);
  }

  notice(): Notice | undefined {
    return this.slide?.freshness?.notice();
  }

  private slideFor(summary: JobSummary): Slide {
    return hasEnded(standing(summary))
      ? new EndedSlide(summary, this.clock)
      : new RunningSlide(summary, this.connection, this.clock);
  }
}
