// Fetches how a search converged before the page was opened, and while events were missed.

import { get } from '../api/calls.ts';
import { jobApi } from '../api/urls.ts';
import type { Convergence as Sent } from '../schema/generated.ts';
import type { Convergence } from './convergence.ts';

/** Adds the history to `convergence`; without an answer it stays as it is. */
export async function fetchHistory(job: string, convergence: Convergence): Promise<void> {
  const url = `${jobApi(job)}/convergence`;
  const answer = await get<Sent>(url).catch(() => undefined);
  if (answer) convergence.takeHistory(answer.points);
}
