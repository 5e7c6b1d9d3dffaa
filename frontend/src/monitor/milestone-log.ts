// The milestones of a search as a log, newest first.

import type { JobState, Milestone } from '../api/types.ts';
import { find, html } from '../dom/element.ts';
import { FlipAnimation } from '../dom/flip-animation.ts';
import type { StateView } from '../dom/state-view.ts';
import * as format from '../i18n/format.ts';
import { translate } from '../i18n/texts.ts';

export class MilestoneLog implements StateView<JobState> {
  private readonly list: HTMLElement;
  private readonly empty: HTMLElement;
  private readonly rows = new Map<string, HTMLElement>();
  private readonly animation: FlipAnimation;
  private newest: string | undefined;

  constructor(place: ParentNode = document) {
    this.list = find('[data-list="milestones"]', place);
    this.empty = find('[data-log-empty]', place);
    this.animation = new FlipAnimation(this.list);
  }

  show(state: JobState): void {
    const newest = `${state.epoch} ${state.milestones?.at(-1)?.seq}`;
    if (newest === this.newest) return;
    this.newest = newest;
    this.animation.change(() => this.update(state));
  }

  /** Adds new rows, and removes those of milestones that were dropped. */
  private update({ epoch, currency, milestones = [] }: JobState): void {
    this.empty.hidden = milestones.length > 0;
    const current = new Set<string>();
    for (const milestone of milestones) {
      const key = `${epoch} ${milestone.seq}`;
      current.add(key);
      if (this.rows.has(key)) continue;
      const row = this.row(milestone, currency);
      this.rows.set(key, row);
      this.list.prepend(row);
    }
    for (const [key, row] of this.rows) {
      if (current.has(key)) continue;
      row.remove();
      this.rows.delete(key);
    }
  }

  private row(
    { at, status, status_i18n, incumbent, gap }: Milestone,
    currency?: string,
  ): HTMLElement {
    const row = html(
      'li',
      {},
      html('time', { datetime: new Date(at).toISOString() }, format.timeOfDay(at)),
      html('span', { class: 'log-text' }, translate(status, status_i18n)),
    );
    if (typeof incumbent === 'number') {
      const title = format.exactPerYear(incumbent, currency);
      row.append(html('span', { class: 'log-figure', title }, format.money(incumbent, currency)));
    }
    if (typeof gap === 'number') row.append(html('span', { class: 'log-gap' }, format.gap(gap)));
    return row;
  }
}
