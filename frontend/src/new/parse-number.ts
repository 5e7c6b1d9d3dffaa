// Parses typed numbers. A comma may separate thousands or decimals, so it is refused, not guessed.

import { t } from '../i18n/texts.ts';

export type ParsedNumber = { value: number | null } | { wrong: string };

/** "1 250.5" → 1250.5; empty → null; anything else is an error. */
export function parseNumber(text: string): ParsedNumber {
  const plain = text.replace(/[\s'’_]/g, '').replace('−', '-');
  if (plain === '') return { value: null };
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return { value: Number(plain) };
  return {
    wrong: plain.includes(',')
      ? t('should be a number without a comma, such as 1250.5')
      : t('should be a number, such as 1250.5'),
  };
}

/** 0.07 × 100 → "7", not "7.000000000000001". */
export function writeNumber(value: number): string {
  return String(Number(value.toPrecision(12)));
}
