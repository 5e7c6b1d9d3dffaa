// The strip along the edge of the wall: the searches in turn and the waiting ones, which one is
// shown, and for how long.

import type { JobSummary } from '../api/types.ts';
import { find, html, setText } from '../dom/element.ts';
import * as format from '../i18n/format.ts';
import { t, tn, translateTitle } from '../i18n/texts.ts';
import { hasEnded, statusLabel } from '../live/status-label.ts';
import type { Rotation } from './rotation.ts';

/** So many searches are shown; the others are counted. */
const ROOM = 6;

export class Strip {
  private readonly list = find('[data-list="turns"]');
  private readonly more = find('[data-field="more"]');
  private readonly next = find('[data-field="next"]');
  private readonly turn = find('[data-turn]');
  private readonly fill = find('[data-turn] > div');
  private readonly every: number;
  private chips = new Map<string, Chip>();

  constructor(every: number) {
    this.every = every;
  }

  show(
    turns: readonly JobSummary[],
    waiting: readonly JobSummary[],
    shown: string | undefined,
  ): void {
    const all = [...new Set([...turns, ...waiting])];
    const here = turns.findIndex(({ job }) => job === shown);
    const visible = around(all, here, ROOM);
    const chips = visible.map(({ job }) => [job, this.chips.get(job) ?? new Chip()] as const);
    for (const [place, summary] of visible.entries()) {
      const queued = waiting.indexOf(summary) + 1;
      chips[place]?.[1].show(summary, queued, summary.job === shown);
    }
    this.chips = new Map(chips);
    this.place(chips.map(([, { element }]) => element));
    const hidden = all.length - visible.length;
    setText(this.more, hidden > 0 ? tn('and %(n)s more', 'and %(n)s more', hidden) : '');
  }

  tick({ left, paused }: Rotation): void {
    const gone = left === undefined ? 0 : 1 - left / this.every;
    this.turn.toggleAttribute('data-alone', left === undefined);
    this.fill.style.transform = `scaleX(${Math.min(1, Math.max(0, gone))})`;
    const time = left === undefined ? '' : format.duration(left + 999);
    setText(this.next, paused ? t('Paused') : time && t('Next in %(time)s', { time }));
  }

  /** Only moves what has changed, so that nothing flickers. */
  private place(elements: readonly HTMLElement[]): void {
    const { children } = this.list;
    const same =
      children.length === elements.length &&
      elements.every((element, place) => element === children[place]);
    if (!same) this.list.replaceChildren(...elements);
  }
}

class Chip {
  private readonly title = html('span', { class: 'chip-title' });
  private readonly state = html('span', { class: 'chip-state' });
  private readonly fill = html('div');
  readonly element = html(
    'li',
    { class: 'chip' },
    html('div', { class: 'chip-line' }, this.title, this.state),
    html('div', { class: 'bar', 'aria-hidden': 'true' }, this.fill),
  );

  /** `queued`: its place in the queue, 0 if it has none. */
  show(summary: JobSummary, queued: number, shown: boolean): void {
    const { title, current, total } = summary;
    const stands = statusLabel(summary);
    setText(this.title, translateTitle(title));
    setText(this.state, queued > 0 ? placeText(queued) : chipState(summary));
    this.fill.style.transform = `scaleX(${total > 0 ? current / total : 0})`;
    this.element.dataset.tone = stands.tone;
    if (shown) this.element.setAttribute('aria-current', 'true');
    else this.element.removeAttribute('aria-current');
  }
}

function chipState(summary: JobSummary): string {
  return hasEnded(summary)
    ? statusLabel(summary).label
    : format.percent(summary.current, summary.total);
}

function placeText(place: number): string {
  return place === 1 ? t('Next') : t('Place %(place)s', { place });
}

/** So many of `items` at most, the one at `place` among them. */
export function around<Item>(items: readonly Item[], place: number, most: number): Item[] {
  const start = Math.max(0, Math.min(place - Math.floor(most / 2), items.length - most));
  return items.slice(start, start + most);
}
