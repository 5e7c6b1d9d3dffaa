// The defaults that the requirement doesn't override, with their sources, in a section that is
// folded at first.

import { dateOf } from '../charts/calendar.ts';
import { html } from '../dom/element.ts';
import * as format from '../i18n/format.ts';
import { t, tn, translate } from '../i18n/texts.ts';
import { unitName } from '../i18n/unit-name.ts';
import { fieldLabel } from '../requirement/field-labels.ts';
import type { Assumption, SearchResult } from './plan.ts';

export function assumptionsFolded({ assumptions = [], plans }: SearchResult): HTMLElement {
  const devices = plans.flatMap((plan) => plan.devices);
  const labels = new Map(devices.map(({ name, label }) => [name, label]));
  const title = tn(
    'Assumptions: %(n)s figure that the requirement doesn’t state',
    'Assumptions: %(n)s figures that the requirement doesn’t state',
    assumptions.length,
  );
  const heads = [t('Field'), t('Value'), t('Unit'), t('Origin')];
  const table = html(
    'table',
    {},
    html('thead', {}, html('tr', {}, ...heads.map((head) => html('th', { scope: 'col' }, head)))),
    html('tbody', {}, ...assumptions.map((assumption) => row(assumption, labels))),
  );
  const frame = { class: 'assumptions-frame', role: 'region', tabindex: '0', 'aria-label': title };
  return html(
    'details',
    { class: 'card assumptions' },
    html('summary', {}, title),
    html('div', frame, table),
  );
}

function row(
  { field, value, unit, origin, origin_i18n }: Assumption,
  labels: ReadonlyMap<string, string>,
): HTMLElement {
  const label = fieldLabel(field, (name) => labels.get(name)) ?? '';
  return html(
    'tr',
    {},
    // The path beside the label is what a requirement has to state.
    html('th', { scope: 'row' }, label, ' ', html('code', {}, field)),
    html('td', {}, valueText(value, unit)),
    html('td', {}, unitOf(unit)),
    html('td', {}, translate(origin, origin_i18n)),
  );
}

function valueText(value: number | string, unit: string): string {
  if (typeof value === 'number') return format.figure(value);
  return unit === 'date' ? dateOf(value) : translate(value);
}

function unitOf(unit: string): string {
  if (unit === 'years') return t('years');
  return unit === 'date' ? '' : unitName(unit);
}
