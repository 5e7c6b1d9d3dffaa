// What the pages say, in the language of the page. Texts stand in English where they are used; what
// they are in other languages comes from the server, which has them for its templates as well.

import type { Catalogue } from './catalogue.ts';
import { filled, type Values } from './placeholders.ts';

/** The page's language, as a tag; English in tests, where there is no page. */
export const language = globalThis.document?.documentElement.lang ?? 'en';

const url = globalThis.document?.querySelector<HTMLLinkElement>('link[data-texts]')?.href;
// Nothing is shown before its text is known, so nothing is shown in two languages. Without an
// answer it is shown in English.
const catalogue = url ? await load(url).catch(() => undefined) : undefined;

async function load(url: string): Promise<Catalogue> {
  const [{ Catalogue }, answer] = await Promise.all([import('./catalogue.ts'), fetch(url)]);
  return new Catalogue(language, await answer.json());
}

/** t("%(count)s watching", { count: 2 }) → "2 watching", or what that is in the page's language. */
export function t(english: string, values: Values = {}): string {
  return filled(catalogue?.texts[english] ?? english, values);
}

/** As `t`, of one or many: both texts may say %(n)s. */
export function tn(one: string, many: string, n: number, values: Values = {}): string {
  return filled(catalogue?.texts[one] ?? (n === 1 ? one : many), { n, ...values });
}

/** What the server or a search said in English, whose figures stand in it already. */
export function translateMessage(english: string): string {
  return catalogue?.translateMessage(english) ?? english;
}

/** A label, if it is one of ours; what people have named themselves stays as it is. */
export function translateLabel(name: string): string {
  return catalogue?.translateLabel(name) ?? name;
}

/** A search's title, if it is a sample's; any other was given by people and stays as it is. */
export function translateTitle(title: string): string {
  return catalogue?.titles.get(title) ?? title;
}
