// The steps of a dispatch that a chart shows, and how to move and zoom that window.

/** From the first step until before the last, in modelled steps. */
export interface Window {
  from: number;
  to: number;
}

/** The steps of a dispatch in time. */
export interface Horizon {
  /** How many there are. */
  steps: number;
  /** How many make a day. */
  perDay: number;
  /** Whether they are typical days instead of consecutive days. */
  typical: boolean;
}

/** The longest span, in days, that is drawn step by step; a longer one as daily means. */
const FINE_DAYS = 15;

export function whole({ steps }: Pick<Horizon, 'steps'>): Window {
  return { from: 0, to: steps };
}

export function isWhole({ from, to }: Window, { steps }: Horizon): boolean {
  return from === 0 && to === steps;
}

/** The window, moved and cut so that it lies within the horizon; typical days stay whole. */
export function fitted({ from, to }: Window, { steps, perDay, typical }: Horizon): Window {
  const grain = typical ? perDay : 1;
  const down = (step: number) => Math.floor(step / grain) * grain;
  const length = Math.min(steps, Math.max(grain, Math.ceil((to - from) / grain) * grain));
  const start = Math.max(0, Math.min(down(from), steps - length));
  return { from: start, to: start + length };
}

/** So many whole days around the middle of what is shown now; the first ones of the whole. */
export function span(days: number, now: Window, horizon: Horizon): Window {
  const { perDay } = horizon;
  const middle = isWhole(now, horizon) ? 0 : (now.from + now.to) / 2;
  const first = Math.max(0, Math.floor(middle / perDay - days / 2 + 0.5)) * perDay;
  return fitted({ from: first, to: first + days * perDay }, horizon);
}

/** The next window of the same length, or the one before. */
export function moved(now: Window, by: 1 | -1, horizon: Horizon): Window {
  const step = (now.to - now.from) * by;
  return fitted({ from: now.from + step, to: now.to + step }, horizon);
}

/** A window half or twice as long around the same middle. */
export function zoomed(now: Window, way: 'in' | 'out', horizon: Horizon): Window {
  const length = now.to - now.from;
  const wanted = way === 'in' ? Math.max(4, Math.round(length / 2)) : length * 2;
  const from = Math.round((now.from + now.to - wanted) / 2);
  return fitted({ from, to: from + wanted }, horizon);
}

/** The steps that each drawn value represents. */
export function grain({ from, to }: Window, { perDay, typical }: Horizon): number {
  return !typical && to - from > FINE_DAYS * perDay ? perDay : 1;
}

/** "168-336", as it stands in an address. */
export function writeWindow({ from, to }: Window): string {
  return `${from}-${to}`;
}

export function readWindow(text: string | null): Window | undefined {
  const [, from, to] = /^(\d{1,7})-(\d{1,7})$/.exec(text ?? '') ?? [];
  const window = { from: Number(from), to: Number(to) };
  return window.from < window.to ? window : undefined;
}
