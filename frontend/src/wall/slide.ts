// What fills the wall for one turn. A slide owns all that it needs and releases it at its end: the
// page stays open for weeks.

import type { JobState, JobSummary } from '../api/types.ts';
import { find } from '../dom/element.ts';

export interface Slide {
  readonly element: HTMLElement;
  /** The search that is to be watched for it; without, it shows what the feed says. */
  readonly watched?: string;
  /** From the feed. */
  show?(summary: JobSummary): void;
  /** From the watched search. */
  changed?(state: JobState): void;
  /** Nothing of the watched search is missing. */
  caughtUp?(): void;
  /** Time passes. */
  tick(): void;
  end(): void;
}

/** A slide's element, from the page's template of that name. */
export function slideOf(name: string): HTMLElement {
  const { content } = find<HTMLTemplateElement>(`template[data-slide="${name}"]`);
  return find('.slide', content).cloneNode(true) as HTMLElement;
}
