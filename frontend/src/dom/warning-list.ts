// The warnings about a requirement or a result, as a list.

import type { Message } from '../i18n/message.ts';
import { t, translate } from '../i18n/texts.ts';
import { html } from './element.ts';

export interface Warning {
  id: string;
  /** The values of the text's placeholders. */
  values: Record<string, unknown>;
  /** In English. */
  text: string;
  text_i18n?: Message;
}

export function warningList(warnings: readonly Warning[]): HTMLElement {
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
