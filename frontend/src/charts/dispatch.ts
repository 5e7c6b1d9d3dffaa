// A plan's dispatch, as the server sends it, and what charts draw of it: the inputs and outputs of
// a node over any part of the horizon, as means over any number of steps.

import type { Horizon, Window } from './time-window.ts';

export interface Dispatch {
  step_hours: number;
  /** When the first step begins, in the site's own time. */
  start: string;
  /** Typical days in the order of the steps; null where every step was modelled. */
  days: TypicalDay[] | null;
  flows: { source: string; target: string; carrier: string; kw: number[] }[];
  /** At each step's end. */
  levels: { storage: string; carrier: string; kwh: number[] }[];
}

export interface TypicalDay {
  date: string;
  days_per_year: number;
}

/** What flows between a node and one other, kW by step. */
export interface Band {
  node: string;
  carrier: string;
  kw: readonly number[];
}

/** What a node gets and gives; drawn above and below the line, the largest first. */
export interface Balance {
  node: string;
  above: Band[];
  below: Band[];
}

export function horizonOf({ flows, days, step_hours }: Dispatch): Horizon {
  return {
    steps: flows[0]?.kw.length ?? 0,
    perDay: Math.max(1, Math.round(24 / step_hours)),
    typical: days !== null,
  };
}

/** The nodes of carriers, the one that moves most energy first. */
export function carriersOf(dispatch: Dispatch): string[] {
  const energy = new Map<string, number>();
  for (const { source, target, kw } of dispatch.flows) {
    for (const node of [source, target]) {
      if (node.startsWith('carrier:')) energy.set(node, (energy.get(node) ?? 0) + sum(kw));
    }
  }
  return [...energy].sort(([, a], [, b]) => b - a).map(([node]) => node);
}

/** At a carrier, above is what feeds it; anywhere else, above is what the node gives. */
export function balanceOf({ flows }: Dispatch, node: string): Balance {
  const into = bands(flows.filter(({ target }) => target === node).map(atSource));
  const out = bands(flows.filter(({ source }) => source === node).map(atTarget));
  return node.startsWith('carrier:')
    ? { node, above: into, below: out }
    : { node, above: out, below: into };
}

type DispatchFlow = Dispatch['flows'][number];

function atSource({ source, carrier, kw }: DispatchFlow): Band {
  return { node: source, carrier, kw };
}

function atTarget({ target, carrier, kw }: DispatchFlow): Band {
  return { node: target, carrier, kw };
}

/** Without those in which nothing ever flows. */
function bands(found: Band[]): Band[] {
  return found
    .filter(({ kw }) => kw.some((power) => power > 0))
    .sort((a, b) => sum(b.kw) - sum(a.kw));
}

function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** The values of a window as means of so many steps each; the last one of what is left. */
export function means(values: readonly number[], { from, to }: Window, grain: number): number[] {
  if (grain === 1) return values.slice(from, to);
  const found: number[] = [];
  for (let first = from - (from % grain); first < to; first += grain) {
    const last = Math.min(first + grain, values.length);
    let total = 0;
    for (let step = first; step < last; step++) total += values[step] ?? 0;
    found.push(total / (last - first));
  }
  return found;
}

/** kWh that flow in a window; over all typical days those of the year that they stand for. */
export function energyOf(
  kw: readonly number[],
  { from, to }: Window,
  { step_hours, days }: Dispatch,
): number {
  const all = from === 0 && to === kw.length;
  const perDay = days ? kw.length / days.length : 1;
  let total = 0;
  for (let step = from; step < to; step++) {
    const weight = all && days ? (days[Math.floor(step / perDay)]?.days_per_year ?? 0) : 1;
    total += (kw[step] ?? 0) * weight;
  }
  return total * step_hours;
}

/** What a node gives, or where it gives nothing, what it takes; at a carrier, what feeds it; kW. */
export function throughput({ above, below }: Balance): number[] {
  const bands = above.length > 0 ? above : below;
  const [first] = bands;
  return first ? first.kw.map((_, step) => sum(bands.map(({ kw }) => kw[step] ?? 0))) : [];
}

/** Powers from the largest down, each with the hours for which there is as much or more. */
export function durations(
  kw: readonly number[],
  { step_hours, days }: Dispatch,
): { hours: number[]; powers: number[] } {
  const perDay = days ? kw.length / days.length : 1;
  const weight = (step: number) => days?.[Math.floor(step / perDay)]?.days_per_year ?? 1;
  const steps = kw.map((power, step) => ({ power, hours: weight(step) * step_hours }));
  steps.sort((a, b) => b.power - a.power);
  let until = 0;
  const hours = steps.map((step) => {
    until += step.hours;
    return until;
  });
  const powers = steps.map(({ power }) => power);
  return { hours: [0, ...hours], powers: [powers[0] ?? 0, ...powers] };
}

/** When a step begins, in ms of the site's own time (as if that were UTC). */
export function timeOf(step: number, { start, step_hours }: Dispatch): number {
  const beginning = Date.parse(start.includes('T') ? `${start}Z` : start);
  return beginning + step * step_hours * 3_600_000;
}
