// What people call the catalogue's devices and their groups, which are named shortly where they are
// left out of a search or stand in a requirement.

import { pageData } from '../dom/element.ts';
import { translateLabel } from '../i18n/texts.ts';

/** None in tests, where there is no page. */
const { labels } = globalThis.document
  ? pageData<{ labels: Record<string, string> }>()
  : { labels: {} as Record<string, string> };

/** "gas-boiler" → "Gas boiler"; a site's own device by its name. */
export function deviceLabel(name: string): string {
  return translateLabel(labels[name] ?? name);
}
