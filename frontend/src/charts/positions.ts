// The x positions of a dispatch's steps: in time, or, for typical days, day beside day with gaps
// between them, since they don't follow each other.

import { day, dayAndHour, hourOfDay } from './calendar.ts';
import { type Dispatch, horizonOf, means, timeOf } from './dispatch.ts';
import { grain, type Window } from './time-window.ts';

/** Between typical days, in hours. */
const GAP = 3;

export type Placed = (number | null)[];

export interface Positions {
  /** Seconds in time; hours from the left for typical days. */
  x: number[];
  /** A series' values in the window at these positions, each held until the next. */
  place(values: readonly number[]): Placed;
  /** The time at a position, in words. */
  when(index: number): string;
  /** Steps from which on and until which a range of x reaches. */
  stepsBetween(from: number, to: number): Window;
  /** Typical days in view: where each begins, and which one it is. */
  blocks: { x: number; day: number }[];
}

export function positionsOf(dispatch: Dispatch, window: Window): Positions {
  return dispatch.days ? ofTypicalDays(dispatch, window) : inTime(dispatch, window);
}

function inTime(dispatch: Dispatch, window: Window): Positions {
  const size = grain(window, horizonOf(dispatch));
  const first = window.from - (window.from % size);
  const steps: number[] = [];
  for (let step = first; step < window.to; step += size) steps.push(step);
  const second = (step: number) => timeOf(step, dispatch) / 1000;
  return {
    x: [...steps, window.to].map(second),
    place(values) {
      const drawn = means(values, window, size);
      return [...drawn, drawn.at(-1) ?? null];
    },
    when(index) {
      const at = timeOf(steps[Math.min(index, steps.length - 1)] ?? first, dispatch);
      return size > 1 ? day(at) : dayAndHour(at);
    },
    stepsBetween(from, to) {
      const beginning = second(0);
      const seconds = dispatch.step_hours * 3600;
      return {
        from: Math.floor((from - beginning) / seconds),
        to: Math.ceil((to - beginning) / seconds),
      };
    },
    blocks: [],
  };
}

function ofTypicalDays(dispatch: Dispatch, { from, to }: Window): Positions {
  const { perDay } = horizonOf(dispatch);
  const days: number[] = [];
  for (let step = from; step < to; step += perDay) days.push(Math.floor(step / perDay));
  const width = perDay * dispatch.step_hours + GAP;
  const places = [...Array(perDay + 1).keys()];
  // Each block: its steps, the end of the last one, and a break.
  const stride = perDay + 2;
  return {
    x: days.flatMap((_, block) => [
      ...places.map((place) => block * width + place * dispatch.step_hours),
      (block + 1) * width - GAP / 2,
    ]),
    place: (values) =>
      days.flatMap((number) => {
        const drawn = values.slice(number * perDay, (number + 1) * perDay);
        return [...drawn, drawn.at(-1) ?? null, null];
      }),
    when(index) {
      const date = Date.parse(dispatch.days?.[days[Math.floor(index / stride)] ?? 0]?.date ?? '');
      const step = Math.min(index % stride, perDay - 1);
      return hourOfDay(date, step * dispatch.step_hours);
    },
    stepsBetween: (left, right) => ({
      from: from + Math.floor(left / width) * perDay,
      to: from + (Math.floor(right / width) + 1) * perDay,
    }),
    blocks: days.map((number, block) => ({ x: block * width, day: number })),
  };
}
