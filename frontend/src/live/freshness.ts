// How fresh the shown figures are, from what happens to the connection. `notice` is what people are
// to be told. Short interruptions aren't mentioned.

import { t } from '../i18n/texts.ts';

/** Why the page may be behind the server. */
export type Lag = 'connecting' | 'disconnected' | 'suspended' | 'missing';

export interface Notice {
  reason: Lag | 'relay' | 'paced';
  /** How old the shown figures are, ms; undefined if there are none yet, or they are fresh. */
  age: number | undefined;
  /** The polling interval, ms, where the notice is about that. */
  every?: number;
}

/** Shorter interruptions aren't mentioned. */
const GRACE_MS = 1000;

export class Freshness {
  private lag: Lag | undefined = 'connecting';
  /** Whether the server itself receives the workers' events. */
  private relayLive = true;
  /** The polling interval, ms; undefined: updates come live. */
  private every: number | undefined;
  private since: number;
  private receivedAt: number | undefined;
  private readonly now: () => number;

  /** `receivedAt`: when the figures on the page were received, if it came with some, UTC ms. */
  constructor(receivedAt?: number, now: () => number = Date.now) {
    this.now = now;
    this.receivedAt = receivedAt;
    this.since = now();
  }

  /** A message arrived, and is on the page. */
  received(): void {
    if (!this.reason) this.receivedAt = this.now();
  }

  behind(lag: Lag): void {
    if (lag === this.lag) return;
    this.lag = lag;
    this.since = this.now();
    // Another server process may answer next, and reports its own relay.
    if (lag !== 'missing') this.relayLive = true;
  }

  /** Nothing is missing any more. */
  caughtUp(): void {
    this.lag = undefined;
    this.received();
  }

  relay(live: boolean): void {
    if (this.relayLive && !live) this.since = this.now();
    this.relayLive = live;
  }

  /** Updates are polled, every so many ms; undefined: they come live. */
  paced(every: number | undefined): void {
    this.every = every;
  }

  get suspended(): boolean {
    return this.lag === 'suspended';
  }

  notice(): Notice | undefined {
    const { reason, every } = this;
    const now = this.now();
    if (!reason && every !== undefined) return { reason: 'paced', age: undefined, every };
    if (!reason || now - this.since < GRACE_MS) return undefined;
    return { reason, age: this.receivedAt === undefined ? undefined : now - this.receivedAt };
  }

  private get reason(): Lag | 'relay' | undefined {
    return this.lag ?? (this.relayLive ? undefined : 'relay');
  }
}

export function wording({ reason, every = 0 }: Notice): string {
  switch (reason) {
    case 'connecting':
      return t('Connecting to the server…');
    case 'disconnected':
    case 'suspended':
      return t('Connection lost; reconnecting.');
    case 'missing':
      return t('Some updates did not arrive.');
    case 'relay':
      return t('The server’s live updates are interrupted.');
    case 'paced':
      return t('Websockets are blocked here; updates come every %(seconds)s s.', {
        seconds: every / 1000,
      });
  }
}
