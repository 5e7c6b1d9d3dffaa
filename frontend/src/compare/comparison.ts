// The comparison on the page: a card a column, then what was asked, figures, costs, sizes, diagrams
// and energy of those that can be compared. What stood there before stays until all of it is new.

import '../style/result.css';
import '../style/compare.css';
import { html } from '../element.ts';
import { t } from '../texts.ts';
import { askedTable } from './asked.ts';
import { costBars, lightUp } from './bars.ts';
import { type CardWishes, card, planUrl } from './cards.ts';
import { type Column, type Compared, columnOf, isCompared } from './column.ts';
import { costsTable } from './costs.ts';
import { csvOf } from './csv.ts';
import { energyTable } from './energy.ts';
import { figuresTable } from './figures.ts';
import { frame, scrollTogether } from './frame.ts';
import { Library } from './library.ts';
import type { Pick } from './pick.ts';
import { sizesTable } from './sizes.ts';
import { oneCurrency, type Table } from './table.ts';

export class Comparison {
  columns: readonly Column[] = [];
  private readonly place: HTMLElement;
  private readonly wishes: CardWishes;
  private readonly library = new Library();
  private wanted: readonly Pick[] = [];

  constructor(place: HTMLElement, wishes: CardWishes) {
    this.place = place;
    this.wishes = wishes;
  }

  get compared(): readonly Compared[] {
    return this.columns.filter(isCompared);
  }

  /** Resolves with whether these are shown: false if others were wanted meanwhile. */
  async show(picks: readonly Pick[]): Promise<boolean> {
    this.wanted = picks;
    this.place.setAttribute('aria-busy', 'true');
    const fetched = await Promise.all(picks.map(({ job }) => this.library.of(job)));
    if (picks !== this.wanted) return false;
    this.columns = picks.flatMap((pick, place) => {
      const found = fetched[place];
      return found ? columnOf(pick, place, found) : [];
    });
    this.draw();
    this.place.setAttribute('aria-busy', 'false');
    return true;
  }

  /** Fetches a search anew. */
  async again(job: string): Promise<void> {
    this.library.forget(job);
    await this.show(this.wanted);
  }

  csv(): string {
    return csvOf(this.compared, tables(this.compared));
  }

  private draw(): void {
    const { columns, compared } = this;
    const [reference] = compared;
    const cards = columns.map((column, place) =>
      card(column, place, column === reference, this.wishes),
    );
    const list = html('ol', { class: 'compare-cards', 'aria-label': t('Compared') }, ...cards);
    const sections = compared.length > 0 ? this.sections(compared) : [];
    this.place.replaceChildren(...(cards.length > 0 ? [list] : []), ...sections);
    scrollTogether([...this.place.querySelectorAll('.compare-scroll')]);
  }

  private sections(columns: readonly Compared[]): HTMLElement[] {
    const [asked, figures, costs, sizes, energy] = tables(columns);
    const currency = oneCurrency(columns);
    const bars = currency === undefined ? [] : [costBars(columns, currency)];
    const bill = costs && frame(costs, columns, ...bars);
    if (bill) lightUp(bill);
    return [
      ...(asked ? [frame(asked, columns)] : []),
      ...(figures ? [frame(figures, columns)] : []),
      ...(bill ? [bill] : []),
      ...(sizes ? [frame(sizes, columns)] : []),
      this.pictures(columns),
      ...(energy ? [frame(energy, columns)] : []),
    ];
  }

  /** The frame of the diagrams, which come when they are drawn. */
  private pictures(columns: readonly Compared[]): HTMLElement {
    const canvas = html('div', { class: 'canvas' });
    const title = html('h2', { id: 'diagrams-title' }, t('The plans'));
    const attributes = { class: 'card compare-pictures', 'aria-labelledby': 'diagrams-title' };
    this.drawInto(canvas, columns);
    return html('section', attributes, title, canvas);
  }

  private async drawInto(canvas: HTMLElement, columns: readonly Compared[]): Promise<void> {
    try {
      const { diagrams } = await import('./diagrams.ts');
      const leave = (node: string, column: Compared) => location.assign(planUrl(column, node));
      canvas.replaceChildren(await diagrams(columns, leave));
    } catch (error) {
      canvas.replaceChildren(html('p', { class: 'error' }, t('The diagrams can’t be drawn.')));
      throw error;
    }
  }
}

/** In the order in which they are read. */
function tables(columns: readonly Compared[]): Table[] {
  return [askedTable, figuresTable, costsTable, sizesTable, energyTable].map((table) =>
    table(columns),
  );
}
