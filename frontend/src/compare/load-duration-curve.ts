// The load-duration curve of a plan's node: the hours of a year for which its power is at least a
// given value.

import { balanceOf, type Dispatch, durations, throughput } from '../charts/dispatch.ts';
import type { GraphNode } from '../diagram/graph.ts';

/** Every horizon is scaled to a year. */
export const HOURS_A_YEAR = 8760;
/** Relative to the highest power: less is the solver's rounding. */
const NOTHING = 1e-4;

export interface Curve {
  /** The hour of the year up to which each power is reached; rising to 8760. */
  hours: readonly number[];
  /** kW, descending. */
  powers: readonly number[];
}

/** For a device, its main output. Undefined if nothing ever flows at the node. */
export function curveOf(dispatch: Dispatch, { id, kind, carrier }: GraphNode): Curve | undefined {
  const balance = balanceOf(dispatch, id);
  const main = balance.above.filter((band) => band.carrier === carrier);
  const above = kind === 'device' && main.length > 0 ? main : balance.above;
  const kw = throughput({ ...balance, above });
  if (kw.length === 0) return undefined;
  const { hours, powers } = durations(kw, dispatch);
  const scale = HOURS_A_YEAR / (hours.at(-1) || HOURS_A_YEAR);
  return { hours: hours.map((hour) => hour * scale), powers };
}

export function highest({ powers }: Curve): number {
  return powers[0] ?? 0;
}

/** kWh a year. */
export function energyUnder({ hours, powers }: Curve): number {
  return powers.reduce(
    (sum, power, at) => sum + power * ((hours[at] ?? 0) - (hours[at - 1] ?? 0)),
    0,
  );
}

/** Hours a year with any power. */
export function hoursInUse(curve: Curve): number {
  const least = NOTHING * highest(curve);
  const last = curve.powers.findLastIndex((power) => power > least);
  return curve.hours[last] ?? 0;
}

/** The power at `count` hours spread evenly over the year: enough for a drawing. */
export function sampled({ hours, powers }: Curve, count: number): number[] {
  let at = 0;
  return Array.from({ length: count }, (_, sample) => {
    const hour = ((sample + 0.5) / count) * HOURS_A_YEAR;
    while (at < hours.length - 1 && (hours[at] ?? 0) < hour) at += 1;
    return powers[at] ?? 0;
  });
}
