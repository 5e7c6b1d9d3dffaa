// What a carrier is called where people read it.

import { t, translate } from '../i18n/texts.ts';

/** "heat@north" → "heat, north". */
export function carrierName(carrier: string): string {
  const [name = '', place] = carrier.split('@').map((part) => translate(part));
  return place ? t('%(carrier)s, %(place)s', { carrier: name, place }) : name;
}
