// What survives of a draft when its page is left: small choices in the address, the rest in the
// session storage.

import type { Draft } from './draft.ts';
import { forget, type StoredDraft, save, saved } from './draft-storage.ts';
import type { SiteChoice } from './site-choice.ts';
import { queryOf } from './url-query.ts';

export class DraftPersistence {
  private readonly draft: Draft;
  private readonly choice: SiteChoice;
  /** Whether leaving the page would lose the draft. */
  private losable = false;

  constructor(draft: Draft, choice: SiteChoice) {
    this.draft = draft;
    this.choice = choice;
    addEventListener('beforeunload', (event) => {
      if (this.losable) event.preventDefault();
    });
  }

  /** The draft at this address before the page was reloaded. */
  recall(): StoredDraft | undefined {
    const before = saved();
    return before?.address === location.search ? before : undefined;
  }

  remember(): void {
    const { again, own } = this.choice;
    const query = again ? new URLSearchParams({ again }) : queryOf(this.draft);
    history.replaceState(null, '', query.size > 0 ? `?${query}` : location.pathname);
    const kept = save({ ...this.draft.kept(), address: location.search, ...(own && { own }) });
    this.losable = !kept && own !== undefined;
  }

  /** The draft was submitted. */
  forget(): void {
    this.losable = false;
    forget();
  }
}
