// The browser's side of delivery, played from outside over lines of JSON: each line of standard
// input is a command, `[name, ...arguments]`, and is answered by a line with all that it led to.
// Whoever plays it is the server, the network and the clock; tests/delivery/test_recovery.py does.

import { createInterface } from 'node:readline';
import { setImmediate } from 'node:timers/promises';
import type { Envelope, JobState, JobSummary } from '../src/api/types.ts';
import { reduce } from '../src/live/reducer.ts';
import { Searches } from '../src/live/searches.ts';
import { type Answer, Watcher } from '../src/live/watcher.ts';

type Commands = Record<string, (...given: never[]) => void>;

let said: unknown[][] = [];
let page: Commands = {};
const questions: ((answer: unknown) => void)[] = [];
const pauses: (() => void)[] = [];

/** Tells the question and its number, by which it is answered. */
function ask<Reply>(question: unknown): Promise<Reply> {
  said.push(['asked', questions.length, question]);
  return new Promise((resolve) => questions.push(resolve as (answer: unknown) => void));
}

/** A pause has a number, too, and lasts until its player says that it is over. */
globalThis.setTimeout = ((call: () => void) => {
  said.push(['paused', pauses.length]);
  pauses.push(call);
}) as typeof setTimeout;

const changed = (state: JobState) => said.push(['changed', state]);

const commands: Commands = {
  reduce(events: Envelope[]) {
    said.push(['reduced', events.reduce<JobState | undefined>(reduce, undefined)]);
  },
  watch(job: string) {
    const caughtUp = () => said.push(['caught up']);
    const lost = () => said.push(['lost']);
    const refused = (error: string) => said.push(['refused', error]);
    const watcher = new Watcher(job, ask<Answer>, { changed, caughtUp, lost, refused });
    page = watcher as unknown as Commands;
  },
  overview() {
    const removed = (job: string) => said.push(['removed', job]);
    const searches = new Searches((job) => ask<JobSummary>({ job }), { changed, removed });
    page = searches as unknown as Commands;
  },
  answer: (question: number, answer: unknown) => questions[question]?.(answer),
  fail: (question: number) => questions[question]?.(Promise.reject(new Error('no answer'))),
  pass: (pause: number) => pauses[pause]?.(),
};

for await (const line of createInterface({ input: process.stdin })) {
  const [name, ...given] = JSON.parse(line) as [string, ...never[]];
  const player = name in commands ? commands : page;
  if (!(name in player)) throw new Error(`There is no command ${name}.`);
  player[name]?.(...given);
  await setImmediate();
  process.stdout.write(`${JSON.stringify(said)}\n`);
  said = [];
}
