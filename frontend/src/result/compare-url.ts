// The address of a comparison: it names the compared plans, the reference first, so that every
// comparison can be linked to.

export interface PlanRef {
  job: string;
  /** The index of a plan, from 0, as in the HTTP interface. */
  plan: number;
}

/** More don't fit side by side. */
export const MOST = 6;

const NAME = 'with';
const NODE = 'node';

/** The plans in an address, without duplicates; there may be more than can be compared. */
export function readPlans(query: string): PlanRef[] {
  const written = new URLSearchParams(query).getAll(NAME).filter((one) => one !== '');
  const picks = written.map(readPlan);
  return picks.filter((pick, place) => indexOf(picks, pick) === place);
}

export function readNode(query: string): string | undefined {
  return new URLSearchParams(query).get(NODE) ?? undefined;
}

/** The page that compares these plans, and shows the load of this node. */
export function compareUrl(picks: readonly PlanRef[], node?: string): string {
  const query = new URLSearchParams(picks.map((pick) => [NAME, writePlan(pick)]));
  if (node !== undefined) query.set(NODE, node);
  return query.size > 0 ? `/compare?${query}` : '/compare';
}

export function indexOf(picks: readonly PlanRef[], { job, plan }: PlanRef): number {
  return picks.findIndex((pick) => pick.job === job && pick.plan === plan);
}

/** "<job>.<plan>", or the job alone for its best plan. */
function readPlan(written: string): PlanRef {
  const [, job = written, plan = '0'] = /^(.+)\.(\d{1,4})$/.exec(written) ?? [];
  return { job, plan: Number(plan) };
}

function writePlan({ job, plan }: PlanRef): string {
  return `${job}.${plan}`;
}
