// What the pages say, in the language of the page. Texts stand in English where they are used; what
// they are in other languages comes from the server, which has them for its templates as well.

type Values = Record<string, string | number>;
type Texts = Record<string, string>;

/** The page's language, as a tag; English in tests, where there is no page. */
export const language = globalThis.document?.documentElement.lang ?? 'en';

const url = globalThis.document?.querySelector<HTMLLinkElement>('link[data-texts]')?.href;
// Nothing is shown before its text is known, so nothing is shown in two languages. Without an
// answer it is shown in English.
const texts: Texts = url ? await fetch(url).then(read, () => ({})) : {};

async function read(answer: Response): Promise<Texts> {
  return answer.ok ? ((await answer.json()) as Texts) : {};
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

let patterns: { pattern: RegExp; names: string[]; text: string }[] | undefined;

/** What the server or a search said in English, whose figures stand in it already. */
export function said(english: string): string {
  const known = texts[english];
  if (known !== undefined) return known;
  patterns ??= Object.entries(texts).filter(isPattern).map(patternOf);
  for (const { pattern, names, text } of patterns) {
    const found = pattern.exec(english)?.slice(1);
    if (found) {
      const values = names.map((name, place) => [name, said(found[place] ?? '')]);
      return filled(text, Object.fromEntries(values) as Values);
    }
  }
  return english;
}

/** One that has more than figures in it: "%(a)s: %(b)s" would fit what it isn't meant for. */
function isPattern([english]: [string, string]): boolean {
  return english.includes('%(') && /\p{L}/u.test(english.replace(/%\(\w+\)s/g, ''));
}

function patternOf([english, text]: [string, string]) {
  const names = Array.from(english.matchAll(/%\((\w+)\)s/g), ([, name]) => name ?? '');
  const parts = english
    .split(/%\(\w+\)s/)
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return { pattern: new RegExp(`^${parts.join('(.+?)')}$`, 's'), names, text };
}
