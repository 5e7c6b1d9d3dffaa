// The comparison on the page: a card a column, then inputs, figures, costs, sizes, diagrams, load
// and energy. The old content stays until all of the new content is ready.

import type { JobState } from '../api/types.ts';
import '../style/result.css';
import '../style/compare.css';
import { html } from '../dom/element.ts';
import { t } from '../i18n/texts.ts';
import type { PlanRef } from '../result/compare-url.ts';
import { Card, type CardActions } from './cards.ts';
import { type Column, type Compared, columnOf, isAwaited, isCompared } from './column.ts';
import { costBars, lightUp } from './cost-bars.ts';
import { costsTable } from './costs-table.ts';
import { csvOf } from './csv.ts';
import type { Diagrams } from './diagrams.ts';
import { energyTable } from './energy-table.ts';
import { figuresTable } from './figures-table.ts';
import { inputsTable } from './inputs-table.ts';
import { LoadDurationSection } from './load-duration-section.ts';
import { redraw, SCROLLED } from './redraw.ts';
import { ResultCache } from './result-cache.ts';
import { sizesTable } from './sizes-table.ts';
import { oneCurrency, type Table } from './table.ts';
import { scrollTogether, tableView } from './table-view.ts';

export interface Actions extends CardActions {
  /** Show the load of a node. */
  node(node: string): void;
}

export class Comparison {
  columns: readonly Column[] = [];
  private readonly place: HTMLElement;
  private readonly actions: Actions;
  private readonly cache = new ResultCache();
  /** Contains the diagrams; the old ones stay until the new ones are drawn. */
  private readonly canvas = html('div', { class: 'canvas' });
  private cards: readonly Card[] = [];
  private plans: readonly PlanRef[] = [];
  private load: LoadDurationSection | undefined;
  private diagrams: Diagrams | undefined;
  private node: string | undefined;

  constructor(place: HTMLElement, actions: Actions) {
    this.place = place;
    this.actions = actions;
    for (const kind of SCROLLED) scrollTogether(place, kind);
  }

  get compared(): readonly Compared[] {
    return this.columns.filter(isCompared);
  }

  /** The searches that have not ended yet. */
  get awaited(): ReadonlySet<string> {
    return new Set(this.columns.filter(isAwaited).map(({ ref }) => ref.job));
  }

  /** `node`: whose load is shown. Resolves with false if other plans were chosen meanwhile. */
  async show(plans: readonly PlanRef[], node = this.node): Promise<boolean> {
    this.plans = plans;
    this.node = node;
    this.place.setAttribute('aria-busy', 'true');
    const fetched = await Promise.all(plans.map(({ job }) => this.cache.of(job)));
    if (plans !== this.plans) return false;
    this.columns = plans.flatMap((ref, place) => {
      const found = fetched[place];
      return found ? columnOf(ref, place, found) : [];
    });
    redraw(this.place, () => this.draw());
    this.place.setAttribute('aria-busy', 'false');
    return true;
  }

  /** Fetches these searches again. */
  refetch(jobs: readonly string[]): Promise<boolean> {
    for (const job of jobs) this.cache.forget(job);
    return this.show(this.plans);
  }

  /** Shows the progress of a running search. */
  progress(state: JobState): void {
    this.columns.forEach(({ ref }, place) => {
      if (ref.job === state.job) this.cards[place]?.show(state);
    });
  }

  /** Shows the load of this node. */
  showNode(node: string): void {
    this.node = node;
    this.diagrams?.mark(node);
    this.load?.show(node);
  }

  csv(): string {
    return csvOf(this.compared, tables(this.compared));
  }

  private draw(): void {
    const { columns, compared } = this;
    const [reference] = compared;
    this.cards = columns.map(
      (column, place) => new Card(column, place, column === reference, this.actions),
    );
    const cards = this.cards.map(({ element }) => element);
    const list = html('ol', { class: 'compare-cards', 'aria-label': t('Compared') }, ...cards);
    if (compared.length === 0) this.canvas.replaceChildren();
    const sections = compared.length > 0 ? this.sections(compared) : [];
    this.place.replaceChildren(...(cards.length > 0 ? [list] : []), ...sections);
  }

  private sections(columns: readonly Compared[]): HTMLElement[] {
    const [inputs, figures, costs, sizes, energy] = tables(columns);
    const currency = oneCurrency(columns);
    const bars = currency === undefined ? [] : [costBars(columns, currency)];
    this.load = new LoadDurationSection(columns, this.node, (node) => this.actions.node(node));
    const bill = costs && tableView(costs, columns, ...bars);
    if (bill) lightUp(bill);
    return [
      ...(inputs ? [tableView(inputs, columns)] : []),
      ...(figures ? [tableView(figures, columns)] : []),
      ...(bill ? [bill] : []),
      ...(sizes ? [tableView(sizes, columns)] : []),
      this.pictures(columns),
      this.load.element,
      ...(energy ? [tableView(energy, columns)] : []),
    ];
  }

  /** The section of the diagrams, which follow when they are drawn. */
  private pictures(columns: readonly Compared[]): HTMLElement {
    const title = html('h2', { id: 'diagrams-title' }, t('The plans'));
    const attributes = { class: 'card compare-pictures', 'aria-labelledby': 'diagrams-title' };
    this.drawDiagrams(columns);
    return html('section', attributes, title, this.canvas);
  }

  private async drawDiagrams(columns: readonly Compared[]): Promise<void> {
    const { canvas, columns: shown } = this;
    try {
      const { Diagrams } = await import('./diagrams.ts');
      const drawn = await Diagrams.of(columns, canvas.clientWidth, (node) =>
        this.actions.node(node),
      );
      if (shown !== this.columns) return;
      redraw(canvas, () => canvas.replaceChildren(drawn.element));
      drawn.mark(this.node);
      this.diagrams = drawn;
    } catch (error) {
      canvas.replaceChildren(html('p', { class: 'error' }, t('The diagrams can’t be drawn.')));
      throw error;
    }
  }
}

/** In reading order. */
function tables(columns: readonly Compared[]): Table[] {
  return [inputsTable, figuresTable, costsTable, sizesTable, energyTable].map((table) =>
    table(columns),
  );
}
