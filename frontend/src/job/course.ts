// How a search goes: the middle of its page while it runs, and below what it found once that is
// there. Then all changes at once; until then nothing moves.

import { find } from '../dom/element.ts';

export class Course {
  private readonly parts = [find('[data-progress]'), find('[data-course]')];

  /** The search has ended, and `found` stands in its place. */
  end(found: Element): void {
    const focused = document.activeElement as HTMLElement | null;
    document.body.dataset.ended = '';
    found.after(...this.parts);
    // Who was about to read on there, is still there.
    if (this.parts.some((part) => part.contains(focused))) focused?.focus({ preventScroll: true });
  }
}
