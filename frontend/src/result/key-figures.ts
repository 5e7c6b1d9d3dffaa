// A plan in three figures, and what the result guarantees for it.

import { html } from '../dom/element.ts';
import * as format from '../i18n/format.ts';
import { t } from '../i18n/texts.ts';
import { guarantee } from './guarantee.ts';
import type { Plan, SearchResult } from './plan.ts';

export function keyFigures(plan: Plan, result: SearchResult): HTMLElement[] {
  const { currency } = result;
  const money = (label: string, value: number) =>
    figure(label, format.money(value, currency), format.exactMoney(value, currency));
  const figures = html(
    'dl',
    {},
    money(t('Cost per year'), plan.cost_per_year),
    figure(t('CO₂ per year'), format.mass(plan.co2_kg_per_year)),
    money(t('Investment'), plan.investment),
  );
  return [figures, html('p', { class: 'guarantee' }, format.sentences(guarantee(plan, result)))];
}

function figure(label: string, value: string, exact = ''): HTMLElement {
  return html('div', {}, html('dt', {}, label), html('dd', { title: exact }, value));
}
