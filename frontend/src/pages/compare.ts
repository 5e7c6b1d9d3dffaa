// Plans side by side. The address names them, and every change is a step in the browser's history.

import './frame.ts';
import { fullName, isCompared, titleOf } from '../compare/column.ts';
import { Comparison } from '../compare/comparison.ts';
import { SearchDialog } from '../compare/search-dialog.ts';
import { download } from '../dom/download.ts';
import { find, setText } from '../dom/element.ts';
import { t } from '../i18n/texts.ts';
import type { Live } from '../live/follow.ts';
import { hasEnded } from '../live/status-label.ts';
import {
  compareUrl,
  indexOf,
  MOST,
  type PlanRef,
  readNode,
  readPlans,
} from '../result/compare-url.ts';

class ComparePage {
  private readonly csv = find<HTMLButtonElement>('[data-action="csv"]');
  private readonly paper = find<HTMLButtonElement>('[data-action="print"]');
  private readonly add = find<HTMLButtonElement>('[data-action="add"]');
  private readonly reference = find('[data-field="reference"]');
  private readonly problem = find('[data-error="compare"]');
  private readonly empty = find('[data-empty="compare"]');
  private readonly announcer = find('[data-announcer]');
  private readonly comparison: Comparison;
  private readonly dialog = new SearchDialog((job) => this.addJob(job));
  private plans: readonly PlanRef[] = [];
  private node: string | undefined;
  /** Loaded when a column waits for its search. */
  private live: Promise<Live> | undefined;

  constructor() {
    this.comparison = new Comparison(find('[data-comparison]'), {
      remove: (place) => this.remove(place),
      makeReference: (place) => this.makeReference(place),
      plan: (place, plan) => this.choosePlan(place, plan),
      node: (node) => this.chooseNode(node),
      again: (place) => this.refetch([this.plans[place]?.job ?? '']),
    });
    this.add.addEventListener('click', () => {
      if (this.plans.length >= MOST) this.complain(tooMany());
      else this.dialog.open();
    });
    this.csv.addEventListener('click', () => {
      // With the byte order mark by which Excel recognises UTF-8.
      download(new Blob(['\ufeff', this.comparison.csv()], { type: 'text/csv' }), 'comparison.csv');
    });
    this.paper.addEventListener('click', () => window.print());
    addEventListener('popstate', () => this.readAddress());
    this.readAddress();
  }

  private readAddress(): void {
    const named = readPlans(location.search);
    this.node = readNode(location.search);
    this.show(named.slice(0, MOST));
    if (named.length > MOST) {
      this.complain(
        t('The address names %(count)s plans; the first %(most)s are compared.', {
          count: named.length,
          most: MOST,
        }),
      );
    }
  }

  private async remove(place: number): Promise<void> {
    await this.choose(this.plans.toSpliced(place, 1));
    const removers = document.querySelectorAll<HTMLElement>('[data-remove]');
    (removers[Math.min(place, removers.length - 1)] ?? this.add).focus();
  }

  private async makeReference(place: number): Promise<void> {
    const first = this.plans[place];
    if (first) await this.choose([first, ...this.plans.toSpliced(place, 1)]);
    find('[data-remove]').focus();
  }

  private async choosePlan(place: number, plan: number): Promise<void> {
    const before = this.plans[place];
    if (!before) return;
    const next = { ...before, plan };
    if (indexOf(this.plans, next) >= 0) {
      this.complain(t('Plan %(number)s of this search is already compared.', { number: plan + 1 }));
      await this.comparison.show(this.plans);
    } else await this.choose(this.plans.with(place, next));
    const letter = this.comparison.columns[place]?.letter ?? '';
    find<HTMLElement>(`[data-column="${letter}"] select`).focus();
  }

  private chooseNode(node: string): void {
    this.node = node;
    history.replaceState(null, '', compareUrl(this.plans, node));
    this.comparison.showNode(node);
  }

  /** Adds the first of its plans that isn't compared yet. */
  private addJob(job: string): void {
    const [column] = this.comparison.columns.filter((column) => column.ref.job === job);
    const count = column && isCompared(column) ? column.result.plans.length : 1;
    const plan = Array.from({ length: count }, (_, place) => place).find(
      (place) => indexOf(this.plans, { job, plan: place }) < 0,
    );
    if (plan === undefined) this.complain(t('All plans of this search are already compared.'));
    else this.choose([...this.plans, { job, plan }]);
  }

  private async choose(plans: readonly PlanRef[]): Promise<void> {
    history.pushState(null, '', compareUrl(plans, this.node));
    await this.show(plans);
  }

  private async show(plans: readonly PlanRef[]): Promise<void> {
    this.plans = plans;
    this.problem.hidden = true;
    this.empty.hidden = plans.length > 0;
    if (await this.comparison.show(plans, this.node)) this.update();
  }

  private async refetch(jobs: readonly string[]): Promise<void> {
    if (await this.comparison.refetch(jobs)) this.update();
  }

  /** Makes the rest of the page fit the columns. */
  private update(): void {
    const { compared, awaited } = this.comparison;
    this.csv.disabled = compared.length === 0;
    this.paper.disabled = compared.length === 0;
    setText(this.reference, this.referenceText());
    if (awaited.size > 0) this.live ??= this.follow();
    this.live?.then((live) => live.follow(this.comparison.awaited));
  }

  private async follow(): Promise<Live> {
    const [{ follow }, { bindNotice }] = await Promise.all([
      import('../live/follow.ts'),
      import('../monitor/stale-notice.ts'),
    ]);
    const { comparison } = this;
    const live = follow([], {
      changed: (state) => {
        if (!hasEnded(state)) return comparison.progress(state);
        live.unfollow(state.job);
        this.fill([state.job]);
      },
      connected: () => {
        const refused = comparison.columns.filter((one) => 'isRefused' in one && one.isRefused);
        if (refused.length > 0) this.fill(refused.map(({ ref }) => ref.job));
      },
    });
    setInterval(bindNotice(live), 500);
    return live;
  }

  /** Fetches searches that have ended, and announces it to those who don't see the page. */
  private async fill(jobs: readonly string[]): Promise<void> {
    await this.refetch(jobs);
    const filled = this.comparison.columns.filter(({ ref }) => jobs.includes(ref.job));
    const texts = filled.map((column) => {
      if (isCompared(column))
        return t('%(name)s was added to the comparison.', { name: fullName(column) });
      const reason = 'reason' in column ? column.reason : '';
      return `${titleOf(column)}: ${reason}`;
    });
    setText(this.announcer, texts.join(' '));
  }

  private referenceText(): string {
    const [first, ...others] = this.comparison.compared;
    if (!first) return '\u00a0';
    return others.length > 0
      ? t('Differences are from %(letter)s, %(title)s.', {
          letter: first.letter,
          title: first.job.title,
        })
      : t('Add another search or plan to see the differences.');
  }

  private complain(text: string): void {
    setText(this.problem, text);
    this.problem.hidden = false;
  }
}

function tooMany(): string {
  return t('At most %(most)s plans can be compared. Remove one to add another.', { most: MOST });
}

new ComparePage();
