// The best plan so far, drawn like a final one and marked as provisional. It is fetched when the
// search reports a better one, at intervals, and only while the page is visible.

import { get, Refusal } from '../api/calls.ts';
import type { JobState } from '../api/types.ts';
import { jobApi } from '../api/urls.ts';
import { find, setText } from '../dom/element.ts';
import type { StateView } from '../dom/state-view.ts';
import * as format from '../i18n/format.ts';
import { t } from '../i18n/texts.ts';
import { hasEnded } from '../live/status-label.ts';
import type { InterimPlan } from '../schema/generated.ts';

/** At least between two plans, so that there is time to look at one. */
const PAUSE_MS = 4000;
/** A plan is reported a moment before it is stored. */
const STORE_DELAY_MS = 800;

export class IncumbentPlan implements StateView<JobState> {
  private readonly section: HTMLElement;
  private readonly canvas: HTMLElement;
  private readonly figures: HTMLElement;
  private readonly url: string;
  private readonly isFilled: boolean;
  private readonly listening = new AbortController();
  private currency: string | undefined;
  /** The best plan that was reported, and the one that was requested. */
  private reported: string | undefined;
  private requested: string | undefined;
  private drawn: string | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private last = -Infinity;
  private over = false;

  /** `isFilled`: the diagram fills its place, to be read from a distance. */
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
    if (hasEnded(job)) this.end();
    const { state, incumbent, basis, currency } = job;
    this.section.hidden = this.over || state === 'PENDING';
    if (this.over || typeof incumbent !== 'number') return;
    this.currency = currency;
    this.reported = `${basis} ${incumbent}`;
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
    if (
      this.timer !== undefined ||
      this.over ||
      document.hidden ||
      this.reported === this.requested
    )
      return;
    const wait = Math.max(STORE_DELAY_MS, this.last + PAUSE_MS - performance.now());
    this.timer = setTimeout(() => this.fetch(), wait);
  }

  private async fetch(): Promise<void> {
    this.requested = this.reported;
    this.last = performance.now();
    try {
      const best = await get<InterimPlan>(this.url);
      if (!this.over) await this.draw(best);
    } catch (error) {
      // There is none yet, or no server: try again later.
      if (!(error instanceof Refusal)) throw error;
      this.requested = undefined;
    } finally {
      this.timer = undefined;
    }
    this.later();
  }

  private async draw({ basis, cost_per_year, co2_kg_per_year, graph }: InterimPlan): Promise<void> {
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
    // Never lower than before, so that what is below doesn't jump.
    this.canvas.style.minHeight = `${this.canvas.offsetHeight}px`;
    this.canvas.replaceChildren(diagram.element);
    this.drawn = text;
  }
}
