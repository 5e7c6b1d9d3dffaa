// The form that filters the list. The filter is in the page's address, too.

import { find } from '../dom/element.ts';
import { Filter } from './filter.ts';

/** A pause in typing. */
const TYPING_PAUSE_MS = 250;

export class FilterForm {
  filter = Filter.of(new URLSearchParams(location.search));
  private readonly form = find<HTMLFormElement>('[data-filters]');
  private readonly field = find<HTMLInputElement>('[name="search"]', this.form);
  private readonly state = find<HTMLSelectElement>('[name="state"]', this.form);
  private readonly mine = find<HTMLInputElement>('[name="mine"]', this.form);
  private readonly changed: (filter: Filter) => void;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** `changed`: called with each new filter. */
  constructor(changed: (filter: Filter) => void) {
    this.changed = changed;
    this.show();
    this.field.addEventListener('input', () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.read(), TYPING_PAUSE_MS);
    });
    this.field.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return;
      this.field.value = '';
      this.field.blur();
      this.read();
    });
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.read();
    });
    this.form.addEventListener('change', () => this.read());
    addEventListener('popstate', () => this.apply(Filter.of(new URLSearchParams(location.search))));
    find('[data-action="clear"]').addEventListener('click', () => {
      this.choose(new Filter());
      this.field.focus();
    });
  }

  /** Puts the cursor into the field for the title. */
  select(): void {
    this.field.select();
  }

  private read(): void {
    clearTimeout(this.timer);
    const filter = new Filter(this.field.value, this.state.value, this.mine.checked);
    if (String(filter.query) !== String(this.filter.query)) this.choose(filter);
  }

  private choose(filter: Filter): void {
    // Typing a word is one step in the browser's history, not one a letter.
    const address = filter.isEmpty ? location.pathname : `?${filter.query}`;
    if (this.filter.isEmpty !== filter.isEmpty) history.pushState(null, '', address);
    else history.replaceState(null, '', address);
    this.apply(filter);
  }

  private apply(filter: Filter): void {
    this.filter = filter;
    this.show();
    this.changed(filter);
  }

  private show(): void {
    const { search, state, mine } = this.filter;
    if (this.field.value.trim() !== search) this.field.value = search;
    this.state.value = state;
    this.mine.checked = mine;
  }
}
