// One search's row in the overview.

import { html, say } from '../element.ts';
import * as format from '../format.ts';
import { phaseName } from '../phase.ts';
import type { ServerClock } from '../server-clock.ts';
import { hasEnded, standing } from '../standing.ts';
import type { Summary } from './searches.ts';

export class Row {
  readonly element: HTMLLIElement;
  summary: Summary;
  private readonly badge = html('span', { class: 'badge' });
  private readonly percent = html('span', { class: 'search-percent' });
  private readonly words = html('span', { class: 'search-words muted' });
  private readonly fill = html('div');
  private readonly bar: HTMLElement;
  private readonly cost = html('dd');
  private readonly gap = html('dd');
  private readonly elapsed = html('dd');

  constructor(summary: Summary) {
    this.summary = summary;
    const { job, title, owner, created_at } = summary;
    const when = html(
      'time',
      { datetime: new Date(created_at).toISOString() },
      format.dateAndTime(created_at),
    );
    this.bar = html(
      'div',
      {
        class: 'bar',
        role: 'progressbar',
        'aria-label': `Progress of ${title}`,
        'aria-valuemin': '0',
        'aria-valuemax': '100',
      },
      this.fill,
    );
    this.element = html(
      'li',
      { class: 'search card', 'data-job': job },
      html(
        'div',
        { class: 'search-name' },
        html('a', { href: `/jobs/${encodeURIComponent(job)}` }, title),
        html('span', { class: 'muted' }, `${owner}, `, when),
      ),
      html(
        'div',
        { class: 'search-progress' },
        html('div', { class: 'search-line' }, this.badge, this.words, this.percent),
        this.bar,
      ),
      html(
        'dl',
        { class: 'search-figures' },
        html('div', {}, html('dt', {}, 'Best plan'), this.cost),
        html('div', {}, html('dt', {}, 'Gap'), this.gap),
        html('div', {}, html('dt', {}, 'Elapsed'), this.elapsed),
      ),
    );
  }

  show(summary: Summary, clock: ServerClock): void {
    this.summary = summary;
    const stands = standing(summary);
    const { incumbent, gap, currency, current, total, phase, status } = summary;
    const ended = hasEnded(stands);
    const percent = format.percent(current, total);
    this.element.dataset.tone = stands.tone;
    this.badge.dataset.tone = stands.tone;
    say(this.badge, stands.label);
    // Badge and figures say it all of an end, except why a search failed.
    const reason = stands.tone === 'bad' ? status : '';
    say(this.words, ended ? reason : phase ? phaseName(phase) : status);
    say(this.percent, ended ? '' : percent);
    this.bar.hidden = ended;
    this.fill.style.transform = `scaleX(${total > 0 ? current / total : 0})`;
    this.bar.setAttribute('aria-valuenow', String(Number.parseInt(percent, 10)));
    const known = typeof incumbent === 'number';
    say(this.cost, known ? `${format.money(incumbent, currency)} / year` : '–');
    this.cost.title = known ? `${format.exactMoney(incumbent, currency)} per year` : '';
    say(this.gap, typeof gap === 'number' ? format.gap(gap) : '–');
    this.tick(clock);
  }

  tick(clock: ServerClock): void {
    const { started_at, ended_at, at } = this.summary;
    const until = hasEnded(standing(this.summary)) ? (ended_at ?? at) : clock.now();
    say(this.elapsed, started_at ? format.duration(until - started_at) : '–');
  }
}
