// The compared searches with their results and requirements, fetched once each. A sample's
// requirement is large, and shared by all searches of that sample.

import { get, Refusal } from '../api/calls.ts';
import type { JobSummary } from '../api/types.ts';
import { jobApi } from '../api/urls.ts';
import { translateTitle } from '../i18n/texts.ts';
import { type SearchResult, translated } from '../result/plan.ts';

/** As it was submitted: `algorithm/requirement/schema.py` says what may stand in it. */
export type Requirement = Readonly<Record<string, unknown>>;

export type Fetched =
  | { job: JobSummary; result: SearchResult; requirement: Requirement | undefined }
  | { job: JobSummary; result?: undefined; requirement?: undefined }
  | { refusal: Refusal };

export class ResultCache {
  private readonly jobs = new Map<string, Promise<Fetched>>();
  private readonly requirements = new Map<string, Promise<Requirement | undefined>>();

  of(job: string): Promise<Fetched> {
    const fetching = this.jobs.get(job) ?? this.fetch(job);
    this.jobs.set(job, fetching);
    return fetching;
  }

  /** The search may have ended meanwhile, or the server may be back. */
  forget(job: string): void {
    this.jobs.delete(job);
  }

  private async fetch(id: string): Promise<Fetched> {
    try {
      const found = await get<JobSummary>(jobApi(id));
      const job = { ...found, title: translateTitle(found.title) };
      if (!job.result_url) return { job };
      const [result, requirement] = await Promise.all([
        get<SearchResult>(job.result_url).then(translated),
        this.requirementOf(job),
      ]);
      return { job, result, requirement };
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      return { refusal };
    }
  }

  private requirementOf({ job, sample }: JobSummary): Promise<Requirement | undefined> {
    const key = sample ? `sample ${sample}` : job;
    const fetching =
      this.requirements.get(key) ??
      // The plans can be compared without it.
      (sample ? requirementOfSample(sample) : requirementOfJob(job)).catch(() => undefined);
    this.requirements.set(key, fetching);
    return fetching;
  }
}

function requirementOfSample(sample: string): Promise<Requirement> {
  return get<Requirement>(`/api/v1/samples/${encodeURIComponent(sample)}`);
}

async function requirementOfJob(job: string): Promise<Requirement> {
  return (await get<{ requirement: Requirement }>(`${jobApi(job)}/submission`)).requirement;
}
