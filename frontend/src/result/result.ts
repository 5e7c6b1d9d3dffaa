// A finished search's result: headline figures, diagram, tables. Loaded only when there is one.

import '../style/result.css';
import { get, Refusal } from '../api.ts';
import { diagram } from '../diagram/diagram.ts';
import { html } from '../element.ts';
import * as format from '../format.ts';
import type { Outcome } from '../reducer.ts';
import { guarantee } from './guarantee.ts';
import type { Plan, SearchResult } from './plan.ts';
import { costTable, deviceTable } from './tables.ts';

export class Result {
  private readonly place: HTMLElement;
  private readonly url: string;
  private readonly outcome: Outcome | undefined;

  constructor(place: HTMLElement, url: string, outcome: Outcome | undefined) {
    this.place = place;
    this.url = url;
    this.outcome = outcome;
  }

  /** Fetches and shows it; where it can't be fetched, another try is offered. */
  async load(): Promise<void> {
    this.place.hidden = false;
    this.place.replaceChildren(html('p', { class: 'card fetching' }, 'Fetching the result…'));
    let result: SearchResult;
    try {
      result = await get<SearchResult>(this.url);
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      const again = html('button', { type: 'button' }, 'Try again');
      again.addEventListener('click', () => this.load());
      const message = html('p', { class: 'alert', role: 'alert' }, refusal.message, again);
      this.place.replaceChildren(message);
      return;
    }
    await this.show(result);
  }

  private async show(result: SearchResult): Promise<void> {
    const { currency } = result;
    const [plan] = result.plans;
    const canvas = html('div', { class: 'canvas' });
    const title = html('h2', { id: 'plan-title' }, 'The plan');
    this.place.replaceChildren(
      this.headline(plan, result),
      html('section', { class: 'card plan', 'aria-labelledby': 'plan-title' }, title, canvas),
      html(
        'div',
        { class: 'tables' },
        frame(deviceTable(plan.devices, currency)),
        frame(costTable(plan, currency)),
      ),
    );
    try {
      canvas.replaceChildren(await diagram(plan.graph));
    } catch (error) {
      canvas.replaceChildren(html('p', { class: 'error' }, 'The diagram can’t be drawn.'));
      throw error;
    }
  }

  private headline(plan: Plan, result: SearchResult): HTMLElement {
    const sentence = guarantee(plan, result);
    const { currency } = result;
    const stopped = 'Stopped early: the best plan found until then. ';
    return html(
      'section',
      { class: 'card headline', 'aria-label': 'The result in figures' },
      html(
        'dl',
        {},
        figure(
          'Cost per year',
          format.money(plan.cost_per_year, currency),
          format.exactMoney(plan.cost_per_year, currency),
        ),
        figure('CO₂ per year', format.mass(plan.co2_kg_per_year)),
        figure(
          'Investment',
          format.money(plan.investment, currency),
          format.exactMoney(plan.investment, currency),
        ),
      ),
      html('p', { class: 'guarantee' }, `${this.outcome === 'stopped' ? stopped : ''}${sentence}`),
    );
  }
}

function figure(label: string, value: string, exact = ''): HTMLElement {
  return html('div', {}, html('dt', {}, label), html('dd', { title: exact }, value));
}

/** A wide table scrolls by itself, not the page. */
function frame(table: HTMLTableElement): HTMLElement {
  const label = table.caption?.textContent ?? '';
  const attributes = {
    class: 'card table-frame',
    role: 'region',
    tabindex: '0',
    'aria-label': label,
  };
  return html('div', attributes, table);
}
