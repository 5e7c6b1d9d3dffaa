// Whose turn it is on the wall, and for how long. It knows nothing about what is shown.

export class Rotation {
  /** Undefined while there is nothing to show. */
  shown: string | undefined;
  private turns: readonly string[] = [];
  /** The index of the shown search among the turns; or its last one, if it has left them. */
  private place = 0;
  private began = 0;
  private pausedAt: number | undefined;
  private readonly every: number;
  private readonly now: () => number;

  /** `every`: how long a turn lasts, ms. */
  constructor(every: number, now: () => number = () => performance.now()) {
    this.every = every;
    this.now = now;
  }

  get paused(): boolean {
    return this.pausedAt !== undefined;
  }

  /** Until the next turn, ms; undefined if there is no other search. */
  get left(): number | undefined {
    const { shown, turns } = this;
    if (turns.every((job) => job === shown) && turns.length > 0) return undefined;
    if (shown === undefined) return turns.length > 0 ? 0 : undefined;
    return Math.max(0, this.began + this.every - (this.pausedAt ?? this.now()));
  }

  /** Sets the searches that take turns. The shown one stays until its turn is over. */
  take(turns: readonly string[]): void {
    this.turns = turns;
    const place = turns.indexOf(this.shown ?? '');
    if (place >= 0) this.place = place;
  }

  /** Moves on when it is time. */
  tick(): void {
    if (this.left === 0 && !(this.paused && this.shown !== undefined)) this.go(1);
  }

  go(by: 1 | -1): void {
    const { turns, place, shown } = this;
    // What has left the turns has made way for the next one.
    const next = by > 0 && turns[place] !== shown ? place : place + by;
    this.place = turns.length > 0 ? (next + turns.length) % turns.length : 0;
    this.shown = turns[this.place];
    this.begin();
  }

  /** Gives the shown search a whole turn again, as when it has ended. */
  begin(): void {
    this.began = this.now();
    if (this.paused) this.pausedAt = this.began;
  }

  pause(): void {
    if (this.pausedAt === undefined) {
      this.pausedAt = this.now();
    } else {
      this.began += this.now() - this.pausedAt;
      this.pausedAt = undefined;
    }
  }
}
