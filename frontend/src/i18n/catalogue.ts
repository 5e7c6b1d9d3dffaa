// The texts of a language other than English, and the translation of finished English messages: as
// a whole, by sentence, by list item, or by pattern. Loaded only for such a language.

import { filled, type Values } from './placeholders.ts';

type Texts = Record<string, string>;

interface Pattern {
  fits: RegExp;
  names: string[];
  text: string;
  /** The number of letters outside its placeholders. */
  letters: number;
}

export class Catalogue {
  /** The texts of pages, by the English text. */
  readonly texts: Texts;
  /** The titles of samples. */
  readonly titles: ReadonlyMap<string, string>;
  private readonly language: string;
  private readonly messages: Texts;
  /** Patterns with placeholders, the most specific first; apart, those of placeholders alone. */
  private readonly specific: readonly Pattern[];
  private readonly generic: readonly Pattern[];

  /** As the server sends it; `said`: messages of the server and of searches. */
  constructor(
    language: string,
    { texts, said: messages, titles }: Record<'texts' | 'said' | 'titles', Texts>,
  ) {
    this.language = language;
    this.texts = texts;
    this.titles = new Map(Object.entries(titles));
    this.messages = messages;
    const patterns = Object.entries(messages)
      .filter(([english]) => english.includes('%('))
      .map(patternOf)
      .sort((a, b) => b.letters - a.letters);
    this.specific = patterns.filter(({ letters }) => letters > 0);
    this.generic = patterns.filter(({ letters }) => letters === 0);
  }

  /** Undefined where it isn't known. */
  translateMessage(english: string): string | undefined {
    return (
      this.messages[english] ??
      this.each(english.split(/(?<=[.?]) /), 'unit', (sentence) =>
        this.translateMessage(sentence),
      ) ??
      this.each(english.split(', '), 'conjunction', (item) => this.translateItem(item)) ??
      this.fitted(english, this.specific) ??
      this.fitted(english, this.generic)
    );
  }

  /** A name is no sentence: of the patterns, only "%(name)s (%(place)s)" is for names. */
  translateLabel(name: string): string | undefined {
    return this.messages[name] ?? this.fitted(name, this.generic);
  }

  private translateItem(english: string): string | undefined {
    return this.messages[english] ?? this.fitted(english, this.specific);
  }

  /** Translates each part, if all of them are known. */
  private each(
    parts: string[],
    type: 'unit' | 'conjunction',
    translate: (part: string) => string | undefined,
  ): string | undefined {
    if (parts.length < 2) return undefined;
    const found = parts.map(translate);
    if (!found.every((part) => part !== undefined)) return undefined;
    return new Intl.ListFormat(this.language, { type, style: 'narrow' }).format(found);
  }

  private fitted(english: string, patterns: readonly Pattern[]): string | undefined {
    for (const { fits, names, text, letters } of patterns) {
      const places = fits.exec(english)?.slice(1);
      if (!places) continue;
      const known = places.map((place) => this.translateMessage(place));
      // "%(part)s: %(status)s" fits much that it isn't meant for.
      if (letters === 0 && !known.some((place) => place !== undefined)) continue;
      const values: Values = {};
      for (const [at, name] of names.entries()) values[name] = known[at] ?? places[at] ?? '';
      return filled(text, values);
    }
    return undefined;
  }
}

function patternOf([english, text]: [string, string]): Pattern {
  const parts = english.split(/%\(\w+\)s/);
  const names = Array.from(english.matchAll(/%\((\w+)\)s/g), ([, name]) => name ?? '');
  const places = parts.map((part, at) => literal(part) + place(names[at]));
  return {
    fits: new RegExp(`^${places.join('')}$`, 's'),
    names,
    text,
    letters: parts.join('').match(/\p{L}/gu)?.length ?? 0,
  };
}

/** A day is a number: else all that a date is part of would pass for a date. */
function place(name: string | undefined): string {
  if (name === undefined) return '';
  return name === 'day' ? '(\\d+)' : '(.*?)';
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
