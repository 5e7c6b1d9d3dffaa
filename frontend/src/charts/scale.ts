// A linear axis: its round values, and their positions.

export interface Range {
  low: number;
  high: number;
}

export interface Scale {
  /** The position of a value, px. */
  at(value: number): number;
  /** Round values within the scale, about five. */
  ticks: number[];
}

/** Of a power of ten; with quarters where labels have as many figures as it takes. */
const FACTORS = [1, 2, 5];
export const QUARTERS = [1, 2, 2.5, 5];

/** From the least of the values at `start` to the largest at `end`, px. */
export function scaleOf(values: readonly number[], start: number, end: number): Scale {
  const low = Math.min(...values);
  const length = Math.max(...values) - low || Math.abs(low) || 1;
  const range = { low, high: low + length };
  return {
    at: (value) => Math.round(start + ((value - low) / length) * (end - start)),
    ticks: ticks(range, stepOf(range, 5)),
  };
}

/** The step between round values of which there are at most so many in a range. */
export function stepOf({ low, high }: Range, most: number, factors = FACTORS): number {
  const rough = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  return (factors.find((factor) => factor * power >= rough) ?? 10) * power;
}

/** The multiples of `step` within a range. */
export function ticks({ low, high }: Range, step: number): number[] {
  const first = Math.ceil(low / step);
  const count = Math.floor(high / step) - first + 1;
  return Array.from({ length: count }, (_, place) => (first + place) * step);
}
