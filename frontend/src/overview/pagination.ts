// The end of the list: how many searches are shown, and the way to older ones.

import { get, Refusal } from '../api/calls.ts';
import type { JobList, JobSummary } from '../api/types.ts';
import { find, setText } from '../dom/element.ts';
import { tn } from '../i18n/texts.ts';
import { NEWEST } from '../live/feed.ts';
import type { Filter } from './filter.ts';
import { OlderSearches } from './older-searches.ts';
import type { Rows } from './rows.ts';

/** With fewer rows, older searches are fetched without a click. */
const MIN_ROWS = 20;

export class Pagination {
  private readonly count = find('[data-field="count"]');
  private readonly more = find('[data-more]');
  private readonly loading = find('[data-looking]');
  private readonly problem = find('[data-error="more"]');
  private readonly none = find('[data-empty="none"]');
  private readonly unmatched = find('[data-empty="unmatched"]');
  private readonly rows: Rows;
  private readonly filter: () => Filter;
  private readonly found: (jobs: readonly JobSummary[]) => void;
  private readonly older = new OlderSearches((query) => get<JobList>(`/api/v1/jobs?${query}`));
  private newest: { oldest: JobSummary | undefined; isWhole: boolean } | undefined;

  /** `found`: called with older searches. */
  constructor(rows: Rows, filter: () => Filter, found: (jobs: readonly JobSummary[]) => void) {
    this.rows = rows;
    this.filter = filter;
    this.found = found;
    find('[data-action="more"]').addEventListener('click', () => this.loadMore());
  }

  /** `jobs`: the newest. `isContinuous`: none is missing between them and those on the page. */
  listed(jobs: readonly JobSummary[], isContinuous: boolean): void {
    if (this.newest && isContinuous) return;
    this.newest = { oldest: jobs.at(-1), isWhole: jobs.length < NEWEST };
    this.restart();
  }

  /** Older searches are fetched from below the newest again, as for another filter. */
  restart(): void {
    if (!this.newest) return;
    this.older.restart(this.newest.oldest, this.newest.isWhole);
    if (this.rows.shown < MIN_ROWS) this.loadMore();
    this.update();
  }

  /** After rows have changed. */
  update(): void {
    if (!this.newest) return;
    const { shown, known } = this.rows;
    const all = this.older.exhausted;
    this.more.hidden = all || !this.loading.hidden;
    this.none.hidden = known > 0 || !all;
    this.unmatched.hidden = shown > 0 || !all || known === 0;
    setText(this.count, all ? allSearches(shown) : newestSearches(shown));
  }

  private async loadMore(): Promise<void> {
    if (this.older.exhausted) return;
    this.problem.hidden = true;
    this.more.hidden = true;
    this.loading.hidden = false;
    try {
      const found = await this.older.next(this.filter());
      if (!found) return;
      this.found(found);
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      setText(this.problem, refusal.message);
      this.problem.hidden = false;
    }
    this.loading.hidden = true;
    this.update();
  }
}

function allSearches(number: number): string {
  return tn('%(n)s search', '%(n)s searches', number);
}

function newestSearches(number: number): string {
  return tn('The newest %(n)s search', 'The newest %(n)s searches', number);
}
