// Follows one job without gaps and without duplicates, over a connection that may lose, repeat and
// reorder messages. It knows nothing of sockets: pages hand in how to ask, tests a fake.
//
// The server joins the job's room before it reads the journal: what happened before its answer is in
// the answer, what happens after it arrives live. Live events are held until the answer arrives; then
// the ones that it contains are dropped, the rest is applied in order, and a gap asks again. The
// server repeats positions: one that is ahead of ours shows a gap, too.

import type { Envelope, JobState } from '../api/types.ts';
import { translate } from '../i18n/texts.ts';
import type { Position as JobPosition, MessageJson } from '../schema/generated.ts';
import { reduce } from './reducer.ts';

/** How far a job's journal has come. */
export type Position = Omit<JobPosition, 'job'>;

type News = Envelope | Position;

export interface Question {
  job: string;
  epoch?: string;
  since?: number;
}

/** The events after the asked position, or a snapshot where that position is unknown. */
export type Answer =
  | { ok: true; snapshot?: JobState; events: Envelope[] }
  | { ok: false; error: string; error_i18n?: MessageJson };

/** Asks the server what was missed. Rejects if no answer comes. */
export type Ask = (question: Question) => Promise<Answer>;

export interface WatcherListener {
  /** There is a new state; called once for all events of an answer. */
  changed(state: JobState): void;
  /** An answer arrived, and nothing is missing any more. */
  caughtUp(): void;
  /** Asking again failed several times; it goes on at a slower pace. */
  lost(): void;
  /** The server refuses to answer for this job, and says why; the request is repeated all the same. */
  refused(error: string): void;
}

/** Pauses before the second, third … request in a row. */
const RETRY_MS = [250, 1000, 2000];
/** The pause after those, as long as there is a connection: an idle job sends nothing. */
const LAST_RETRY_MS = 4000;

/** Events held while an answer is awaited; older ones are dropped, and asked for again. */
const MAX_HELD = 500;

export type Later = (call: () => void, milliseconds: number) => unknown;

export class Watcher {
  /** Undefined until the first answer. */
  state: JobState | undefined;
  /** What arrived while an answer is awaited; undefined while none is. */
  private held: News[] | undefined;
  private attempts = 0;
  /** Counts connects, so that answers from before the last one are ignored. */
  private connection = 0;

  private readonly job: string;
  private readonly ask: Ask;
  private readonly listener: WatcherListener;
  private readonly later: Later;

  constructor(job: string, ask: Ask, listener: WatcherListener, later: Later = setTimeout) {
    this.job = job;
    this.ask = ask;
    this.listener = listener;
    this.later = later;
  }

  /** The connection is there (again), or the server says that events were lost on the way. */
  connected(): void {
    this.hold();
    this.request();
  }

  /**
   * Stops asking, and holds what arrives: until `connected`, or until `answered` is called with an
   * answer for many jobs at once.
   */
  hold(): void {
    this.connection += 1;
    this.attempts = 0;
    this.held ??= [];
  }

  received(news: News): void {
    if (this.held) {
      this.held.push(news);
      if (this.held.length > MAX_HELD) this.held.shift();
      return;
    }
    this.advance([news]);
    if (this.lacks(news)) this.askAgain([news]);
  }

  answered(answer: Answer): void {
    const held = this.held ?? [];
    this.held = undefined;
    if (!answer.ok) {
      this.askAgain(held);
      // Last, for the listener may end it with `hold`.
      this.listener.refused(translate(answer.error, answer.error_i18n));
      return;
    }
    this.advance([...answer.events, ...held.sort((a, b) => a.seq - b.seq)], answer.snapshot);
    const missing = held.filter((news) => this.lacks(news));
    if (missing.length > 0) {
      // Events of another epoch are in the next answer, or out of date.
      this.askAgain(missing.filter(({ epoch }) => epoch === this.state?.epoch));
      return;
    }
    this.attempts = 0;
    this.listener.caughtUp();
  }

  private advance(arrived: News[], from = this.state): void {
    const state = arrived.reduce(
      (known, news) => (known && follows(known, news) ? reduce(known, news) : known),
      from,
    );
    if (!state || state === this.state) return;
    this.state = state;
    this.listener.changed(state);
  }

  private lacks({ epoch, seq }: News): boolean {
    return epoch !== this.state?.epoch || seq > this.state.seq;
  }

  private askAgain(held: News[]): void {
    this.held = held;
    if (this.attempts === 0) {
      this.request();
      return;
    }
    const pause = RETRY_MS[this.attempts - 1];
    if (pause === undefined) this.listener.lost();
    const { connection } = this;
    this.later(() => {
      if (connection === this.connection) this.request();
    }, pause ?? LAST_RETRY_MS);
  }

  private request(): void {
    const { connection } = this;
    const position = this.state && { epoch: this.state.epoch, since: this.state.seq };
    this.attempts += 1;
    this.ask({ job: this.job, ...position }).then(
      (answer) => {
        if (connection === this.connection) this.answered(answer);
      },
      () => {
        if (connection === this.connection) this.askAgain(this.held ?? []);
      },
    );
  }
}

function follows(state: JobState, news: News): news is Envelope {
  return 'state' in news && news.epoch === state.epoch && news.seq === state.seq + 1;
}
