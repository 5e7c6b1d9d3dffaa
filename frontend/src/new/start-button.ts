// The button that starts the search. It is busy until the server has answered.

import { Submission } from '../api/submission.ts';
import type { JobRequest } from '../api/types.ts';
import { jobPage } from '../api/urls.ts';
import { find, setText } from '../dom/element.ts';
import { t } from '../i18n/texts.ts';

export class StartButton {
  private readonly button: HTMLButtonElement;
  private readonly submission = new Submission();

  constructor(form: HTMLFormElement) {
    this.button = find<HTMLButtonElement>('[data-action="submit"]', form);
    // It must not be busy any more after the browser's back button.
    addEventListener('pageshow', () => this.busy(false));
  }

  /** Resolves with the new search's page; rejects with a Refusal. */
  async send(request: JobRequest): Promise<string> {
    this.busy(true);
    try {
      return jobPage(await this.submission.send(request));
    } catch (refusal) {
      this.busy(false);
      throw refusal;
    }
  }

  private busy(is: boolean): void {
    this.button.disabled = is;
    setText(this.button, is ? t('Starting…') : t('Start the search'));
  }
}
