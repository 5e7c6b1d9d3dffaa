// What fills the wall for one turn. A slide holds all that it needs, and lets go of it at its end:
// the page stands for weeks.

import type { Envelope, JobSummary } from '../api/types.ts';
import { find } from '../dom/element.ts';
import type { Freshness } from '../live/freshness.ts';
import type { Position } from '../live/watcher.ts';

export type News = (Envelope | Position) & { job: string };

export interface Slide {
  readonly element: HTMLElement;
  /** How fresh it is, where it follows something by itself. */
  readonly freshness?: Freshness;
  /** What the feed says anew, for one that follows nothing by itself. */
  show?(summary: JobSummary): void;
  /** Time goes by. */
  tick(): void;
  connected?(): void;
  disconnected?(): void;
  received?(news: News): void;
  end(): void;
}

/** A slide's element, from the page's template of that name. */
export function slideOf(name: string): HTMLElement {
  const { content } = find<HTMLTemplateElement>(`template[data-slide="${name}"]`);
  return find('.slide', content).cloneNode(true) as HTMLElement;
}
