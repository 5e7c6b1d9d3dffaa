// Quantities in the language of the page, rounded for reading; `exact…` are for a closer look.

import { language, t } from './texts.ts';

type Steps = readonly (readonly [number, string])[];

/** For Intl. English dates and figures are European here: the day comes before the month. */
export const LOCALE = language === 'en' ? 'en-GB' : language;
const SPACE = '\u00a0';
export const PERCENT = language === 'en' ? `${SPACE}%` : '%';

const IS_CHINESE = language.startsWith('zh');

/** The units of large sums, largest first: Chinese counts in ten thousands. */
export const SUMS: Steps = IS_CHINESE
  ? [
      [1e8, '亿'],
      [1e4, '万'],
    ]
  : [
      [1e9, 'bn'],
      [1e6, 'M'],
      [1e3, 'k'],
    ];

const WHOLE = [1, ''] as const;

export function number(value: number, options: Intl.NumberFormatOptions = {}): string {
  return new Intl.NumberFormat(LOCALE, options).format(value).replace('-', '−');
}

/** Smaller values are shown as zero. */
const TINIEST = 1e-6;

/**
 * Three figures, or more where there are more before the point; always as many, to stay in line. Below
 * 1 they are those after the point, unless there would be nothing to see: 0.00123.
 */
function three(value: number): string {
  const amount = Math.abs(value);
  const seen = amount >= 1 || (amount >= TINIEST && amount < 0.01);
  const whole = seen ? Math.floor(Math.log10(amount)) + 1 : 1;
  const digits = value === 0 ? 0 : Math.max(0, 3 - whole);
  return number(value, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function scaled(value: number, steps: Steps): string {
  // A hair under the next step would be rounded up to 1000 of this one.
  const size = Math.abs(value) * 1.0005;
  const [step, unit] = steps.find(([least]) => size >= least) ?? steps.at(-1) ?? WHOLE;
  return `${three(value / step)}${SPACE}${unit}`.trim();
}

/** 1243817 → "€1.24 M", "124 万欧元". */
export function money(value: number, currency?: string): string {
  return inCurrency(value, currency, (amount) => scaled(amount, [...SUMS, WHOLE]));
}

/** 1243817 → "€1,243,817", "1,243,817 欧元". */
export function exactMoney(value: number, currency?: string): string {
  return inCurrency(value, currency, (amount) => number(amount, { maximumFractionDigits: 0 }));
}

/** An amount with its currency: English has the symbol before it, Chinese the name after it. */
export function inCurrency(
  value: number,
  currency = 'EUR',
  write: (amount: number) => string,
): string {
  const sign = value < 0 ? '−' : '';
  const amount = write(Math.abs(value));
  if (!IS_CHINESE) return `${sign}${symbol(currency)}${amount}`;
  const space = /\d$/.test(amount) ? SPACE : '';
  return `${sign}${amount}${space}${currencyName(currency)}`;
}

/** For units, such as "EUR/kWh", "欧元/kWh": English uses the code. */
export function currencyName(currency: string): string {
  if (!IS_CHINESE) return currency;
  return new Intl.DisplayNames(LOCALE, { type: 'currency' }).of(currency) ?? currency;
}

/** 1243817 → "€1.24 M / year". */
export function perYear(value: number, currency?: string): string {
  return t('%(money)s / year', { money: money(value, currency) });
}

/** 1243817 → "€1,243,817 per year". */
export function exactPerYear(value: number, currency?: string): string {
  return t('%(money)s per year', { money: exactMoney(value, currency) });
}

/** "EUR" → "€"; "CHF" → "CHF " with a space that doesn't break. */
function symbol(currency: string): string {
  const parts = new Intl.NumberFormat(LOCALE, { style: 'currency', currency }).formatToParts(0);
  const found = parts.find(({ type }) => type === 'currency')?.value ?? currency;
  return /\p{L}$/u.test(found) ? `${found}${SPACE}` : found;
}

/** Energy in kWh → "12.3 GWh". */
export function energy(kwh: number): string {
  return scaled(kwh, [
    [1e9, 'TWh'],
    [1e6, 'GWh'],
    [1e3, 'MWh'],
    [1, 'kWh'],
  ]);
}

/** Mass in kg → "2,310 t". */
export function mass(kg: number): string {
  return Math.abs(kg) < 1000 ? `${three(kg)}${SPACE}kg` : `${three(kg / 1000)}${SPACE}t`;
}

/** A device's size in its own unit → "1,250 kW". */
export function size(value: number, unit: string): string {
  return `${three(value)}${SPACE}${unit}`;
}

/** A relative gap → "1.2 %". Never says zero of what is not, and never promises more than it is. */
export function gap(relative: number): string {
  const percent = relative * 100;
  if (percent <= 0) return `0${PERCENT}`;
  if (percent < 0.01) return `<${SPACE}0.01${PERCENT}`;
  const digits = percent < 1 ? 2 : percent < 10 ? 1 : 0;
  const up = Math.ceil(percent * 10 ** digits - 1e-9) / 10 ** digits;
  return `${number(up)}${PERCENT}`;
}

/** The bar's place → "43 %". Full only when it is. With a plain space: it goes into titles, too. */
export function percent(current: number, total: number): string {
  const whole = total > 0 ? Math.floor((current / total) * 100) : 0;
  return `${whole}${PERCENT}`.replace(SPACE, ' ');
}

/** Milliseconds → "42 s", "3 min 07 s", "2 h 05 min". */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const minutes = Math.floor(seconds / 60);
  if (minutes === 0) return unbroken(t('%(seconds)s s', { seconds }));
  if (minutes < 60) {
    return unbroken(t('%(minutes)s min %(seconds)s s', { minutes, seconds: two(seconds % 60) }));
  }
  const hours = Math.floor(minutes / 60);
  return unbroken(t('%(hours)s h %(minutes)s min', { hours, minutes: two(minutes % 60) }));
}

/** A remaining time, `low` to `high` seconds, as coarse as estimates are → "about 2 min", "2 to 6 min". */
export function estimate(low: number, high = low): string {
  if (high < 5) return t('a few seconds');
  if (high < 55) {
    const [from, to] = [fives(low), fives(high)];
    if (from === to) return about(t('about %(seconds)s s', { seconds: to }));
    return about(t('%(low)s to %(high)s s', { low: from, high: to }));
  }
  if (high < 3570) {
    const [from, to] = [minutes(low), minutes(high)];
    if (from === to) return about(t('about %(minutes)s min', { minutes: to }));
    return about(t('%(low)s to %(high)s min', { low: from, high: to }));
  }
  const [from, to] = [tenths(low / 3600), tenths(high / 3600)];
  if (from === to) return about(t('about %(hours)s h', { hours: to }));
  return about(t('%(low)s to %(high)s h', { low: from, high: to }));
}

function fives(seconds: number): number {
  return Math.ceil(seconds / 5) * 5;
}

function minutes(seconds: number): number {
  return Math.max(1, Math.round(seconds / 60));
}

function tenths(value: number): string {
  return number(value, { maximumFractionDigits: 1 });
}

/** So long ago, ms, as coarse as people say it → "3 minutes ago". */
export function ago(milliseconds: number): string {
  const minutes = Math.max(0, Math.floor(milliseconds / 60_000));
  const format = new Intl.RelativeTimeFormat(LOCALE, { numeric: 'auto' });
  if (minutes === 0) return format.format(0, 'second');
  if (minutes < 60) return format.format(-minutes, 'minute');
  if (minutes < 24 * 60) return format.format(-Math.floor(minutes / 60), 'hour');
  return format.format(-Math.floor(minutes / 60 / 24), 'day');
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** On one line, as figures and their units are to stay. */
export function unbroken(text: string): string {
  return text.replaceAll(' ', SPACE);
}

/** As `unbroken`, but a line may end before the figure. */
function about(text: string): string {
  return text.replace(/ (?=\D*$)/, SPACE);
}

const DATE_AND_TIME = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'short' });
const TIME = new Intl.DateTimeFormat(LOCALE, { timeStyle: 'medium' });

/** UTC milliseconds → "23 Nov 2026, 09:12", in the reader's own time zone. */
export function dateAndTime(at: number): string {
  return DATE_AND_TIME.format(at);
}

/** UTC milliseconds → "09:12:31", in the reader's own time zone. */
export function timeOfDay(at: number): string {
  return TIME.format(at);
}

/** ["a", "b", "c"] → "a, b and c". */
export function list(items: readonly string[]): string {
  return new Intl.ListFormat(LOCALE, { type: 'conjunction' }).format(items);
}

/** ["Proven.", "Not proven."] → "Proven. Not proven.", in Chinese without the space. */
export function sentences(texts: readonly string[]): string {
  return new Intl.ListFormat(LOCALE, { type: 'unit', style: 'narrow' }).format(texts);
}

/**
 * A stated figure, as exactly as anyone states one → "0.00561", "0.0655 EUR/kWh". With a plain
 * space: such units are long, and may stand in a line of their own.
 */
export function figure(value: number, unit = ''): string {
  const text = number(value, { maximumSignificantDigits: 5 }).replace('-', '−');
  return `${text} ${unit}`.trim();
}
