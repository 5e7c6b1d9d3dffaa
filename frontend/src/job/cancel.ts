// Cancelling a search: a dialog first, "Cancelling…" at once, and the end when the server says so.

import { post, Refusal } from '../api/calls.ts';
import type { JobState } from '../api/types.ts';
import { jobApi } from '../api/urls.ts';
import { find, setText } from '../dom/element.ts';
import type { StateView } from '../dom/state-view.ts';
import * as format from '../i18n/format.ts';
import { t } from '../i18n/texts.ts';
import { hasEnded } from '../live/status-label.ts';

export class Cancel implements StateView<JobState> {
  private readonly open = find<HTMLButtonElement>('[data-action="cancel"]');
  private readonly dialog = find<HTMLDialogElement>('[data-dialog="cancel"]');
  private readonly hint = find('[data-cancel-hint]');
  private readonly error = find('[data-error="cancel"]');
  private readonly keepBest = find<HTMLButtonElement>('[data-action="keep-best"]');
  private readonly discard = find<HTMLButtonElement>('[data-action="discard"]');
  private readonly job: string;

  constructor(job: string) {
    this.job = job;
    this.open.addEventListener('click', () => {
      this.error.hidden = true;
      this.dialog.showModal();
    });
    this.keepBest.addEventListener('click', () => this.send(true));
    this.discard.addEventListener('click', () => this.send(false));
    find('[data-action="go-on"]').addEventListener('click', () => this.dialog.close());
  }

  show(state: JobState): void {
    const ended = hasEnded(state);
    this.open.hidden = ended;
    if (ended) this.dialog.close();
    const { incumbent, currency } = state;
    const known = typeof incumbent === 'number';
    this.keepBest.disabled = !known;
    setText(
      this.hint,
      known
        ? t('Its best plan so far costs %(cost)s a year.', {
            cost: format.money(incumbent, currency),
          })
        : t('It has not found a plan yet.'),
    );
  }

  private async send(keepBest: boolean): Promise<void> {
    this.dialog.close();
    this.open.disabled = true;
    setText(this.open, t('Cancelling…'));
    try {
      await post(`${jobApi(this.job)}/cancel`, { keep_best: keepBest });
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      this.open.disabled = false;
      setText(this.open, t('Cancel…'));
      setText(this.error, format.sentences([refusal.message, t('The search continues.')]));
      this.error.hidden = false;
      this.dialog.showModal();
    }
  }
}
