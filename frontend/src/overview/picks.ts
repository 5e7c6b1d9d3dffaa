// The searches that are picked to be compared, whatever the list shows meanwhile, and the bar that
// leads to the comparison.

import { compareUrl, MOST } from '../compare/pick.ts';
import { find, say } from '../element.ts';
import { t, tn } from '../texts.ts';

export class Picks {
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
    const picked = tn('%(n)s picked', '%(n)s picked', size);
    const most = t('%(most)s at most can be compared', { most: MOST });
    say(this.words, isOneTooMany ? `${picked}, ${most}` : picked);
    this.link.href = compareUrl([...this.jobs].map((job) => ({ job, plan: 0 })));
    this.changed();
  }
}
