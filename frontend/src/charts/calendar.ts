// Dates and hours of a dispatch, in the local time of the site wherever the reader is: they are
// parsed and shown as if they were UTC.

import { LOCALE } from '../i18n/format.ts';
import { t } from '../i18n/texts.ts';

function formatter(options: Intl.DateTimeFormatOptions): (at: number) => string {
  const format = new Intl.DateTimeFormat(LOCALE, { ...options, timeZone: 'UTC' });
  return (at) => format.format(at);
}

/** "Jan" */
export const month = formatter({ month: 'short' });
/** "9 Jan" */
export const dayAndMonth = formatter({ day: 'numeric', month: 'short' });
/** "Mon, 9 Jan 2023" */
export const day = formatter({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
/** "Mon, 9 Jan, 14:00" */
export const dayAndHour = formatter({
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});
/** "14:00" */
export const hour = formatter({ hour: '2-digit', minute: '2-digit' });

/** "Mon, 9 Jan 2023, 14:00": a day, and so many hours after its beginning. */
export function hourOfDay(date: number, hours: number): string {
  return t('%(day)s, %(hour)s', { day: day(date), hour: hour(hours * 3_600_000) });
}

const DATE = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeZone: 'UTC' });

/** "2023-01-09" → "9 Jan 2023"; other texts stay as they are. */
export function dateOf(text: string): string {
  const at = Date.parse(text);
  return Number.isNaN(at) ? text : DATE.format(at);
}

/** From a day until another, both included: "9–15 Jan 2023". */
export function days(first: number, last: number): string {
  return DATE.formatRange(first, last);
}
