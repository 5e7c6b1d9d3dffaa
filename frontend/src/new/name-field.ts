// The title of the search. Without one it gets the name of its site.

import { find } from '../dom/element.ts';
import { translateTitle } from '../i18n/texts.ts';
import type { Draft } from './draft.ts';

export class NameField {
  private readonly input: HTMLInputElement;
  private readonly draft: Draft;

  constructor(form: HTMLFormElement, draft: Draft) {
    this.input = find<HTMLInputElement>('[data-path="name"]', form);
    this.draft = draft;
    this.input.addEventListener('change', () => {
      draft.name = this.input.value;
    });
  }

  /** Shows the draft's value. */
  show(): void {
    this.input.value = this.draft.name;
  }

  /** The name of the site, used where nothing is typed. */
  showSite(name: string): void {
    this.input.placeholder = translateTitle(name);
  }
}
