// Animates the rows of a list to their new positions (FLIP), so that the eye can follow them; not
// for people who prefer reduced motion. One animation at a time: changes meanwhile wait.

const DURATION_MS = 200;

export class FlipAnimation {
  private readonly list: HTMLElement;
  private waiting: (() => void) | undefined;
  private moving = false;

  constructor(list: HTMLElement) {
    this.list = list;
  }

  /** Calls `change` once no row moves; of several that wait, only the newest. */
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
    const animations = rows.flatMap((row, place) => {
      const way = row.isConnected ? moved[place] : 0;
      if (!way) return [];
      const moves = [{ transform: `translateY(${way}px)` }, { transform: 'none' }];
      return row.animate(moves, { duration: DURATION_MS, easing: 'ease-out' });
    });
    if (animations.length === 0) return;
    await Promise.allSettled(animations.map(({ finished }) => finished));
    // The animations are gone only two frames later; one started before would add to them.
    await nextFrame().then(nextFrame);
  }
}

function nextFrame(): Promise<unknown> {
  return new Promise(requestAnimationFrame);
}
