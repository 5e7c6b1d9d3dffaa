// A browser notification when the search ends, if a person has enabled it: only then the
// browser asks for permission. A hidden page closes its socket, so while it is hidden it polls over HTTP.

import { get } from '../api/calls.ts';
import type { JobState } from '../api/types.ts';
import { jobApi } from '../api/urls.ts';
import { find, setText } from '../dom/element.ts';
import type { StateView } from '../dom/state-view.ts';
import { t, translate } from '../i18n/texts.ts';
import { hasEnded, statusLabel } from '../live/status-label.ts';

/** While the page is hidden. */
const POLL_MS = 10_000;

export class EndNotification implements StateView<JobState> {
  private readonly button = find<HTMLButtonElement>('[data-action="notify"]');
  private readonly title: string;
  private readonly url: string;
  private isEnabled = false;
  private over = false;

  constructor(job: string, title: string) {
    this.title = title;
    this.url = jobApi(job);
    this.button.addEventListener('click', () => this.toggle());
    setInterval(() => this.pollWhileHidden(), POLL_MS);
  }

  show(state: JobState): void {
    const ended = hasEnded(state);
    this.button.hidden = ended || !('Notification' in window);
    if (ended) this.notify(state);
    this.over = ended;
  }

  private async toggle(): Promise<void> {
    if (this.isEnabled) {
      this.setEnabled(false);
      return;
    }
    const permission = await Notification.requestPermission();
    this.setEnabled(permission === 'granted');
    if (permission === 'denied') setText(this.button, t('Your browser blocks notifications'));
  }

  private setEnabled(isEnabled: boolean): void {
    this.isEnabled = isEnabled;
    this.button.setAttribute('aria-pressed', String(isEnabled));
    setText(this.button, isEnabled ? t('You will be notified') : t('Notify me at the end'));
  }

  private async pollWhileHidden(): Promise<void> {
    if (!this.isEnabled || this.over || !document.hidden) return;
    const state = await get<JobState>(this.url).catch(() => undefined);
    if (state && hasEnded(state)) this.notify(state);
  }

  private notify(state: JobState): void {
    if (!this.isEnabled) return;
    this.isEnabled = false;
    const { label } = statusLabel(state);
    const notification = new Notification(
      t('%(kind)s: %(label)s', { kind: label, label: this.title }),
      {
        body: translate(state.status, state.status_i18n),
        tag: state.job,
      },
    );
    notification.addEventListener('click', () => {
      window.focus();
      notification.close();
    });
  }
}
