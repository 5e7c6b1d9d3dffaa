// The filter of the overview: with the same parameters in the page's address and in the API, so
// that it finds the same among the listed searches and among older ones.

import type { JobSummary, State } from '../api/types.ts';
import { translateTitle } from '../i18n/texts.ts';

const STATES: Record<string, readonly State[]> = {
  waiting: ['PENDING', 'RETRY'],
  running: ['STARTED', 'PROGRESS'],
  finished: ['SUCCESS'],
  failed: ['FAILURE'],
  cancelled: ['REVOKED'],
};

export class Filter {
  /** Words of the title. */
  readonly search: string;
  /** Empty for any. */
  readonly state: string;
  /** Only those of who looks. */
  readonly mine: boolean;

  constructor(search = '', state = '', mine = false) {
    this.search = search.trim();
    this.state = Object.hasOwn(STATES, state) ? state : '';
    this.mine = mine;
  }

  static of(query: URLSearchParams): Filter {
    const { search, state } = Object.fromEntries(query);
    return new Filter(search, state, query.get('mine') === '1');
  }

  get query(): URLSearchParams {
    return new URLSearchParams({
      ...(this.search && { search: this.search }),
      ...(this.state && { state: this.state }),
      ...(this.mine && { mine: '1' }),
    });
  }

  get isEmpty(): boolean {
    return this.query.size === 0;
  }

  /** `user`: the name of who looks. */
  matches({ title, owner, state }: JobSummary, user: string): boolean {
    const words = this.search.toLowerCase();
    return (
      [title, translateTitle(title)].some((name) => name.toLowerCase().includes(words)) &&
      (!this.state || STATES[this.state]?.includes(state) === true) &&
      (!this.mine || owner === user)
    );
  }
}
