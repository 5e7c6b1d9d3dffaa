// Rows that make room for a new one glide there, so that the eye can follow them; for who wants no
// motion they are just there. One way at a time: what comes meanwhile waits until they stand.

/** Of the way, ms. */
const DURATION_MS = 200;

export class FlipAnimation {
  private readonly list: HTMLElement;
  private waiting: (() => void) | undefined;
  private moving = false;

  constructor(list: HTMLElement) {
    this.list = list;
  }

  /** Calls `change` as soon as the rows stand; of several that wait, only the newest. */
  async change(change: () => void): Promise<void> {
    this.waiting = change;
    if (this.moving) return;
    this.moving = true;
    try {
      while (this.waiting) {
        const next = this.waiting;
        this.waiting = undefined;
        await this.move(next);
      }
    } finally {
      this.moving = false;
    }
  }

  private async move(change: () => void): Promise<void> {
    const rows = [...this.list.children] as HTMLElement[];
    const before = rows.map((row) => row.offsetTop);
    change();
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    const moved = rows.map((row, place) => (before[place] ?? 0) - row.offsetTop);
    const gliding = rows.flatMap((row, place) => {
      const way = row.isConnected ? moved[place] : 0;
      if (!way) return [];
      const moves = [{ transform: `translateY(${way}px)` }, { transform: 'none' }];
      return row.animate(moves, { duration: DURATION_MS, easing: 'ease-out' });
    });
    if (gliding.length === 0) return;
    await Promise.allSettled(gliding.map(({ finished }) => finished));
    // What moves them is gone with the frame after the next; a way begun before would add to it.
    await nextFrame().then(nextFrame);
  }
}

function nextFrame(): Promise<unknown> {
  return new Promise(requestAnimationFrame);
}
