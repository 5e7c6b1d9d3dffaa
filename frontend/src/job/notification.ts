// A browser notification when the search ends, if it was asked for: only then the browser asks for
// permission. A hidden page closes its socket, so while it is hidden it polls over HTTP.

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
  private wanted = false;
  private over = false;

  constructor(job: string, title: string) {
    this.title = title;
    this.url = jobApi(job);
    this.button.addEventListener('click', () => this.toggle());
    setInterval(() => this.askWhileHidden(), POLL_MS);
  }

  show(state: JobState): void {
    const ended = hasEnded(state);
    this.button.hidden = ended || !('Notification' in window);
    if (ended) this.tell(state);
    this.over = ended;
  }

  private async toggle(): Promise<void> {
    if (this.wanted) {
      this.want(false);
      return;
    }
    const permission = await Notification.requestPermission();
    this.want(permission === 'granted');
    if (permission === 'denied') setText(this.button, t('Your browser blocks notifications'));
  }

  private want(wanted: boolean): void {
    this.wanted = wanted;
    this.button.setAttribute('aria-pressed', String(wanted));
    setText(this.button, wanted ? t('You will be notified') : t('Notify me at the end'));
  }

  private async askWhileHidden(): Promise<void> {
    if (!this.wanted || this.over || !document.hidden) return;
    const state = await get<JobState>(this.url).catch(() => undefined);
    if (state && hasEnded(state)) this.tell(state);
  }

  private tell(state: JobState): void {
    if (!this.wanted) return;
    this.wanted = false;
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
