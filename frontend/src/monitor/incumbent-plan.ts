// The best plan so far, drawn as a finished one will be, and marked as what it is: provisional. It is
// fetched when the search tells of a better one, now and then, and only while somebody looks.

import { get, Refusal } from '../api/calls.ts';
import type { JobState } from '../api/types.ts';
import { jobApi } from '../api/urls.ts';
import type { Graph } from '../diagram/graph.ts';
import { find, setText } from '../dom/element.ts';
import type { StateView } from '../dom/state-view.ts';
import * as format from '../i18n/format.ts';
import { t } from '../i18n/texts.ts';
import { hasEnded, statusLabel } from '../live/status-label.ts';

/** As the server gives it; costs in the search's currency. */
interface Best {
  basis: string;
  cost_per_year: number;
  co2_kg_per_year: number;
  graph: Graph;
}

/** From one plan to the next, ms: who looks at a graph wants to have a look at it. */
const PAUSE_MS = 4000;
/** A part tells of a plan a moment before it is stored, ms. */
const STORE_DELAY_MS = 800;

export class IncumbentPlan implements StateView<JobState> {
  private readonly section: HTMLElement;
  private readonly canvas: HTMLElement;
  private readonly figures: HTMLElement;
  private readonly url: string;
  private readonly isFilled: boolean;
  private readonly listening = new AbortController();
  private currency: string | undefined;
  /** The cost of the best plan that the search told of, and of the one that was asked for. */
  private told: string | undefined;
  private asked: string | undefined;
  private drawn: string | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private last = -Infinity;
  private over = false;

  /** isFilled: its place is, with a diagram to be read from afar. */
  constructor(job: string, place: ParentNode = document, isFilled = false) {
    this.section = find('[data-provisional]', place);
    this.canvas = find('[data-provisional-canvas]', place);
    this.figures = find('[data-provisional-figures]', place);
    this.url = `${jobApi(job)}/best`;
    this.isFilled = isFilled;
    const { signal } = this.listening;
    document.addEventListener('visibilitychange', () => this.later(), { signal });
  }

  show(job: JobState): void {
    if (hasEnded(statusLabel(job))) this.end();
    const { state, incumbent, basis, currency } = job;
    this.section.hidden = this.over || state === 'PENDING';
    if (this.over || typeof incumbent !== 'number') return;
    this.currency = currency;
    this.told = `${basis} ${incumbent}`;
    this.later();
  }

  /** Nothing is drawn any more: the search has ended, or another one is shown. */
  end(): void {
    this.over = true;
    this.listening.abort();
    this.section.hidden = true;
    this.canvas.replaceChildren();
    clearTimeout(this.timer);
  }

  private later(): void {
    if (this.timer !== undefined || this.over || document.hidden || this.told === this.asked)
      return;
    const wait = Math.max(STORE_DELAY_MS, this.last + PAUSE_MS - performance.now());
    this.timer = setTimeout(() => this.fetch(), wait);
  }

  private async fetch(): Promise<void> {
    this.asked = this.told;
    this.last = performance.now();
    try {
      const best = await get<Best>(this.url);
      if (!this.over) await this.draw(best);
    } catch (error) {
      // There is none yet, or the server is away: the next word of the search asks again.
      if (!(error instanceof Refusal)) throw error;
      this.asked = undefined;
    } finally {
      this.timer = undefined;
    }
    this.later();
  }

  private async draw({ basis, cost_per_year, co2_kg_per_year, graph }: Best): Promise<void> {
    const cost = format.perYear(cost_per_year, this.currency);
    const of = basis === 'typical days' ? t('on typical days') : t('on the whole horizon');
    setText(this.figures, [cost, `${format.mass(co2_kg_per_year)} CO₂`, of].join(' · '));
    const text = JSON.stringify(graph);
    if (text === this.drawn) return;
    const [{ Diagram, roomOf }, { translated }] = await Promise.all([
      import('../diagram/diagram.ts'),
      import('../diagram/graph.ts'),
    ]);
    const room = this.isFilled ? roomOf(this.canvas) : undefined;
    const diagram = await Diagram.of([translated(graph)], () => {}, room);
    if (this.over) return;
    diagram.show(0);
    // Never lower than before: what is below it is not to jump up and down.
    this.canvas.style.minHeight = `${this.canvas.offsetHeight}px`;
    this.canvas.replaceChildren(diagram.element);
    this.drawn = text;
  }
}
