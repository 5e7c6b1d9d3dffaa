// What charts draw of a plan's dispatch: the inputs and outputs of a node over any part of the
// horizon, as means over any number of steps.

import type { Dispatch, DispatchFlow } from '../schema/generated.ts';
import type { Horizon, Window } from './time-window.ts';

export type { Dispatch };

/** The flow between a node and another one, kW by step. */
export interface Band {
  node: string;
  carrier: string;
  kw: readonly number[];
}

/** The inputs and outputs of a node, drawn above and below zero, largest first. */
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

/** The nodes of carriers, by energy, largest first. */
export function carriersOf(dispatch: Dispatch): string[] {
  const energy = new Map<string, number>();
  for (const { source, target, kw } of dispatch.flows) {
    for (const node of [source, target]) {
      if (node.startsWith('carrier:')) energy.set(node, (energy.get(node) ?? 0) + sum(kw));
    }
  }
  return [...energy].sort(([, a], [, b]) => b - a).map(([node]) => node);
}

/** For a carrier, its inputs are above; for any other node, its outputs. */
export function balanceOf({ flows }: Dispatch, node: string): Balance {
  const into = bands(flows.filter(({ target }) => target === node).map(atSource));
  const out = bands(flows.filter(({ source }) => source === node).map(atTarget));
  return node.startsWith('carrier:')
    ? { node, above: into, below: out }
    : { node, above: out, below: into };
}

function atSource({ source, carrier, kw }: DispatchFlow): Band {
  return { node: source, carrier, kw };
}

function atTarget({ target, carrier, kw }: DispatchFlow): Band {
  return { node: target, carrier, kw };
}

/** Without bands that are always zero. */
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

/** The means of the values in a window over `grain` steps each; the last one over the remainder. */
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

/** The energy in a window, kWh; over all typical days, that of the year. */
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

/** The output of a node, or its input if it has none; for a carrier, its input; kW. */
export function throughput({ above, below }: Balance): number[] {
  const bands = above.length > 0 ? above : below;
  const [first] = bands;
  return first ? first.kw.map((_, step) => sum(bands.map(({ kw }) => kw[step] ?? 0))) : [];
}

/** Powers, descending, each with the hours with at least that power. */
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

/** The start of a step, in ms of the site's own time (as if that were UTC). */
export function timeOf(step: number, { start, step_hours }: Dispatch): number {
  const beginning = Date.parse(start.includes('T') ? `${start}Z` : start);
  return beginning + step * step_hours * 3_600_000;
}
