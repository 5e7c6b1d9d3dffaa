// Tells people who don't see the page about new milestones, and how the search ended.

import type { JobState } from '../api/types.ts';
import { find, setText } from '../dom/element.ts';
import type { StateView } from '../dom/state-view.ts';
import { t, translate } from '../i18n/texts.ts';
import { hasEnded, statusLabel } from '../live/status-label.ts';

/** A screen reader is spoken to at most this often, except for what is urgent. */
const PAUSE_MS = 5000;

export class Announcer implements StateView<JobState> {
  private readonly element = find('[data-announcer]');
  private before: JobState | undefined;
  private announcedAt = -Infinity;

  show(state: JobState): void {
    const { before } = this;
    this.before = state;
    if (!before) return;
    if (hasEnded(state)) {
      if (!hasEnded(before)) this.announce(ending(state));
      return;
    }
    const newest = state.milestones?.at(-1);
    const now = performance.now();
    if (newest && newest.seq > before.seq && now - this.announcedAt >= PAUSE_MS) {
      this.announce(translate(newest.status, newest.status_i18n));
    }
  }

  /** At once, even if something was announced just before. */
  announce(text: string): void {
    this.announcedAt = performance.now();
    setText(this.element, text);
  }
}

function ending(state: JobState): string {
  const { label } = statusLabel(state);
  return t('%(label)s. %(status)s', { label, status: translate(state.status, state.status_i18n) });
}
