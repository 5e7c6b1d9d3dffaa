// Workers and queue. Polled while the page is visible: no event says when a worker comes or goes.

import { get } from '../api/calls.ts';
import type { Fleet } from '../api/types.ts';
import { t } from '../i18n/texts.ts';

const POLL_MS = 4000;
/** After a search began or ended: several may do so at once. */
const DEBOUNCE_MS = 400;

export class FleetWatch {
  /** The newest answer; undefined where there is none. */
  latest: Fleet | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** When the next request is due, ms of `performance.now()`. */
  private due = Infinity;
  private readonly changed: (fleet: Fleet | undefined) => void;

  /** `changed` gets undefined if the server doesn't answer. */
  constructor(changed: (fleet: Fleet | undefined) => void) {
    this.changed = changed;
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden && this.timer !== undefined) this.ask(0);
    });
  }

  /** Starts polling, with the first request soon. */
  ask(pause = DEBOUNCE_MS): void {
    const due = performance.now() + pause;
    if (this.due <= due) return;
    this.due = due;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.poll(), pause);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.due = Infinity;
    this.timer = undefined;
  }

  private async poll(): Promise<void> {
    this.due = Infinity;
    if (document.hidden) return;
    const timer = this.timer;
    const fleet = await get<Fleet>('/api/v1/fleet').catch(() => undefined);
    if (timer !== this.timer) return;
    this.latest = fleet;
    this.changed(fleet);
    this.ask(POLL_MS);
  }
}

/** "Place 2 of 5 in the queue"; empty for a search that doesn't wait. */
export function queuePosition(job: string, { order, waiting }: Fleet): string {
  const place = order.indexOf(job) + 1;
  if (place === 0) return '';
  if (waiting === 1) return t('Next in the queue');
  return t('Number %(place)s of %(waiting)s in the queue', { place, waiting });
}
