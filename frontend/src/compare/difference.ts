// How much more or less than the reference: "+€120 k (+4.3 %)".

import { change } from '../i18n/format.ts';
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

export function isSame(a: number, b: number): boolean {
  return Math.abs(a - b) <= SAME * Math.max(Math.abs(a), Math.abs(b));
}
