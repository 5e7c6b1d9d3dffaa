// Plans side by side: which ones is in the address, and every change of it is a step back.

import './frame.ts';
import { fullName, isCompared, titleOf } from '../compare/column.ts';
import { Comparison } from '../compare/comparison.ts';
import type { Live } from '../compare/live.ts';
import { Chooser } from '../compare/search-dialog.ts';
import { find, say } from '../dom/element.ts';
import { t } from '../i18n/texts.ts';
import {
  compareUrl,
  indexOf,
  MOST,
  type Pick,
  readNode,
  readPicks,
} from '../result/compare-url.ts';

const csv = find<HTMLButtonElement>('[data-action="csv"]');
const paper = find<HTMLButtonElement>('[data-action="print"]');
const add = find<HTMLButtonElement>('[data-action="add"]');
const reference = find('[data-field="reference"]');
const problem = find('[data-error="compare"]');
const empty = find('[data-empty="compare"]');
const announcer = find('[data-announcer]');
let picks: readonly Pick[] = [];
let node = readNode(location.search);
/** Undefined while nothing is awaited. */
let live: Promise<Live> | undefined;

const comparison = new Comparison(find('[data-comparison]'), {
  async remove(place) {
    await choose(picks.toSpliced(place, 1));
    const removers = document.querySelectorAll<HTMLElement>('[data-remove]');
    (removers[Math.min(place, removers.length - 1)] ?? add).focus();
  },
  async refer(place) {
    const first = picks[place];
    if (first) await choose([first, ...picks.toSpliced(place, 1)]);
    find('[data-remove]').focus();
  },
  async plan(place, plan) {
    const pick = picks[place];
    if (!pick) return;
    const wanted = { ...pick, plan };
    if (indexOf(picks, wanted) >= 0) {
      complain(t('Plan %(number)s of this search is compared already.', { number: plan + 1 }));
      await comparison.show(picks);
    } else await choose(picks.with(place, wanted));
    find<HTMLElement>(`[data-column="${letterOf(place)}"] select`).focus();
  },
  node(wanted) {
    node = wanted;
    history.replaceState(null, '', compareUrl(picks, node));
    comparison.showNode(node);
  },
  again: (place) => renew([picks[place]?.job ?? '']),
});
const chooser = new Chooser(addJob);

add.addEventListener('click', () => {
  if (picks.length >= MOST) complain(tooMany());
  else chooser.open();
});
csv.addEventListener('click', save);
paper.addEventListener('click', () => window.print());
addEventListener('popstate', take);
take();

/** What the address names. */
function take(): void {
  const named = readPicks(location.search);
  node = readNode(location.search);
  show(named.slice(0, MOST));
  if (named.length > MOST) {
    complain(
      t('The address names %(count)s plans; the first %(most)s are compared.', {
        count: named.length,
        most: MOST,
      }),
    );
  }
}

async function choose(wanted: readonly Pick[]): Promise<void> {
  history.pushState(null, '', compareUrl(wanted, node));
  await show(wanted);
}

async function show(wanted: readonly Pick[]): Promise<void> {
  picks = wanted;
  problem.hidden = true;
  empty.hidden = picks.length > 0;
  if (await comparison.show(picks, node)) settle();
}

async function renew(jobs: readonly string[]): Promise<void> {
  if (await comparison.renew(jobs)) settle();
}

/** The rest of the page is as the columns are. */
function settle(): void {
  const { compared, awaited } = comparison;
  csv.disabled = compared.length === 0;
  paper.disabled = compared.length === 0;
  say(reference, words());
  if (awaited.size > 0) live ??= follow();
  live?.then((following) => following.follow(comparison.awaited));
}

async function follow(): Promise<Live> {
  const { Live } = await import('../compare/live.ts');
  return new Live({
    progress: (state) => comparison.progress(state),
    ended: (job) => fill([job]),
    connected() {
      const refused = comparison.columns.filter((one) => 'isRefused' in one && one.isRefused);
      if (refused.length > 0) fill(refused.map(({ pick }) => pick.job));
    },
  });
}

/** Says it to those who don't see it, too. */
async function fill(jobs: readonly string[]): Promise<void> {
  await renew(jobs);
  const filled = comparison.columns.filter(({ pick }) => jobs.includes(pick.job));
  const texts = filled.map((column) => {
    if (isCompared(column)) return t('%(name)s is compared now.', { name: fullName(column) });
    const reason = 'reason' in column ? column.reason : '';
    return `${titleOf(column)}: ${reason}`;
  });
  say(announcer, texts.join(' '));
}

function words(): string {
  const [first, ...others] = comparison.compared;
  if (!first) return '\u00a0';
  return others.length > 0
    ? t('Differences are from %(letter)s, %(title)s.', {
        letter: first.letter,
        title: first.job.title,
      })
    : t('Add another search or plan to see the differences.');
}

/** The first of its plans that isn't compared yet. */
function addJob(job: string): void {
  const known = comparison.columns.filter((column) => column.pick.job === job);
  const [column] = known;
  const count = column && isCompared(column) ? column.result.plans.length : 1;
  const plan = Array.from({ length: count }, (_, place) => place).find(
    (place) => indexOf(picks, { job, plan: place }) < 0,
  );
  if (plan === undefined) complain(t('All plans of this search are compared already.'));
  else choose([...picks, { job, plan }]);
}

function complain(text: string): void {
  say(problem, text);
  problem.hidden = false;
}

function tooMany(): string {
  return t('Up to %(most)s plans stand side by side. Remove one to add another.', { most: MOST });
}

function letterOf(place: number): string {
  return comparison.columns[place]?.letter ?? '';
}

function save(): void {
  // With the mark by which Excel knows UTF-8.
  const blob = new Blob(['\ufeff', comparison.csv()], { type: 'text/csv' });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = 'comparison.csv';
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
