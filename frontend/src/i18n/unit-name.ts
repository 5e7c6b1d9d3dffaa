// Units of figures as the server writes them, in the language of the page.

import { currencyName } from './format.ts';

/** A unit as the server writes it → "EUR/m²", "欧元/m²". */
export function unitName(unit: string): string {
  return unit.replaceAll(/\b[A-Z]{3}\b/g, currencyName).replace('m2', 'm²');
}
