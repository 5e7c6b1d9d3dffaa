// One search in the overview's list.

import type { JobSummary } from '../api/types.ts';
import { jobPage } from '../api/urls.ts';
import { html, setAttribute, setText } from '../dom/element.ts';
import { ProgressBar } from '../dom/progress-bar.ts';
import * as format from '../i18n/format.ts';
import { phaseName } from '../i18n/phase-labels.ts';
import { t, translate, translateTitle } from '../i18n/texts.ts';
import { elapsed, remaining } from '../live/run-time.ts';
import type { ServerClock } from '../live/server-clock.ts';
import { hasEnded, statusLabel } from '../live/status-label.ts';

export class Row {
  readonly element: HTMLLIElement;
  summary: JobSummary;
  private readonly pick = html('input', { type: 'checkbox' });
  private readonly badge = html('span', { class: 'badge' });
  private readonly percent = html('span', { class: 'search-percent' });
  private readonly words = html('span', { class: 'search-words muted' });
  private readonly bar: ProgressBar;
  private readonly cost = html('dd');
  private readonly gap = html('dd');
  private readonly elapsed = html('dd', { class: 'search-elapsed' });
  private readonly left = html('dd');
  private readonly viewers = html('span', { class: 'search-viewers' });
  private queued = '';

  /** `pick`: called when its checkbox changes. */
  constructor(summary: JobSummary, pick: () => void) {
    this.summary = summary;
    const { job, owner, created_at } = summary;
    const title = translateTitle(summary.title);
    this.pick.setAttribute('aria-label', t('Select %(title)s to compare', { title }));
    this.pick.addEventListener('change', pick);
    const when = html(
      'time',
      { datetime: new Date(created_at).toISOString() },
      format.dateAndTime(created_at),
    );
    this.bar = ProgressBar.of(title);
    this.element = html(
      'li',
      { class: 'search card', 'data-job': job },
      html('label', { class: 'search-pick' }, this.pick),
      html(
        'div',
        { class: 'search-name' },
        html('a', { href: jobPage(job) }, title),
        html('span', { class: 'muted' }, html('bdi', {}, owner), ' · ', when, this.viewers),
      ),
      html(
        'div',
        { class: 'search-progress' },
        html('div', { class: 'search-line' }, this.badge, this.words, this.percent),
        this.bar.element,
      ),
      html(
        'dl',
        { class: 'search-figures' },
        html('div', {}, html('dt', {}, t('Best plan')), this.cost),
        html('div', {}, html('dt', {}, t('Gap')), this.gap),
        html('div', {}, html('dt', {}, t('Elapsed')), this.elapsed),
        html('div', {}, html('dt', {}, t('Remaining')), this.left),
      ),
    );
  }

  show(summary: JobSummary, clock: ServerClock): void {
    this.summary = summary;
    const { label, tone } = statusLabel(summary);
    const { incumbent, gap, currency, current, total } = summary;
    const ended = hasEnded(summary);
    setAttribute(this.element, 'data-tone', tone);
    // Setting `hidden` to what it is already would count as a mutation.
    if (this.pick.hidden === this.hasPlans) this.pick.hidden = !this.hasPlans;
    setAttribute(this.badge, 'data-tone', tone);
    setText(this.badge, label);
    this.updateStatus();
    setText(this.percent, ended ? '' : format.percent(current, total));
    this.bar.element.hidden = ended;
    this.bar.show(summary);
    const known = typeof incumbent === 'number';
    setText(this.cost, known ? format.perYear(incumbent, currency) : '–');
    setAttribute(this.cost, 'title', known ? format.exactPerYear(incumbent, currency) : '');
    setText(this.gap, typeof gap === 'number' ? format.gap(gap) : '–');
    this.tick(clock);
  }

  /** Whether there is something to compare. */
  get hasPlans(): boolean {
    return this.summary.state === 'SUCCESS';
  }

  /** Whether it is picked. */
  mark(isSelected: boolean): void {
    this.pick.checked = isSelected;
  }

  /** Its place in the queue, empty if it has none, how many watch it, and who they are. */
  place(queued: string, viewers: number, names: readonly string[]): void {
    this.queued = queued;
    this.updateStatus();
    const watching = t('%(count)s watching', { count: viewers });
    setText(this.viewers, viewers > 0 ? ` · ${watching}` : '');
    setAttribute(this.viewers, 'title', format.list(names));
  }

  tick(clock: ServerClock): void {
    const spent = elapsed(this.summary, clock);
    const left = remaining(this.summary, clock);
    setText(this.elapsed, spent === undefined ? '–' : format.duration(spent));
    const { eta_reason, eta_reason_i18n } = this.summary;
    const reason = left && eta_reason ? translate(eta_reason, eta_reason_i18n) : '';
    setAttribute(this.left, 'title', reason);
    setText(this.left, left === undefined ? '–' : format.estimate(left.low, left.high));
  }

  private updateStatus(): void {
    const { phase } = this.summary;
    const status = translate(this.summary.status, this.summary.status_i18n);
    const { tone } = statusLabel(this.summary);
    // Badge and figures are enough for an ended search, except for why it failed.
    const reason = tone === 'bad' ? status : '';
    const doing = phase && tone === 'running' ? phaseName(phase) : status;
    setText(this.words, hasEnded(this.summary) ? reason : this.queued || doing);
  }
}
