// The overview's list: one row for each known search that matches the filter, the newest first. A
// shown row stays when its search changes and matches no more, so that nothing vanishes while
// somebody reads; it goes when the filter changes.

import type { Fleet, JobSummary } from '../api/types.ts';
import { FlipAnimation } from '../dom/flip-animation.ts';
import { queuePosition } from '../live/fleet.ts';
import type { ServerClock } from '../live/server-clock.ts';
import { isWaiting } from '../live/status-label.ts';
import { Row } from './row.ts';
import type { Selection } from './selection.ts';

export class Rows {
  private readonly list: HTMLElement;
  private readonly clock: ServerClock;
  private readonly selection: Selection;
  private readonly rows = new Map<string, Row>();
  /** Those that wait until there is room for them in the list. */
  private readonly coming = new Set<Row>();
  private readonly animation: FlipAnimation;
  private fleet: Fleet | undefined;
  private matches: (summary: JobSummary) => boolean = () => true;

  constructor(list: HTMLElement, clock: ServerClock, selection: Selection) {
    this.list = list;
    this.clock = clock;
    this.animation = new FlipAnimation(list);
    this.selection = selection;
  }

  get known(): number {
    return this.rows.size;
  }

  get shown(): number {
    return this.list.childElementCount + this.coming.size;
  }

  /** How many of the searches that somebody owns wait. */
  waitingOf(owner: string): number {
    const all = [...this.rows.values()].map(({ summary }) => summary);
    return all.filter((one) => one.owner === owner && isWaiting(one)).length;
  }

  stateOf(job: string): string | undefined {
    return this.rows.get(job)?.summary.state;
  }

  show(summary: JobSummary): void {
    const { job } = summary;
    let row = this.rows.get(job);
    if (!row) {
      row = new Row(summary, () => this.selection.toggle(job));
      row.mark(this.selection.has(job));
      this.rows.set(job, row);
    }
    row.show(summary, this.clock);
    this.showQueuePosition(row);
    if (row.element.isConnected || !this.matches(summary)) return;
    this.coming.add(row);
    this.animation.change(() => this.insertMatching());
  }

  remove(job: string): void {
    const row = this.rows.get(job);
    if (!row) return;
    row.element.remove();
    this.coming.delete(row);
    this.rows.delete(job);
  }

  /** Shows the rows that match, and hides the others; new ones are held to the same. */
  filter(matches: (summary: JobSummary) => boolean): void {
    this.matches = matches;
    this.coming.clear();
    const shown = [...this.rows.values()]
      .filter(({ summary }) => matches(summary))
      .sort(newestFirst);
    this.list.replaceChildren(...shown.map(({ element }) => element));
  }

  /** The places in the queue, and how many watch; undefined: not known any more. */
  place(fleet: Fleet | undefined): void {
    this.fleet = fleet;
    for (const row of this.rows.values()) this.showQueuePosition(row);
  }

  tick(): void {
    for (const row of this.rows.values()) row.tick(this.clock);
  }

  /** Moves the focus so many rows down; from outside the list, to its first or last row. */
  move(by: number): void {
    const rows = [...this.list.children];
    const here = rows.findIndex((row) => row.contains(document.activeElement));
    const next = here < 0 ? (by > 0 ? 0 : rows.length - 1) : here + by;
    rows[next]?.querySelector('a')?.focus();
  }

  /** Selects the row that has the focus, or deselects it. */
  select(): void {
    for (const row of this.rows.values()) {
      if (row.hasPlans && row.element.contains(document.activeElement)) {
        this.selection.toggle(row.summary.job);
      }
    }
  }

  /** Each shows whether it is picked. */
  markSelected(): void {
    for (const [job, row] of this.rows) row.mark(this.selection.has(job));
  }

  private showQueuePosition(row: Row): void {
    const { job } = row.summary;
    const { fleet } = this;
    const names = fleet?.watching[job] ?? [];
    row.place(fleet ? queuePosition(job, fleet) : '', fleet?.viewers[job] ?? 0, names);
  }

  private insertMatching(): void {
    for (const row of this.coming) this.insert(row);
    this.coming.clear();
  }

  private insert(row: Row): void {
    const shown = [...this.rows.values()].filter(({ element }) => element.isConnected);
    const older = shown.filter((other) => newestFirst(row, other) < 0).sort(newestFirst)[0];
    this.list.insertBefore(row.element, older?.element ?? null);
  }
}

function newestFirst({ summary: a }: Row, { summary: b }: Row): number {
  return b.created_at - a.created_at || (a.job < b.job ? 1 : -1);
}
