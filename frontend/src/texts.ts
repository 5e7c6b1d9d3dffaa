// What the pages say, in the language of the page. Texts stand in English where they are used; what
// they are in other languages comes from the server, which has them for its templates as well.

type Values = Record<string, string | number>;
type Texts = Record<string, string>;

/** By the English ones: what pages say, and what the server and its searches do. */
interface Catalogue {
  texts: Texts;
  said: Texts;
}

/** The page's language, as a tag; English in tests, where there is no page. */
export const language = globalThis.document?.documentElement.lang ?? 'en';

const url = globalThis.document?.querySelector<HTMLLinkElement>('link[data-texts]')?.href;
// Nothing is shown before its text is known, so nothing is shown in two languages. Without an
// answer it is shown in English.
const catalogue = url ? await fetch(url).then(read, () => undefined) : undefined;
const texts = catalogue?.texts ?? {};

async function read(answer: Response): Promise<Catalogue | undefined> {
  return answer.ok ? ((await answer.json()) as Catalogue) : undefined;
}

/** t("%(count)s watching", { count: 2 }) → "2 watching", or what that is in the page's language. */
export function t(english: string, values: Values = {}): string {
  return filled(texts[english] ?? english, values);
}

/** As `t`, of one or many: both texts may say %(n)s. */
export function tn(one: string, many: string, n: number, values: Values = {}): string {
  return filled(texts[one] ?? (n === 1 ? one : many), { n, ...values });
}

function filled(text: string, values: Values): string {
  return text.replace(/%\((\w+)\)s/g, (place, name: string) => String(values[name] ?? place));
}

interface Pattern {
  fits: RegExp;
  names: string[];
  text: string;
  /** How much of it stands fast. */
  letters: number;
}

const patterns = Object.entries(catalogue?.said ?? {})
  .filter(([english]) => english.includes('%('))
  .map(patternOf)
  .sort((a, b) => b.letters - a.letters);

function patternOf([english, text]: [string, string]): Pattern {
  const parts = english.split(/%\(\w+\)s/);
  return {
    fits: new RegExp(`^${parts.map(literal).join('(.+?)')}$`, 's'),
    names: Array.from(english.matchAll(/%\((\w+)\)s/g), ([, name]) => name ?? ''),
    text,
    letters: parts.join('').match(/\p{L}/gu)?.length ?? 0,
  };
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/**
 * What the server or a search said in English, whose figures stand in it already; also several
 * sentences, and several things with commas between. What isn't known stays as it is.
 */
export function said(english: string): string {
  return known(english) ?? english;
}

function known(english: string): string | undefined {
  if (!catalogue) return undefined;
  return (
    catalogue.said[english] ??
    each(english.split(/(?<=[.?]) /), 'unit') ??
    each(english.split(', '), 'conjunction') ??
    patterned(english)
  );
}

function each(parts: string[], type: 'unit' | 'conjunction'): string | undefined {
  if (parts.length < 2) return undefined;
  const found = parts.map(known);
  if (!found.every((part) => part !== undefined)) return undefined;
  return new Intl.ListFormat(language, { type, style: 'narrow' }).format(found);
}

function patterned(english: string): string | undefined {
  for (const { fits, names, text, letters } of patterns) {
    const places = fits.exec(english)?.slice(1);
    if (!places) continue;
    const values = places.map(known);
    // "%(title)s: %(status)s" fits much that it isn't meant for.
    if (letters === 0 && !values.some((value) => value !== undefined)) continue;
    return filled(
      text,
      Object.fromEntries(names.map((name, at) => [name, values[at] ?? places[at] ?? ''])),
    );
  }
  return undefined;
}
