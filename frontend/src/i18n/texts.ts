// The texts of the pages, in the language of the page. The sources have them in English; the
// translations come from the server, which uses them for its templates as well.

import type { MessageJson } from '../schema/generated.ts';
import type { Catalogue } from './catalogue.ts';
import { filled, type Values } from './placeholders.ts';

/** The page's language, as a tag; English in tests, where there is no page. */
export const language = globalThis.document?.documentElement.lang ?? 'en';

const url = globalThis.document?.querySelector<HTMLLinkElement>('link[data-texts]')?.href;
// The page waits for its texts, so that it isn't shown in two languages. Without an answer it is
// shown in English.
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

/**
 * Translates what the server or a search says, by the message beside the English text; without one,
 * a label of ours. Names that people have given stay as they are.
 */
export function translate(english: string, message?: MessageJson | null): string {
  return catalogue?.translate(message ?? { id: english, values: {} }) ?? english;
}

/** Translates the title of a sample; titles that people have given stay as they are. */
export function translateTitle(title: string): string {
  return catalogue?.titles.get(title) ?? title;
}
