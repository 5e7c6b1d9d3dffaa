// Who is watching: a sentence, and a badge for each of the first few people. Its room is reserved,
// so that nothing moves when somebody comes or goes.

import type { Viewers } from '../api/types.ts';
import { find, html, setText } from '../dom/element.ts';
import type { StateView } from '../dom/state-view.ts';
import { list } from '../i18n/format.ts';
import { t, tn } from '../i18n/texts.ts';

const BADGES = 6;
/** So many other people are named in the sentence. */
const NAMED = 2;
/** Longer names are cut in the sentence; the badge has the whole name. */
const MAX_LETTERS = 24;

export class ViewerLine implements StateView<Viewers> {
  private readonly badges = find('[data-audience]');
  private readonly sentence = find('[data-field="viewers"]');
  private readonly user: string;

  /** `user`: the name of who looks. */
  constructor(user: string) {
    this.user = user;
  }

  show({ people, names }: Viewers): void {
    const others = names.filter((name) => name !== this.user);
    const shown = others.slice(0, BADGES - 1);
    this.badges.replaceChildren(
      badge(this.user, t('%(name)s (you)', { name: this.user })),
      ...shown.map((name) => badge(name, name)),
    );
    this.badges.firstElementChild?.toggleAttribute('data-you', true);
    setText(this.sentence, sentence(others, people - 1));
  }
}

/** `others`: those who are known by name; `count`: all of them, oneself left out. */
export function sentence(others: readonly string[], count: number): string {
  if (count <= 0) return t('Only you are watching');
  // One more name takes no more room than "1 other".
  const named = others.slice(0, count <= NAMED + 1 ? NAMED + 1 : NAMED);
  const rest = count - named.length;
  const people = [t('You'), ...named.map(inSentence)];
  if (rest > 0) people.push(tn('%(n)s other', '%(n)s others', rest));
  return t('%(names)s are watching', { names: list(people) });
}

const RIGHT_TO_LEFT = /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufefc]/;

/** Short enough, and set apart where it would turn the direction of what follows. */
function inSentence(name: string): string {
  const letters = Array.from(name);
  const short =
    letters.length > MAX_LETTERS ? `${letters.slice(0, MAX_LETTERS - 1).join('')}…` : name;
  return RIGHT_TO_LEFT.test(short) ? `\u2068${short}\u2069` : short;
}

/** "olga" → "O", "Wei Zhang" → "WZ", "张伟" → "张". */
export function initials(name: string): string {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words;
  return ends.map((word = '') => Array.from(word)[0]?.toUpperCase()).join('') || '?';
}

function badge(name: string, title: string): HTMLElement {
  return html(
    'li',
    { title },
    html('span', { 'aria-hidden': 'true' }, initials(name)),
    html('span', { class: 'visually-hidden' }, title),
  );
}
