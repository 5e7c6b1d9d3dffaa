// The outcome of an ended search: its result, or the reason why there is none. When it is on the
// page, the progress moves below it, in one step.

import type { JobState } from '../api/types.ts';
import { find, html } from '../dom/element.ts';
import type { StateView } from '../dom/state-view.ts';
import { translate } from '../i18n/texts.ts';
import { hasEnded } from '../live/status-label.ts';

export class Outcome implements StateView<JobState> {
  private readonly reason = find('[data-end]');
  private readonly result = find('[data-result]');
  private readonly progress = [find('[data-progress]'), find('[data-course]')];
  private readonly onShown: () => void;
  private over = false;

  /** `onShown`: called when the result or the reason is on the page. */
  constructor(onShown: () => void) {
    this.onShown = onShown;
  }

  show(state: JobState): void {
    const over = hasEnded(state);
    if (!over) this.reason.hidden = true;
    else if (!this.over) this.end(state);
    this.over = over;
  }

  showReason(reason: string): void {
    this.reason.replaceChildren(html('span', {}, reason));
    this.reason.hidden = false;
  }

  private async end({ result_url, status, status_i18n }: JobState): Promise<void> {
    if (result_url) {
      const { Result } = await import('../result/result.ts');
      await new Result(this.result, result_url).load();
      this.reveal(this.result);
    } else {
      this.showReason(translate(status, status_i18n));
      this.reveal(this.reason);
    }
  }

  private reveal(found: HTMLElement): void {
    const focused = document.activeElement as HTMLElement | null;
    document.body.dataset.ended = '';
    found.after(...this.progress);
    // Who was reading the progress keeps the focus there.
    if (this.progress.some((part) => part.contains(focused))) {
      focused?.focus({ preventScroll: true });
    }
    this.onShown();
  }
}
