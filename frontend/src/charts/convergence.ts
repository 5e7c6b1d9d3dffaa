// The incumbent's cost and the lower bound over time. The history is fetched once, and again after
// events were missed; live figures continue it.

import type { JobState } from '../api/types.ts';
import type { Point } from '../schema/generated.ts';
import type { Range } from './scale.ts';

export type { Point };

/** Comparable points: the incumbent never rises, the bound never falls. */
export interface Stretch {
  basis: Point['basis'];
  points: Point[];
}

/** Time is divided into so many spans; each keeps the last point of each basis. */
const SPANS = 500;

/** Just above the solver's rounding, relative. */
const ROUNDING = 1e-6;

export class Convergence {
  private points: Point[] = [];

  /** Returns whether the state has new figures. */
  take({ at, basis, incumbent, bound }: JobState): boolean {
    const point = { at, basis: basis ?? null, incumbent: incumbent ?? null, bound: bound ?? null };
    const last = this.points.at(-1);
    if (point.incumbent === null && point.bound === null) return false;
    if (last && (at < last.at || says(last) === says(point))) return false;
    this.points.push(point);
    // Thinned now and then, before there are more than can be told apart.
    if (this.points.length > 2 * SPANS) this.points = thinned(this.points);
    return true;
  }

  /** Takes the server's history; only newer live points are kept. */
  takeHistory(points: readonly Point[]): void {
    const newest = points.at(-1)?.at ?? -Infinity;
    this.points = [...points, ...this.points.filter(({ at }) => at > newest)];
  }

  get stretches(): Stretch[] {
    const found: Stretch[] = [];
    for (const point of this.points) {
      const stretch = found.at(-1);
      const before = stretch?.points.at(-1);
      if (stretch && before && goesOn(before, point)) {
        stretch.basis ??= point.basis;
        stretch.points.push(point);
      } else {
        found.push({ basis: point.basis, points: [point] });
      }
    }
    return found;
  }
}

/** Keeps the last of many points in a short time, as the server does. */
function thinned(points: readonly Point[]): Point[] {
  const began = points[0]?.at ?? 0;
  const span = Math.max(1, ((points.at(-1)?.at ?? 0) - began) / SPANS);
  const last = new Map<string, Point>();
  for (const point of points)
    last.set(`${Math.floor((point.at - began) / span)} ${point.basis}`, point);
  return [...last.values()];
}

function says({ basis, incumbent, bound }: Point): string {
  return JSON.stringify([basis, incumbent, bound]);
}

/** Costs start over on another basis; where that isn't known, they have become worse. */
function goesOn(before: Point, next: Point): boolean {
  if (before.basis && next.basis) return before.basis === next.basis;
  const worse = (was: number | null, is: number | null, sign: number) =>
    was !== null && (is === null || (is - was) * sign > ROUNDING * Math.abs(was));
  return !worse(before.incumbent, next.incumbent, 1) && !worse(before.bound, next.bound, -1);
}

/** Values farther from the best plan than this share of its cost are drawn at the edge. */
const FAR = 0.5;

/** The range of the cost axis: of all costs near enough to the best plan. */
export function costRange(stretches: readonly Stretch[]): Range {
  const points = stretches.flatMap((stretch) => stretch.points);
  const known = points.flatMap(({ incumbent, bound }) => [incumbent, bound]).filter(isKnown);
  const best = points.map(({ incumbent }) => incumbent).findLast(isKnown) ?? known.at(-1) ?? 0;
  const near = known.filter((cost) => Math.abs(cost - best) <= FAR * Math.abs(best));
  const low = Math.min(best, ...near);
  const high = Math.max(best, ...near);
  // Equal costs need a range, too.
  const room = Math.max((high - low) * 0.08, Math.abs(best) * 5e-4, 1e-9);
  return { low: low - room, high: high + room };
}

export function isKnown(value: number | null): value is number {
  return value !== null;
}
