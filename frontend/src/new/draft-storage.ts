// Keeps a draft in the session storage over a reload. A new visit starts with an empty draft.

import type { DraftChanges, Site } from './draft.ts';

const KEY = 'new-search';

export interface StoredDraft extends DraftChanges {
  /** Which site it's about, as the address has it. */
  address: string;
  /** In full where no address leads to it. */
  own?: Site;
}

/** Says whether it could: it may be too large, or storage is switched off. */
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
    // Nothing is kept where storage is switched off.
  }
}

/** What was there before the page was loaded again; nothing if one came by a link. */
export function saved(): StoredDraft | undefined {
  const [entry] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  if (entry?.type !== 'reload' && entry?.type !== 'back_forward') return;
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? 'null') ?? undefined;
  } catch {
    return;
  }
}
