// The browser's tab: its title and icon show the progress of a search, and how it ended.

import type { JobState } from '../api/types.ts';
import { find } from '../dom/element.ts';
import type { StateView } from '../dom/state-view.ts';
import * as format from '../i18n/format.ts';
import { t } from '../i18n/texts.ts';
import type { Live } from '../live/follow.ts';
import { hasEnded, statusLabel, type Tone } from '../live/status-label.ts';

const MARK: Partial<Record<Tone, string>> = { good: '✓', bad: '✗', ended: '–' };
// The tab may stand on any theme: these are read on light and dark alike.
const COLOUR: Record<Tone, string> = {
  waiting: '#8a94a3',
  running: '#0d9488',
  good: '#16a34a',
  bad: '#dc2626',
  ended: '#8a94a3',
};

export class Tab implements StateView<JobState> {
  private readonly icon = find<HTMLLinkElement>('link[rel="icon"]');
  private readonly title: string;
  private readonly live: Pick<Live, 'isSuspended'>;
  private shown = '';

  constructor(title: string, live: Pick<Live, 'isSuspended'>) {
    this.live = live;
    this.title = `${title} · ${t('Energy Island')}`;
  }

  show(state: JobState): void {
    const { label, tone } = statusLabel(state);
    const percent = format.percent(state.current, state.total);
    const ended = hasEnded(state);
    const mark = ended ? `${MARK[tone]} ${label}` : percent;
    // While the page is hidden, the connection is closed and the title may be old.
    const title = `${this.live.isSuspended && !ended ? '⏸ ' : ''}${mark} · ${this.title}`;
    if (title === this.shown) return;
    this.shown = title;
    document.title = title;
    this.icon.href = picture(COLOUR[tone], ended ? 1 : state.current / state.total, ended);
  }
}

/** A ring that is full to `fraction`; a disc at the end. */
function picture(colour: string, fraction: number, ended: boolean): string {
  const length = 2 * Math.PI * 11;
  const ring = `fill="none" stroke="${colour}" stroke-width="7" cx="16" cy="16" r="11"`;
  const drawn = ended
    ? `<circle fill="${colour}" cx="16" cy="16" r="14"/>`
    : `<circle ${ring} opacity=".3"/><circle ${ring} transform="rotate(-90 16 16)"
        stroke-dasharray="${length * fraction} ${length}"/>`;
  const text = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${drawn}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(text)}`;
}
