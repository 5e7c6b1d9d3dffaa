// The axes of the convergence chart: round durations, and the labels of round values.

import { inCurrency, number, SUMS, unbroken } from '../i18n/format.ts';
import { t } from '../i18n/texts.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 4, 8, 12, 24].map((hours) => hours * HOUR),
];

/** 2255000 → "€2.255 M", "225.5 万欧元", where the ticks are 5,000 apart: as many figures as tell them apart. */
export function costLabel(cost: number, step: number, currency?: string): string {
  const [unit, name] = SUMS.find(([least]) => Math.abs(cost) >= least) ?? [1, ''];
  const digits = [0, 1, 2, 3, 4].find((few) => isWhole(step / unit, few)) ?? 5;
  const fixed = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return inCurrency(cost, currency, (amount) =>
    unbroken(`${number(amount / unit, fixed)} ${name}`.trim()),
  );
}

/** Whether a value has no more than so many digits after the point. */
function isWhole(value: number, digits: number): boolean {
  const scaled = value * 10 ** digits;
  return Math.abs(scaled - Math.round(scaled)) < 1e-6;
}

/** Round durations up to `length`, ms, at most so many. */
export function timeTicks(length: number, most: number): number[] {
  const step = STEPS.find((candidate) => length / candidate <= most) ?? 24 * HOUR;
  return Array.from({ length: Math.floor(length / step) + 1 }, (_, place) => place * step);
}

/** 90 min → "1.5 h"; for round ones. */
export function timeLabel(after: number): string {
  if (after === 0) return '0';
  return unbroken(inLargestUnit(after));
}

function inLargestUnit(after: number): string {
  if (after < MINUTE) return t('%(seconds)s s', { seconds: after / SECOND });
  if (after < HOUR) return t('%(minutes)s min', { minutes: tenths(after / MINUTE) });
  return t('%(hours)s h', { hours: tenths(after / HOUR) });
}

function tenths(value: number): string {
  return number(value, { maximumFractionDigits: 1 });
}
