// Keeps a draft in the session storage over a reload. A new visit starts with an empty draft.

import type { DraftChanges, Site } from './draft.ts';

const KEY = 'new-search';

export interface StoredDraft extends DraftChanges {
  /** The address, which names the site. */
  address: string;
  /** The whole site, where no address names it. */
  own?: Site;
}

/** Returns false if it is too large, or storage is switched off. */
export function save(saved: StoredDraft): boolean {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(saved));
    return true;
  } catch {
    forget();
    return false;
  }
}

export function forget(): void {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // Without storage there is nothing to remove.
  }
}

/** The draft from before a reload; nothing if the page was reached by a link. */
export function saved(): StoredDraft | undefined {
  const [entry] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  if (entry?.type !== 'reload' && entry?.type !== 'back_forward') return;
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? 'null') ?? undefined;
  } catch {
    return;
  }
}
