// Who sees the search, beside its owner and admins.

import { find } from '../dom/element.ts';
import type { Draft } from './draft.ts';

export class AudienceField {
  private readonly select: HTMLSelectElement;
  private readonly draft: Draft;

  constructor(form: HTMLFormElement, draft: Draft) {
    this.select = find<HTMLSelectElement>('[data-field="audience"]', form);
    this.draft = draft;
    this.select.addEventListener('change', () => {
      draft.audience = this.select.value;
    });
  }

  /** Shows the draft's value; a team that isn't one's own can't be chosen. */
  show(): void {
    this.select.value = this.draft.audience;
    if (this.select.selectedIndex < 0) this.select.value = 'owner';
    this.draft.audience = this.select.value;
  }
}
