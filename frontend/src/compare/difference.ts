// How much more or less than the reference: "+€120 k (+4.3 %)".

import { number, PERCENT } from '../i18n/format.ts';
import { t } from '../i18n/texts.ts';

/** Relative; smaller differences are rounding errors. */
const SAME = 1e-6;

/** `write`: formats an amount. */
export function difference(
  value: number,
  reference: number,
  write: (amount: number) => string,
): string {
  if (isSame(value, reference)) return t('the same');
  const by = value - reference;
  const share = reference === 0 ? '' : ` (${change(by / Math.abs(reference))})`;
  return `${by > 0 ? '+' : '−'}${write(Math.abs(by))}${share}`;
}

/** A relative change → "+4.3 %", "−12 %". */
function change(relative: number): string {
  return `${number(relative * 100, { maximumSignificantDigits: 3, signDisplay: 'exceptZero' })}${PERCENT}`;
}

export function isSame(a: number, b: number): boolean {
  return Math.abs(a - b) <= SAME * Math.max(Math.abs(a), Math.abs(b));
}
