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
  private begun = 0;
  private readonly list: (query: URLSearchParams) => Promise<JobList>;

  /** `list` asks the API. */
  constructor(list: (query: URLSearchParams) => Promise<JobList>) {
    this.list = list;
  }

  /** The next page is that of the searches older than `oldest`; with `whole`, there are none. */
  begin(oldest: JobSummary | undefined, whole: boolean): void {
    this.begun += 1;
    this.oldest = oldest;
    this.left = whole ? 0 : undefined;
  }

  get exhausted(): boolean {
    return this.left === 0;
  }

  /** The next page; undefined if it isn't wanted any more when it comes. Rejects as `list` does. */
  async next({ query }: Filter): Promise<JobSummary[] | undefined> {
    const { begun, oldest } = this;
    if (this.exhausted || !oldest) return undefined;
    query.set('per_page', String(PAGE));
    query.set('before', oldest.job);
    const { jobs, total } = await this.list(query);
    if (begun !== this.begun) return undefined;
    this.left = total - jobs.length;
    this.oldest = jobs.at(-1) ?? oldest;
    return jobs;
  }
}
