// Searches older than the newest ones, which come over the socket: fetched a page at a time, only
// those that match the filter.

import type { JobList, JobSummary } from '../api/types.ts';
import type { Filter } from './filter.ts';

const PAGE = 50;

export class OlderSearches {
  /** How many are not fetched yet; undefined while that isn't known. */
  left: number | undefined;
  private oldest: JobSummary | undefined;
  /** Counts restarts, so that an answer from before the last one is dropped. */
  private restarts = 0;
  private readonly list: (query: URLSearchParams) => Promise<JobList>;

  /** `list` asks the API. */
  constructor(list: (query: URLSearchParams) => Promise<JobList>) {
    this.list = list;
  }

  /** Starts below `oldest`. `isWhole`: there are no older searches. */
  restart(oldest: JobSummary | undefined, isWhole: boolean): void {
    this.restarts += 1;
    this.oldest = oldest;
    this.left = isWhole ? 0 : undefined;
  }

  get exhausted(): boolean {
    return this.left === 0;
  }

  /** The next page; undefined after a restart in the meantime. Rejects as `list` does. */
  async next({ query }: Filter): Promise<JobSummary[] | undefined> {
    const { restarts, oldest } = this;
    if (this.exhausted || !oldest) return undefined;
    query.set('per_page', String(PAGE));
    query.set('before', oldest.job);
    const { jobs, total } = await this.list(query);
    if (restarts !== this.restarts) return undefined;
    this.left = total - jobs.length;
    this.oldest = jobs.at(-1) ?? oldest;
    return jobs;
  }
}
