// The defaults that the requirement doesn't override, with their sources, in a section that is
// folded at first.

import { html } from '../dom/element.ts';
import * as format from '../i18n/format.ts';
import { t, tn, translateLabel, translateMessage } from '../i18n/texts.ts';
import type { Assumption } from './plan.ts';

export function assumptionsFolded(assumptions: readonly Assumption[]): HTMLElement {
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
    html('tbody', {}, ...assumptions.map(row)),
  );
  const frame = { class: 'assumptions-frame', role: 'region', tabindex: '0', 'aria-label': title };
  return html(
    'details',
    { class: 'card assumptions' },
    html('summary', {}, title),
    html('div', frame, table),
  );
}

function row({ field, value, unit, origin }: Assumption): HTMLElement {
  return html(
    'tr',
    {},
    html('th', { scope: 'row' }, field),
    html('td', {}, typeof value === 'number' ? format.figure(value) : translateLabel(value)),
    html('td', {}, unitOf(unit)),
    html('td', {}, translateMessage(origin)),
  );
}

function unitOf(unit: string): string {
  if (unit === 'years') return t('years');
  return unit === 'date' ? '' : format.unitName(unit);
}
