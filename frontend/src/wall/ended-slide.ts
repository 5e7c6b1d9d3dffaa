// An ended search on the wall: its outcome, when it ended, and its plan.

import { get } from '../api/calls.ts';
import type { JobSummary } from '../api/types.ts';
import { find, html, setText } from '../dom/element.ts';
import * as format from '../i18n/format.ts';
import { t, translate, translateTitle } from '../i18n/texts.ts';
import type { ServerClock } from '../live/server-clock.ts';
import { statusLabel } from '../live/status-label.ts';
import { keyFigures } from '../result/key-figures.ts';
import { type SearchResult, translated } from '../result/plan.ts';
import { type Slide, slideOf } from './slide.ts';

export class EndedSlide implements Slide {
  readonly element = slideOf('ended');
  private readonly clock: ServerClock;
  private readonly when: HTMLElement;
  private summary: JobSummary;
  private over = false;

  constructor(summary: JobSummary, clock: ServerClock) {
    const { title, owner, result_url } = summary;
    this.summary = summary;
    this.clock = clock;
    this.when = find('[data-field="when"]', this.element);
    setText(find('[data-field="title"]', this.element), translateTitle(title));
    setText(find('[data-field="owner"]', this.element), t('Started by %(name)s', { name: owner }));
    this.show(summary);
    if (result_url) this.fetch(result_url);
    else find('[data-figures]', this.element).replaceChildren(lastFigures(summary));
  }

  show(summary: JobSummary): void {
    this.summary = summary;
    const { label, tone } = statusLabel(summary);
    this.element.dataset.tone = tone;
    setText(find('[data-field="outcome"]', this.element), label);
    const reason = find('[data-field="reason"]', this.element);
    // For a cancelled search the outcome is enough.
    reason.hidden = tone !== 'bad';
    setText(reason, translate(summary.status, summary.status_i18n));
    this.tick();
  }

  tick(): void {
    const { started_at, ended_at, at } = this.summary;
    const ended = ended_at ?? at;
    const when = format.ago(this.clock.now() - ended);
    const took = started_at
      ? t('after %(time)s', { time: format.duration(ended - started_at) })
      : '';
    setText(this.when, took ? `${when} · ${took}` : when);
  }

  end(): void {
    this.over = true;
  }

  /** If it can't be fetched, the outcome is still shown; the next turn tries again. */
  private async fetch(url: string): Promise<void> {
    const result = await get<SearchResult>(url).then(translated, () => undefined);
    if (result && !this.over) await this.draw(result);
  }

  private async draw(result: SearchResult): Promise<void> {
    const [plan] = result.plans;
    find('[data-figures]', this.element).replaceChildren(...keyFigures(plan, result));
    const { Diagram, roomOf } = await import('../diagram/diagram.ts');
    const canvas = find('[data-canvas]', this.element);
    const diagram = await Diagram.of([plan.graph], () => {}, roomOf(canvas));
    if (this.over) return;
    diagram.show(0);
    const label = t('The plan’s energy system diagram');
    const picture = html('div', { class: 'slide-picture', role: 'img', 'aria-label': label });
    diagram.element.inert = true;
    picture.append(diagram.element);
    canvas.replaceChildren(picture);
  }
}

/** What was known of a search that has no result. */
function lastFigures({ incumbent, gap, currency }: JobSummary): HTMLElement {
  const figure = (label: string, value: string) =>
    html('div', {}, html('dt', {}, label), html('dd', {}, value));
  const known = typeof incumbent === 'number';
  return html(
    'dl',
    {},
    ...(known
      ? [figure(t('Best plan'), t('%(cost)s / year', { cost: format.money(incumbent, currency) }))]
      : []),
    ...(known && typeof gap === 'number' ? [figure(t('Gap'), format.gap(gap))] : []),
  );
}
