// Cancels all of one's own waiting searches at once; offered where there are several.

import { post, Refusal } from '../api/calls.ts';
import { find, setText } from '../dom/element.ts';
import type { StateView } from '../dom/state-view.ts';

const MIN_WAITING = 2;

export class CancelWaiting implements StateView<number> {
  private readonly open = find<HTMLButtonElement>('[data-action="cancel-waiting"]');
  private readonly dialog = find<HTMLDialogElement>('[data-dialog="cancel-waiting"]');
  private readonly error = find('[data-error="cancel-waiting"]');

  constructor() {
    this.open.addEventListener('click', () => {
      this.error.hidden = true;
      this.dialog.showModal();
    });
    find('[data-action="cancel-all"]', this.dialog).addEventListener('click', () => this.send());
  }

  /** `waiting`: how many of one's own searches are known to wait. */
  show(waiting: number): void {
    const offered = waiting >= MIN_WAITING;
    if (this.open.hidden === offered) this.open.hidden = !offered;
  }

  private async send(): Promise<void> {
    try {
      await post('/api/v1/jobs/cancel', { waiting: true });
      this.dialog.close();
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      setText(this.error, refusal.message);
      this.error.hidden = false;
    }
  }
}
