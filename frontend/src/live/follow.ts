// Live data for a page: one connection, one watcher for each followed search, the feed of all of
// them where the page lists them, and how fresh all of it is.

import type { Envelope, JobState, Viewers } from '../api/types.ts';
import { Connection } from './connection.ts';
import type { Feed, FeedAnswer } from './feed.ts';
import { Freshness, type Lag, type Notice } from './freshness.ts';
import { ServerClock } from './server-clock.ts';
import { type Answer, type Position, Watcher } from './watcher.ts';

export interface Handlers {
  /** A followed search has a new state. */
  changed?(state: JobState): void;
  /** Nothing of a followed search is missing, for the first time or again. */
  caughtUp?(job: string): void;
  /** The server refuses to answer for this search, and says why. The request is repeated. */
  refused?(job: string, error: string): void;
  /** Who watches the followed search has changed. */
  viewers?(viewers: Viewers): void;
  /** For a page that lists all searches. */
  feed?: Feed;
  /** The server is there (again). */
  connected?(): void;
  /** The session has ended; without this handler the page leaves for the sign-in. */
  signedOut?(): void;
}

/** Follows these searches live. */
export function follow(jobs: Iterable<string>, handlers: Handlers): Live {
  const live = new Live(handlers);
  live.follow(jobs);
  return live;
}

/** The feed among what is missing: no search has this id. */
const ALL = '';

export class Live {
  readonly clock = new ServerClock();
  private readonly watchers = new Map<string, Watcher>();
  /** What was asked for and is not known yet. */
  private readonly missing = new Set<string>();
  private readonly freshness: Freshness;
  private readonly connection: Connection;
  private readonly handlers: Handlers;
  private isConnected = false;

  constructor(handlers: Handlers) {
    this.handlers = handlers;
    const { feed, signedOut } = handlers;
    // A list is empty until its first answer; a search's page comes with its state.
    this.freshness = new Freshness(feed ? undefined : Date.now());
    feed?.attach({
      ask: () => this.connection.ask<FeedAnswer>('watch_all', {}),
      caughtUp: () => this.found(ALL),
      lost: () => this.lost(ALL),
    });
    this.connection = new Connection({
      connected: () => this.connected(),
      disconnected: () => this.disconnected('disconnected'),
      suspended: () => this.disconnected('suspended'),
      resumed: () => this.freshness.behind('connecting'),
      paced: (every) => this.freshness.paced(every),
      ...(signedOut && { signedOut }),
    });
    this.connection
      .on<Envelope>('progress', (envelope) => this.received(envelope))
      .on<Envelope>('final', (envelope) => this.received(envelope))
      .on<Position & { job: string }>('position', (position) => this.received(position))
      .on<Viewers>('viewers', (viewers) => handlers.viewers?.(viewers))
      .on<{ live: boolean }>('relay', ({ live }) => {
        this.freshness.relay(live);
        // The events of the meantime never come: ask for them.
        if (live) this.ask();
      });
  }

  /** Follows these searches and no others; a state that is known already is handled again. */
  follow(jobs: Iterable<string>): void {
    const followed = new Set(jobs);
    for (const job of this.watchers.keys()) if (!followed.has(job)) this.unfollow(job);
    for (const job of followed) {
      const watcher = this.watchers.get(job);
      if (!watcher) this.watch(job);
      else if (watcher.state) this.handlers.changed?.(watcher.state);
    }
  }

  unfollow(job: string): void {
    this.watchers.get(job)?.hold();
    this.watchers.delete(job);
    this.found(job);
    // Without a connection the server has forgotten it already.
    this.connection.ask('unwatch', { job }).catch(() => {});
  }

  /** What to tell people about the age of what is shown. Where nothing is followed, nothing is old. */
  notice(): Notice | undefined {
    const isFollowing = this.handlers.feed !== undefined || this.watchers.size > 0;
    return isFollowing ? this.freshness.notice() : undefined;
  }

  /** The page is hidden, and the connection was let go. */
  get isSuspended(): boolean {
    return this.freshness.suspended;
  }

  private watch(job: string): void {
    const { handlers } = this;
    const watcher = new Watcher(job, (question) => this.connection.ask<Answer>('watch', question), {
      changed: (state) => handlers.changed?.(state),
      caughtUp: () => {
        this.found(job);
        handlers.caughtUp?.(job);
      },
      lost: () => this.lost(job),
      refused: (error) => {
        this.lost(job);
        handlers.refused?.(job, error);
      },
    });
    this.watchers.set(job, watcher);
    this.missing.add(job);
    if (this.isConnected) watcher.connected();
    else watcher.hold();
  }

  private connected(): void {
    this.isConnected = true;
    this.ask();
    this.handlers.connected?.();
  }

  private ask(): void {
    const { feed } = this.handlers;
    if (feed) {
      this.missing.add(ALL);
      feed.connected();
    }
    for (const [job, watcher] of this.watchers) {
      this.missing.add(job);
      watcher.connected();
    }
  }

  private disconnected(lag: Lag): void {
    this.isConnected = false;
    this.handlers.feed?.hold();
    for (const watcher of this.watchers.values()) watcher.hold();
    this.freshness.behind(lag);
  }

  private received(news: Envelope | (Position & { job: string })): void {
    if ('state' in news) {
      this.clock.received(news.at);
      this.handlers.feed?.received(news);
    }
    this.watchers.get(news.job)?.received(news);
    this.freshness.received();
  }

  private lost(what: string): void {
    this.missing.add(what);
    this.freshness.behind('missing');
  }

  private found(what: string): void {
    this.missing.delete(what);
    if (this.isConnected && this.missing.size === 0) this.freshness.caughtUp();
  }
}
