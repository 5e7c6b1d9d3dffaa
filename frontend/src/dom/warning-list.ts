// What to doubt in a requirement or in its result, as a list. Loaded where there is such.

import { t, translateMessage } from '../i18n/texts.ts';
import { html } from './element.ts';

export interface Warning {
  id: string;
  /** Those in the text's places. */
  values: Record<string, unknown>;
  /** In English. */
  text: string;
}

export function warningList(warnings: readonly Warning[]): HTMLElement {
  const title = t('Warnings');
  return html(
    'section',
    { class: 'warnings', 'aria-label': title },
    html('h2', {}, title),
    html('ul', {}, ...warnings.map(({ text }) => html('li', {}, translateMessage(text)))),
  );
}
