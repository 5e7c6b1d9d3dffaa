// Estimates the server's time, so that elapsed times are right where the browser's clock is wrong.

export class ServerClock {
  /** Server minus browser, ms; undefined until an event came live. */
  private offset: number | undefined;
  private readonly local: () => number;

  constructor(local: () => number = Date.now) {
    this.local = local;
  }

  /** An event with the server's time `at` (UTC ms) has just arrived. */
  received(at: number): void {
    // Events are late by their latency; the one with the least is closest to the truth.
    this.offset = Math.max(this.offset ?? -Infinity, at - this.local());
  }

  now(): number {
    return this.local() + (this.offset ?? 0);
  }
}
