// The labels of the catalogue's devices and groups, which requirements name by their ids.

import { pageData } from '../dom/element.ts';
import { translate } from '../i18n/texts.ts';

/** Empty in tests, where there is no page. */
const { labels } = globalThis.document
  ? pageData<{ labels: Record<string, string> }>()
  : { labels: {} as Record<string, string> };

/** "gas-boiler" → "Gas boiler"; a site's own device by its name. */
export function deviceLabel(name: string): string {
  return translate(labels[name] ?? name);
}
