// Which plans are compared, the reference first: all of it stands in the address, so that any
// comparison can be linked. Whoever leads to the page writes its address with this.

export interface Pick {
  job: string;
  /** A plan's place, from 0, as everywhere in the HTTP interface. */
  plan: number;
}

/** More don't fit beside each other. */
export const MOST = 6;

const NAME = 'with';
const NODE = 'node';

/** All that an address names, each once; it may name more than can be compared. */
export function readPicks(query: string): Pick[] {
  const written = new URLSearchParams(query).getAll(NAME).filter((one) => one !== '');
  const picks = written.map(readPick);
  return picks.filter((pick, place) => indexOf(picks, pick) === place);
}

export function readNode(query: string): string | undefined {
  return new URLSearchParams(query).get(NODE) ?? undefined;
}

/** The page on which these are compared, with how this node is run. */
export function compareUrl(picks: readonly Pick[], node?: string): string {
  const query = new URLSearchParams(picks.map((pick) => [NAME, writePick(pick)]));
  if (node !== undefined) query.set(NODE, node);
  return query.size > 0 ? `/compare?${query}` : '/compare';
}

export function indexOf(picks: readonly Pick[], { job, plan }: Pick): number {
  return picks.findIndex((pick) => pick.job === job && pick.plan === plan);
}

/** "<job>.<plan>", or the job alone for its best plan. */
function readPick(written: string): Pick {
  const [, job = written, plan = '0'] = /^(.+)\.(\d{1,4})$/.exec(written) ?? [];
  return { job, plan: Number(plan) };
}

function writePick({ job, plan }: Pick): string {
  return `${job}.${plan}`;
}
