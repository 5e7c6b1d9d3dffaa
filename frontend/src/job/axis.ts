// The chart's axes: round values.

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 4, 8, 12, 24].map((hours) => hours * HOUR),
];

export interface Range {
  low: number;
  high: number;
}

/** The step between round values of which there are at most so many in a range. */
export function stepOf({ low, high }: Range, most: number): number {
  const rough = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  return ([1, 2, 2.5, 5].find((factor) => factor * power >= rough) ?? 10) * power;
}

/** The multiples of `step` within a range. */
export function ticks({ low, high }: Range, step: number): number[] {
  const first = Math.ceil(low / step);
  const count = Math.floor(high / step) - first + 1;
  return Array.from({ length: count }, (_, place) => (first + place) * step);
}

/** Round durations up to `length`, ms, at most so many. */
export function timeTicks(length: number, most: number): number[] {
  const step = STEPS.find((candidate) => length / candidate <= most) ?? 24 * HOUR;
  return Array.from({ length: Math.floor(length / step) + 1 }, (_, place) => place * step);
}
