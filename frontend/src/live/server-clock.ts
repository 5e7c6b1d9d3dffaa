// The server's time, as well as the browser can know it, so that an elapsed time that ticks here is
// right where the browser's own clock is not.

export class ServerClock {
  /** Server minus browser, ms; undefined until an event came live. */
  private offset: number | undefined;
  private readonly local: () => number;

  constructor(local: () => number = Date.now) {
    this.local = local;
  }

  /** An event that the server dated `at` (UTC ms) has just arrived. */
  received(at: number): void {
    // Every event is late by its way here, so the one that was least late is nearest to the truth.
    this.offset = Math.max(this.offset ?? -Infinity, at - this.local());
  }

  now(): number {
    return this.local() + (this.offset ?? 0);
  }
}
