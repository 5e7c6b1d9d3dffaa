// Units of figures as the server writes them, in the language of the page.

import { currencyName } from './format.ts';
import { t } from './texts.ts';

/** A unit as the server writes it → "EUR/m²", "欧元/m²", "years". */
export function unitName(unit: string): string {
  if (unit === 'years') return t('years');
  return unit.replaceAll(/\b[A-Z]{3}\b/g, currencyName).replace('m2', 'm²');
}
