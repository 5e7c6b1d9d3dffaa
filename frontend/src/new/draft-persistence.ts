// Keeps a draft when its page is left: small choices in the address, the rest in the session
// storage.

import type { Draft } from './draft.ts';
import { forget, type StoredDraft, save, saved } from './draft-storage.ts';
import type { SiteChoice } from './site-choice.ts';
import { queryOf } from './url-query.ts';

export class DraftPersistence {
  private readonly draft: Draft;
  private readonly choice: SiteChoice;
  /** Whether leaving the page would lose the draft. */
  private isUnsaved = false;

  constructor(draft: Draft, choice: SiteChoice) {
    this.draft = draft;
    this.choice = choice;
    addEventListener('beforeunload', (event) => {
      if (this.isUnsaved) event.preventDefault();
    });
  }

  /** The draft at this address before the page was reloaded. */
  recall(): StoredDraft | undefined {
    const before = saved();
    return before?.address === location.search ? before : undefined;
  }

  remember(): void {
    const { earlierJob: again, uploaded: own } = this.choice;
    const query = again ? new URLSearchParams({ again }) : queryOf(this.draft);
    history.replaceState(null, '', query.size > 0 ? `?${query}` : location.pathname);
    const isSaved = save({
      ...this.draft.toStored(),
      address: location.search,
      ...(own && { own }),
    });
    this.isUnsaved = !isSaved && own !== undefined;
  }

  /** The draft was submitted. */
  forget(): void {
    this.isUnsaved = false;
    forget();
  }
}
