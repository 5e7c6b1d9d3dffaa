// A linear scale of a chart's axis with round ticks.

export interface Scale {
  /** Where a value stands, px. */
  at(value: number): number;
  /** Round values within the scale, about five. */
  ticks: number[];
}

/** From the least of the values at `start` to the largest at `end`, px. */
export function scaleOf(values: readonly number[], start: number, end: number): Scale {
  const least = Math.min(...values);
  const range = Math.max(...values) - least || Math.abs(least) || 1;
  const step = roundStep(range / 5);
  const ticks: number[] = [];
  for (let at = Math.ceil(least / step); at * step <= least + range; at++) ticks.push(at * step);
  return { at: (value) => Math.round(start + ((value - least) / range) * (end - start)), ticks };
}

/** The least of 1, 2, 5, 10, … that is no less. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return ([1, 2, 5].find((step) => step * power >= least) ?? 10) * power;
}
