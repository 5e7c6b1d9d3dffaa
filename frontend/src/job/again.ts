// Searching again once a search has ended: the same (its own requirement, devices and options
// included), or with changes in the form, where the form can say what was searched.

import { post, Refusal } from '../api.ts';
import { find, say } from '../element.ts';
import { t } from '../texts.ts';

export interface Searched {
  job: string;
  /** Null where it came with a requirement of its own. */
  sample: string | null;
  disabled_devices: string[];
  options: Record<string, unknown>;
}

export class Again {
  private readonly place = find('[data-again]');
  private readonly button = find<HTMLButtonElement>('[data-action="again"]');
  private readonly error = find('[data-error="again"]');
  private readonly url: string;
  /** One click that came twice is one search; a later one is another. */
  private key = `again ${Date.now()}`;

  constructor(searched: Searched) {
    this.url = `/api/v1/jobs/${encodeURIComponent(searched.job)}/rerun`;
    const change = find<HTMLAnchorElement>('[data-action="change"]');
    change.href = changed(searched);
    this.button.addEventListener('click', () => this.start());
    addEventListener('pageshow', () => this.busy(false));
  }

  /** The search has ended. */
  offer(): void {
    this.place.hidden = false;
  }

  private async start(): Promise<void> {
    this.busy(true);
    this.error.hidden = true;
    try {
      const { id } = await post<{ id: string }>(this.url, {}, { 'Idempotency-Key': this.key });
      this.key = `again ${Date.now()}`;
      location.assign(`/jobs/${encodeURIComponent(id)}`);
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      this.busy(false);
      say(this.error, refusal.message);
      this.error.hidden = false;
    }
  }

  private busy(is: boolean): void {
    this.button.disabled = is;
    say(this.button, is ? t('Starting…') : t('Search again'));
  }
}

/** The form, filled in as it was; `again` names the search for what the address can't carry. */
export function changed({ job, sample, disabled_devices, options }: Searched): string {
  const query = new URLSearchParams({ again: job, ...(sample && { sample }) });
  if (typeof options.goal === 'string') query.set('goal', options.goal);
  if (options.detail === 'typical days') query.set('quick', '1');
  for (const name of disabled_devices) query.append('disabled', name);
  return `/new?${query}`;
}
