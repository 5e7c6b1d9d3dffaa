// The searches that are selected for a comparison, whatever the list shows, and the bar that leads
// to the comparison.

import { find, setText } from '../dom/element.ts';
import { t } from '../i18n/texts.ts';
import { compareUrl, MOST } from '../result/compare-url.ts';

export class Selection {
  private readonly bar = find('[data-picks]');
  private readonly words = find('[data-picks-words]', this.bar);
  private readonly link = find<HTMLAnchorElement>('a', this.bar);
  private readonly jobs = new Set<string>();
  private readonly changed: () => void;

  constructor(changed: () => void) {
    this.changed = changed;
    find('button', this.bar).addEventListener('click', () => {
      this.jobs.clear();
      this.show();
    });
  }

  has(job: string): boolean {
    return this.jobs.has(job);
  }

  toggle(job: string): void {
    const isOneTooMany = !this.jobs.has(job) && this.jobs.size >= MOST;
    if (!isOneTooMany && !this.jobs.delete(job)) this.jobs.add(job);
    this.show(isOneTooMany);
  }

  private show(isOneTooMany = false): void {
    const { size } = this.jobs;
    this.bar.hidden = size === 0;
    setText(
      this.words,
      isOneTooMany
        ? t('%(most)s selected; at most %(most)s can be compared', { most: MOST })
        : t('%(n)s selected', { n: size }),
    );
    this.link.href = compareUrl([...this.jobs].map((job) => ({ job, plan: 0 })));
    this.changed();
  }
}
