// The warnings about a requirement or a result, as a list.

import { t, translate } from '../i18n/texts.ts';
import type { ResultWarning } from '../schema/generated.ts';
import { html } from './element.ts';

export function warningList(warnings: readonly ResultWarning[]): HTMLElement {
  const title = t('Warnings');
  return html(
    'section',
    { class: 'warnings', 'aria-label': title },
    html('h2', {}, title),
    html(
      'ul',
      {},
      ...warnings.map(({ text, text_i18n }) => html('li', {}, translate(text, text_i18n))),
    ),
  );
}
