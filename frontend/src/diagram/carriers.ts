// What a carrier is called where people read it.

import { t, translateLabel } from '../i18n/texts.ts';

/** "heat@north" → "heat, north". */
export function carrierName(carrier: string): string {
  const [name = '', place] = carrier.split('@').map(translateLabel);
  return place ? t('%(carrier)s, %(place)s', { carrier: name, place }) : name;
}
