// The head of the comparison: a card a column with the search, the choice of its plan, its
// progress, or the reason why it can't be compared. Columns are removed and made the reference
// here.

import type { JobState, JobSummary } from '../api/types.ts';
import { jobPage } from '../api/urls.ts';
import { html } from '../dom/element.ts';
import * as format from '../i18n/format.ts';
import { t } from '../i18n/texts.ts';
import { statusLabel } from '../live/status-label.ts';
import type { PlanRef } from '../result/compare-url.ts';
import type { Plan } from '../result/plan.ts';
import {
  type Apart,
  type Column,
  type Compared,
  isAwaited,
  isCompared,
  titleOf,
} from './column.ts';
import { RunningCard } from './running-card.ts';

export interface CardActions {
  remove(place: number): void;
  /** Moves it to the first place. */
  makeReference(place: number): void;
  plan(place: number, plan: number): void;
  /** Fetch it again. */
  again(place: number): void;
}

export class Card {
  readonly element: HTMLElement;
  private running: RunningCard | undefined;

  constructor(column: Column, place: number, isReference: boolean, actions: CardActions) {
    const { letter, job, ref } = column;
    const title = titleOf(column);
    const name = job ? html('a', { href: planUrl(ref) }, title) : html('span', {}, title);
    this.element = html(
      'li',
      { class: 'card compare-card', 'data-column': letter },
      html('h2', {}, html('span', { class: 'compare-letter' }, letter), name),
      ...(job ? [origin(job)] : []),
      this.body(column, place, actions),
      actionButtons(column, place, isReference, actions),
    );
  }

  /** Shows the progress of its search. */
  show(state: JobState): void {
    this.running?.show(state);
  }

  private body(column: Column, place: number, actions: CardActions): HTMLElement {
    if (isCompared(column)) return planChoice(column, place, actions);
    if (!isAwaited(column)) return apart(column, place, actions);
    this.running = new RunningCard(column.job, planUrl(column.ref));
    return this.running.element;
  }
}

/** The plan on the search's own page. */
function planUrl({ job, plan }: PlanRef): string {
  const page = jobPage(job);
  return plan > 0 ? `${page}?plan=${plan}` : page;
}

function origin({ owner, created_at }: JobSummary): HTMLElement {
  const datetime = new Date(created_at).toISOString();
  const when = html('time', { datetime }, format.dateAndTime(created_at));
  return html('p', { class: 'muted' }, html('bdi', {}, owner), ' · ', when);
}

/** The choice among the search's plans; the figures, if there is only one. */
function planChoice(
  { result, plan, ref, letter }: Compared,
  place: number,
  actions: CardActions,
): HTMLElement {
  const { plans, currency } = result;
  const figures = ({ cost_per_year, co2_kg_per_year }: Plan) => ({
    cost: format.money(cost_per_year, currency),
    co2: format.mass(co2_kg_per_year),
  });
  if (plans.length === 1) {
    return html('p', {}, t('%(cost)s and %(co2)s CO₂ a year', figures(plan)));
  }
  const select = html('select', { 'aria-label': t('Plan of %(letter)s', { letter }) });
  plans.forEach((plan, at) => {
    const text = t('Plan %(number)s: %(cost)s, %(co2)s CO₂', { number: at + 1, ...figures(plan) });
    select.append(html('option', { value: String(at) }, text));
  });
  select.value = String(ref.plan);
  select.addEventListener('change', () => actions.plan(place, Number(select.value)));
  return select;
}

function apart(
  { job, reason, isRefused }: Apart,
  place: number,
  actions: CardActions,
): HTMLElement {
  const words = html('p', { class: 'error' }, reason);
  const note = html('div', { class: 'compare-apart' }, ...(job ? [badge(job)] : []), words);
  if (!isRefused) return note;
  const again = html('button', { type: 'button' }, t('Try again'));
  again.addEventListener('click', () => actions.again(place));
  note.append(again);
  return note;
}

function badge(job: JobSummary): HTMLElement {
  const { label, tone } = statusLabel(job);
  return html('span', { class: 'badge', 'data-tone': tone }, label);
}

function actionButtons(
  column: Column,
  place: number,
  isReference: boolean,
  actions: CardActions,
): HTMLElement {
  const { letter } = column;
  const title = titleOf(column);
  const remove = html(
    'button',
    {
      type: 'button',
      class: 'quiet',
      'data-remove': '',
      'aria-label': t('Remove %(letter)s, %(title)s', { letter, title }),
    },
    t('Remove'),
  );
  remove.addEventListener('click', () => actions.remove(place));
  if (isReference) return html('p', { class: 'compare-card-actions' }, mark(), remove);
  const refer = html(
    'button',
    {
      type: 'button',
      class: 'quiet',
      'aria-label': t('Make reference: %(letter)s', { letter }),
    },
    t('Make reference'),
  );
  refer.addEventListener('click', () => actions.makeReference(place));
  return html('p', { class: 'compare-card-actions' }, refer, remove);
}

function mark(): HTMLElement {
  return html('span', { class: 'compare-reference' }, t('Reference'));
}
