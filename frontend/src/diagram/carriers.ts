// The style of a carrier: a class in style/diagram.css, which gives it its colour and its dash,
// since colour alone isn't enough to tell carriers apart.

import { t, translateLabel } from '../i18n/texts.ts';

const KNOWN = new Set(['electricity', 'heat', 'cooling', 'gas', 'hydrogen', 'sun', 'wind']);

/** How many looks the style sheet has for carriers by any other name. */
const OTHERS = 5;

/** "heat@north" → "heat": the same carrier at another place looks the same. */
export function carrierLook(carrier: string): string {
  const name = carrier.split('@', 1)[0]?.trim().toLowerCase() ?? '';
  if (KNOWN.has(name)) return name;
  // By its name, so that a carrier keeps its look from plan to plan.
  let hash = 0;
  for (const character of name) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
  return `other-${hash % OTHERS}`;
}

/** "heat@north" → "heat, north": how it is called where people read it. */
export function carrierName(carrier: string): string {
  const [name = '', place] = carrier.split('@').map(translateLabel);
  return place ? t('%(carrier)s, %(place)s', { carrier: name, place }) : name;
}
