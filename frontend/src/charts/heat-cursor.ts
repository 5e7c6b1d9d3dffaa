// The cell of a heat map under the pointer, or reached by the arrow keys: marked, and described in
// words.

import { html, setText } from '../dom/element.ts';

export interface HeatCursorOptions {
  /** A pixel for each step: a column for each day, a row for each step of it. */
  cells: HTMLCanvasElement;
  /** How many steps there are. */
  steps: number;
  /** The step where the arrow keys start. */
  begin: number;
  label: string;
  /** The element of the description. */
  place: HTMLElement;
  words: (step: number) => string;
  /** Called with the day, counted from the first, that was chosen. */
  pick: (day: number) => void;
}

export class HeatCursor {
  readonly element: HTMLElement;
  private readonly options: HeatCursorOptions;
  private readonly mark = html('i', { class: 'heat-map-mark' });
  private readonly days: number;
  private readonly perDay: number;
  private step = 0;

  constructor(options: HeatCursorOptions) {
    const { cells, steps, begin, label, place, words } = options;
    this.options = options;
    this.days = cells.width;
    this.perDay = cells.height;
    this.element = html(
      'div',
      {
        class: 'heat-map-cells',
        role: 'slider',
        tabindex: '0',
        'aria-label': label,
        'aria-valuemin': '0',
        'aria-valuemax': String(steps - 1),
      },
      cells,
      this.mark,
    );
    this.mark.style.width = `${100 / this.days}%`;
    this.mark.style.height = `${100 / this.perDay}%`;
    this.go(begin);
    this.element.addEventListener('keydown', (event) => this.press(event));
    this.element.addEventListener('focus', () => setText(place, words(this.step)));
    this.element.addEventListener('blur', () => setText(place, ''));
    cells.addEventListener('pointermove', (event) => setText(place, words(this.under(event))));
    cells.addEventListener('pointerleave', () => setText(place, ''));
    cells.addEventListener('click', (event) => this.pick(this.under(event)));
  }

  private press(event: KeyboardEvent): void {
    const { perDay } = this;
    const ways: Record<string, number> = {
      ArrowLeft: -perDay,
      ArrowRight: perDay,
      ArrowUp: -1,
      ArrowDown: 1,
      PageUp: -7 * perDay,
      PageDown: 7 * perDay,
      Home: -this.options.steps,
      End: this.options.steps,
    };
    const way = ways[event.key];
    if (way !== undefined) this.go(this.step + way);
    else if (event.key === 'Enter') this.pick(this.step);
    else return;
    // The arrow keys mean something else in the charts around it.
    event.preventDefault();
    event.stopPropagation();
  }

  private go(step: number): void {
    const { steps, place, words } = this.options;
    this.step = Math.max(0, Math.min(steps - 1, step));
    const day = Math.floor(this.step / this.perDay);
    this.mark.style.left = `${(100 * day) / this.days}%`;
    this.mark.style.top = `${(100 * (this.step % this.perDay)) / this.perDay}%`;
    this.element.setAttribute('aria-valuenow', String(this.step));
    this.element.setAttribute('aria-valuetext', words(this.step));
    if (document.activeElement === this.element) setText(place, words(this.step));
  }

  private pick(step: number): void {
    this.options.pick(Math.floor(step / this.perDay));
  }

  private under({ clientX, clientY }: MouseEvent): number {
    const { left, top, width, height } = this.element.getBoundingClientRect();
    const column = Math.min(this.days - 1, Math.floor(((clientX - left) / width) * this.days));
    const row = Math.min(this.perDay - 1, Math.floor(((clientY - top) / height) * this.perDay));
    return Math.max(0, column) * this.perDay + Math.max(0, row);
  }
}
