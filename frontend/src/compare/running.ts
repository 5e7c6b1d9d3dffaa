// How far a search is that has not ended yet, in the card that its plan will fill.

import { html, mark, say } from '../element.ts';
import * as format from '../format.ts';
import { phaseName } from '../phase.ts';
import type { JobState } from '../reducer.ts';
import { standing } from '../standing.ts';
import { said, t } from '../texts.ts';
import type { Job } from './column.ts';

export class Running {
  readonly element: HTMLElement;
  private readonly badge = html('span', { class: 'badge' });
  private readonly percent = html('span', { class: 'compare-percent' });
  private readonly words = html('p');
  private readonly fill = html('div');
  private readonly bar: HTMLElement;

  constructor(job: Job, url: string) {
    const { title } = job;
    this.bar = html(
      'div',
      {
        class: 'bar',
        role: 'progressbar',
        'aria-label': t('Progress of %(title)s', { title }),
        'aria-valuemin': '0',
        'aria-valuemax': '100',
      },
      this.fill,
    );
    this.element = html(
      'div',
      { class: 'compare-running' },
      html('p', { class: 'compare-course' }, this.badge, this.percent),
      this.bar,
      html(
        'div',
        { class: 'compare-phase' },
        this.words,
        html('p', { class: 'muted' }, t('Fills itself at the end.')),
      ),
      html('a', { class: 'button', href: url }, t('Watch it')),
    );
    this.show(job);
  }

  show(state: JobState): void {
    const { current, total, phase } = state;
    const { label, tone } = standing(state);
    const percent = format.percent(current, total);
    mark(this.badge, 'data-tone', tone);
    say(this.badge, label);
    say(this.percent, percent);
    say(this.words, phase && tone === 'running' ? phaseName(phase) : said(state.status));
    this.fill.style.transform = `scaleX(${total > 0 ? current / total : 0})`;
    mark(this.bar, 'aria-valuenow', String(Number.parseInt(percent, 10)));
  }
}
