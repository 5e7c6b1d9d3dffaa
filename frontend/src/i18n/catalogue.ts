// The texts of a language other than English. Loaded only for such a language.

import type { MessageJson, MessageValue } from '../schema/generated.ts';
import { filled } from './placeholders.ts';

type Texts = Record<string, string>;

export class Catalogue {
  /** The pages' own texts, by the English text. */
  readonly texts: Texts;
  /** The titles of the samples. */
  readonly titles: ReadonlyMap<string, string>;
  /** Labels, and the templates of messages. */
  private readonly messages: ReadonlyMap<string, string>;
  private readonly list: Intl.ListFormat;
  private readonly figure: Intl.NumberFormat;

  /** As the server gives it; `said`: labels and templates. */
  constructor(
    language: string,
    { texts, said, titles }: Record<'texts' | 'said' | 'titles', Texts>,
  ) {
    this.texts = texts;
    this.titles = new Map(Object.entries(titles));
    this.messages = new Map(Object.entries(said));
    this.list = new Intl.ListFormat(language, { type: 'conjunction', style: 'narrow' });
    // As exact as a number is: it was rounded for reading where the message was made.
    this.figure = new Intl.NumberFormat(language, { maximumSignificantDigits: 15 });
  }

  /** What isn't known stays in English: names that people have given, above all. */
  translate({ id, values }: MessageJson): string {
    const entries = Object.entries(values).map(([name, value]) => [name, this.value(value)]);
    return filled(this.messages.get(id) ?? id, Object.fromEntries(entries));
  }

  private value(value: MessageValue): string {
    if (typeof value === 'number') return this.figure.format(value);
    if (typeof value === 'string') return this.messages.get(value) ?? value;
    if (Array.isArray(value)) return this.list.format(value.map((item) => this.value(item)));
    return this.translate(value);
  }
}
