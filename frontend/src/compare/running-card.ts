// The progress of a running search, in the card that its plan will fill.

import type { JobState, JobSummary } from '../api/types.ts';
import { html, setAttribute, setText } from '../dom/element.ts';
import { ProgressBar } from '../dom/progress-bar.ts';
import * as format from '../i18n/format.ts';
import { phaseName } from '../i18n/phase-labels.ts';
import { t, translate } from '../i18n/texts.ts';
import { statusLabel } from '../live/status-label.ts';

export class RunningCard {
  readonly element: HTMLElement;
  private readonly badge = html('span', { class: 'badge' });
  private readonly percent = html('span', { class: 'compare-percent' });
  private readonly words = html('p');
  private readonly bar: ProgressBar;

  constructor(job: JobSummary, url: string) {
    this.bar = ProgressBar.of(job.title);
    this.element = html(
      'div',
      { class: 'compare-running' },
      html('p', { class: 'compare-course' }, this.badge, this.percent),
      this.bar.element,
      html(
        'div',
        { class: 'compare-phase' },
        this.words,
        html('p', { class: 'muted' }, t('Appears when the search ends.')),
      ),
      html('a', { class: 'button', href: url }, t('Watch')),
    );
    this.show(job);
  }

  show(state: JobState): void {
    const { current, total, phase } = state;
    const { label, tone } = statusLabel(state);
    setAttribute(this.badge, 'data-tone', tone);
    setText(this.badge, label);
    setText(this.percent, format.percent(current, total));
    setText(
      this.words,
      phase && tone === 'running' ? phaseName(phase) : translate(state.status, state.status_i18n),
    );
    this.bar.show(state);
  }
}
