// Starting an ended search again: with the same requirement, devices and options, or with changes
// in the form, which fetches what was submitted.

import { post, Refusal } from '../api/calls.ts';
import { jobApi, jobPage } from '../api/urls.ts';
import { find, setText } from '../dom/element.ts';
import { t } from '../i18n/texts.ts';
import type { Accepted } from '../schema/generated.ts';

export class Rerun {
  private readonly place = find('[data-again]');
  private readonly button = find<HTMLButtonElement>('[data-action="again"]');
  private readonly error = find('[data-error="again"]');
  private readonly url: string;
  /** A repeated request is one search; a later click starts another. */
  private key = `again ${Date.now()}`;

  constructor(job: string) {
    this.url = `${jobApi(job)}/rerun`;
    const change = find<HTMLAnchorElement>('[data-action="change"]');
    change.href = changed(job);
    this.button.addEventListener('click', () => this.start());
    addEventListener('pageshow', () => this.busy(false));
  }

  /** The search has ended. */
  offer(): void {
    this.place.hidden = false;
  }

  private async start(): Promise<void> {
    this.busy(true);
    this.error.hidden = true;
    try {
      const { id } = await post<Accepted>(this.url, {}, { 'Idempotency-Key': this.key });
      this.key = `again ${Date.now()}`;
      location.assign(jobPage(id));
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      this.busy(false);
      setText(this.error, refusal.message);
      this.error.hidden = false;
    }
  }

  private busy(is: boolean): void {
    this.button.disabled = is;
    setText(this.button, is ? t('Starting…') : t('Search again'));
  }
}

/** The form, filled in as it was for that search. */
export function changed(job: string): string {
  return `/new?${new URLSearchParams({ again: job })}`;
}
