// Quantities as people read them. Rounded for the eye; `exact` is for where one looks closer.

const LOCALE = 'en-GB';
const SPACE = '\u00a0';

function number(value: number, options: Intl.NumberFormatOptions = {}): string {
  return new Intl.NumberFormat(LOCALE, options).format(value);
}

/** Three figures, or more where there are more before the point; always as many, to stay in line. */
function three(value: number): string {
  const whole = Math.abs(value) >= 1 ? Math.floor(Math.log10(Math.abs(value))) + 1 : 1;
  const digits = value === 0 ? 0 : Math.max(0, 3 - whole);
  return number(value, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function scaled(value: number, steps: readonly (readonly [number, string])[]): string {
  // A hair under the next step would be rounded up to 1000 of this one.
  const size = Math.abs(value) * 1.0005;
  const [step, unit] = steps.find(([least]) => size >= least) ?? steps.at(-1) ?? [1, ''];
  return `${three(value / step)}${SPACE}${unit}`.trim();
}

/** 1243817 → "€1.24 M". */
export function money(value: number, currency = 'EUR'): string {
  const amount = scaled(Math.abs(value), [
    [1e9, 'bn'],
    [1e6, 'M'],
    [1e3, 'k'],
    [1, ''],
  ]);
  return `${value < 0 ? '−' : ''}${symbol(currency)}${amount}`;
}

/** 1243817 → "€1,243,817". */
export function exactMoney(value: number, currency = 'EUR'): string {
  const text = number(value, { style: 'currency', currency, maximumFractionDigits: 0 });
  return text.replace('-', '−');
}

/** "EUR" → "€"; "CHF" → "CHF " with a space that doesn't break. */
function symbol(currency: string): string {
  const parts = new Intl.NumberFormat(LOCALE, { style: 'currency', currency }).formatToParts(0);
  const found = parts.find(({ type }) => type === 'currency')?.value ?? currency;
  return found.length > 2 ? `${found}${SPACE}` : found;
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
  if (percent <= 0) return `0${SPACE}%`;
  if (percent < 0.01) return `<${SPACE}0.01${SPACE}%`;
  const digits = percent < 1 ? 2 : percent < 10 ? 1 : 0;
  const up = Math.ceil(percent * 10 ** digits - 1e-9) / 10 ** digits;
  return `${number(up)}${SPACE}%`;
}

/** The bar's place → "43 %". Full only when it is. With a plain space: it goes into titles, too. */
export function percent(current: number, total: number): string {
  return `${total > 0 ? Math.floor((current / total) * 100) : 0} %`;
}

/** Milliseconds → "42 s", "3 min 07 s", "2 h 05 min". */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const minutes = Math.floor(seconds / 60);
  if (minutes === 0) return `${seconds}${SPACE}s`;
  if (minutes < 60) return `${minutes}${SPACE}min ${two(seconds % 60)}${SPACE}s`;
  return `${Math.floor(minutes / 60)}${SPACE}h ${two(minutes % 60)}${SPACE}min`;
}

/** An estimate in seconds, as coarse as estimates are → "about 2 min". */
export function estimate(seconds: number): string {
  if (seconds < 5) return 'a few seconds';
  if (seconds < 55) return `about ${Math.ceil(seconds / 5) * 5}${SPACE}s`;
  if (seconds < 3570) return `about ${Math.round(seconds / 60)}${SPACE}min`;
  return `about ${number(seconds / 3600, { maximumFractionDigits: 1 })}${SPACE}h`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
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

/**
 * What somebody stated, as closely as they are likely to have → "0.0655 EUR/kWh". With a plain space:
 * such units are long, and may stand in a line of their own.
 */
export function figure(value: number, unit = ''): string {
  const text = number(value, { maximumSignificantDigits: 5 }).replace('-', '−');
  return `${text} ${unit}`.trim();
}

/** A relative change → "+4.3 %", "−12 %". */
export function change(relative: number): string {
  const options = { maximumSignificantDigits: 3, signDisplay: 'exceptZero' } as const;
  return `${number(relative * 100, options).replace('-', '−')}${SPACE}%`;
}
