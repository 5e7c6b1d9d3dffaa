// The dialog that finds a finished search by its title and adds it to the comparison.

import { get, Refusal } from '../api/calls.ts';
import type { JobList, JobSummary } from '../api/types.ts';
import { find, html, setText } from '../dom/element.ts';
import * as format from '../i18n/format.ts';
import { t, tn, translateTitle } from '../i18n/texts.ts';
import { deviceLabel } from '../requirement/device-labels.ts';

/** A pause in typing. */
const TYPING_PAUSE_MS = 250;
const SHOWN = 20;

export class SearchDialog {
  private readonly dialog = find<HTMLDialogElement>('[data-dialog="add"]');
  private readonly field = find<HTMLInputElement>('input[type="search"]', this.dialog);
  private readonly status = find('[data-field="found"]', this.dialog);
  private readonly list = find('[data-list="found"]', this.dialog);
  private readonly chosen: (job: string) => void;
  private typed: ReturnType<typeof setTimeout> | undefined;
  private requests = 0;

  /** `chosen`: called with a search's id. */
  constructor(chosen: (job: string) => void) {
    this.chosen = chosen;
    this.field.addEventListener('input', () => {
      clearTimeout(this.typed);
      this.typed = setTimeout(() => this.search(), TYPING_PAUSE_MS);
    });
  }

  open(): void {
    this.field.value = '';
    this.dialog.showModal();
    this.field.focus();
    this.search();
  }

  private async search(): Promise<void> {
    this.requests += 1;
    const { requests } = this;
    const query = new URLSearchParams({ state: 'finished', per_page: String(SHOWN) });
    if (this.field.value.trim()) query.set('search', this.field.value.trim());
    try {
      const listing = await get<JobList>(`/api/v1/jobs?${query}`);
      if (requests === this.requests) this.show(listing);
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      if (requests === this.requests) setText(this.status, refusal.message);
    }
  }

  private show({ jobs, total }: JobList): void {
    this.list.replaceChildren(...jobs.map((job) => html('li', {}, this.entry(job))));
    setText(
      this.status,
      total === 0
        ? t('No finished search has this title.')
        : total > jobs.length
          ? t('The newest %(shown)s of %(total)s finished searches', { shown: jobs.length, total })
          : tn('%(n)s finished search', '%(n)s finished searches', total),
    );
  }

  private entry(found: JobSummary): HTMLElement {
    const { job, title, owner, created_at, incumbent, currency, disabled_devices } = found;
    const out = disabled_devices.map(deviceLabel);
    const cost = typeof incumbent === 'number' ? format.money(incumbent, currency) : '';
    const without = out.length > 0 ? t('without %(devices)s', { devices: format.list(out) }) : '';
    const button = html(
      'button',
      { type: 'button', 'data-job': job },
      html('span', { class: 'found-title' }, translateTitle(title)),
      html(
        'span',
        { class: 'muted' },
        [owner, format.dateAndTime(created_at), without].filter(Boolean).join(' · '),
      ),
      html('span', { class: 'found-cost' }, cost && t('%(cost)s / year', { cost })),
    );
    button.addEventListener('click', () => {
      this.dialog.close();
      this.chosen(job);
    });
    return button;
  }
}
