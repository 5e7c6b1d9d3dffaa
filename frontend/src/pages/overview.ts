// Every search, live, the newest first; what is looked for is in the address.

import type { Envelope, Fleet, JobList, JobSummary } from '../api/types.ts';
import { jobApi } from '../api/urls.ts';
import './frame.ts';
import '../style/overview.css';
import { get, Refusal } from '../api/calls.ts';
import { find, pageData, say } from '../dom/element.ts';
import { bindKeys } from '../dom/keyboard-shortcuts.ts';
import { tn } from '../i18n/texts.ts';
import { Connection } from '../live/connection.ts';
import { Feed } from '../live/feed.ts';
import { FleetWatch } from '../live/fleet.ts';
import { Freshness } from '../live/freshness.ts';
import { Searches } from '../live/searches.ts';
import { ServerClock } from '../live/server-clock.ts';
import { bindNotice } from '../monitor/stale-notice.ts';
import { CancelWaiting } from '../overview/cancel-waiting.ts';
import { Filter } from '../overview/filter.ts';
import { Older } from '../overview/older-searches.ts';
import { Rows } from '../overview/rows.ts';
import { Picks } from '../overview/selection.ts';

interface Data {
  /** The name of who looks. */
  user: string;
  can_submit: boolean;
}

/** As many as the server tells of at once: fewer are all that there are. */
const NEWEST = 100;
/** With fewer rows than these, older searches are looked for by itself. */
const ENOUGH = 20;
/** A pause in typing, ms. */
const TYPED = 250;

const { user, can_submit } = pageData<Data>();
const form = find<HTMLFormElement>('[data-filters]');
const field = find<HTMLInputElement>('[name="search"]', form);
const state = find<HTMLSelectElement>('[name="state"]', form);
const mine = find<HTMLInputElement>('[name="mine"]', form);
const count = find('[data-field="count"]');
const more = find('[data-more]');
const looking = find('[data-looking]');
const problem = find('[data-error="more"]');
const none = find('[data-empty="none"]');
const unmatched = find('[data-empty="unmatched"]');
const keys = find<HTMLDialogElement>('[data-dialog="keys"]');
const clock = new ServerClock();
const freshness = new Freshness();
const showNotice = bindNotice(freshness);
const glance = import('../monitor/fleet-summary.ts').then(({ Glance }) => new Glance(clock));
const picks = new Picks(() => rows.markPicks());
const rows: Rows = new Rows(find('[data-list="searches"]'), clock, picks);
const cancelWaiting = can_submit ? new CancelWaiting() : undefined;
const older = new Older((query) => get<JobList>(`/api/v1/jobs?${query}`));
let filter = Filter.of(new URLSearchParams(location.search));
let newest: { oldest: JobSummary | undefined; whole: boolean } | undefined;

const searches = new Searches((job) => get<JobSummary>(jobApi(job)), {
  changed(summary) {
    const stood = rows.stateOf(summary.job);
    rows.show(summary);
    if (stood !== summary.state) fleet.ask();
    showCount();
  },
  removed(job) {
    rows.remove(job);
    showCount();
  },
});

const fleet = new FleetWatch((told: Fleet | undefined) => {
  glance.then((loaded) => loaded.show(told));
  rows.place(told);
});

const connection: Connection = new Connection({
  connected: () => feed.ask(),
  disconnected: () => feed.leave('disconnected'),
  suspended: () => feed.leave('suspended'),
  resumed: () => freshness.behind('connecting'),
  paced: (every) => freshness.paced(every),
});

const feed = new Feed({
  connection,
  searches,
  freshness,
  clock,
  answered(jobs, goesOn) {
    if (newest && goesOn) return;
    newest = { oldest: jobs.at(-1), whole: jobs.length < NEWEST };
    lookFrom(newest);
  },
});

connection
  .on<Envelope>('progress', (envelope) => feed.received(envelope))
  .on<Envelope>('final', (envelope) => feed.received(envelope))
  .on<{ live: boolean }>('relay', ({ live }) => feed.relay(live));

showFilter();
fleet.ask(0);
setInterval(() => {
  showNotice();
  glance.then((loaded) => loaded.tick());
  rows.tick();
}, 500);

let typed: ReturnType<typeof setTimeout> | undefined;
field.addEventListener('input', () => {
  clearTimeout(typed);
  typed = setTimeout(takeFromForm, TYPED);
});
field.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  field.value = '';
  field.blur();
  takeFromForm();
});
form.addEventListener('submit', (event) => {
  event.preventDefault();
  takeFromForm();
});
form.addEventListener('change', takeFromForm);
addEventListener('popstate', () => look(Filter.of(new URLSearchParams(location.search))));
find('[data-action="clear"]').addEventListener('click', () => {
  choose(new Filter());
  field.focus();
});
find('[data-action="more"]').addEventListener('click', lookFurther);
find('[data-action="keys"]').addEventListener('click', () => keys.showModal());

bindKeys({
  '/': () => field.select(),
  '?': () => keys.showModal(),
  j: () => rows.move(1),
  k: () => rows.move(-1),
  x: () => rows.pick(),
  ...(can_submit && { n: () => location.assign('/new') }),
});

function takeFromForm(): void {
  clearTimeout(typed);
  const wanted = new Filter(field.value, state.value, mine.checked);
  if (String(wanted.query) !== String(filter.query)) choose(wanted);
}

function choose(wanted: Filter): void {
  // What is typed letter by letter is one step back, not one for each letter.
  const address = wanted.isEmpty ? location.pathname : `?${wanted.query}`;
  if (filter.isEmpty !== wanted.isEmpty) history.pushState(null, '', address);
  else history.replaceState(null, '', address);
  look(wanted);
}

function look(wanted: Filter): void {
  filter = wanted;
  showFilter();
  if (newest) lookFrom(newest);
}

function showFilter(): void {
  if (field.value.trim() !== filter.search) field.value = filter.search;
  state.value = filter.state;
  mine.checked = filter.mine;
  rows.filter((summary) => filter.matches(summary, user));
  showCount();
}

/** Older searches are to be looked for below those that are known. */
function lookFrom({ oldest, whole }: { oldest: JobSummary | undefined; whole: boolean }): void {
  older.begin(oldest, whole);
  if (rows.shown < ENOUGH) lookFurther();
  showCount();
}

async function lookFurther(): Promise<void> {
  if (older.exhausted) return;
  problem.hidden = true;
  more.hidden = true;
  looking.hidden = false;
  try {
    const found = await older.next(filter);
    if (!found) return;
    searches.found(found);
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    say(problem, refusal.message);
    problem.hidden = false;
  }
  looking.hidden = true;
  showCount();
}

function showCount(): void {
  cancelWaiting?.show(rows.waitingOf(user));
  if (!newest) return;
  const { shown } = rows;
  const all = older.exhausted;
  more.hidden = all || !looking.hidden;
  none.hidden = rows.known > 0 || !all;
  unmatched.hidden = shown > 0 || !all || rows.known === 0;
  say(count, all ? searchesOf(shown) : newestOf(shown));
}

function searchesOf(number: number): string {
  return tn('%(n)s search', '%(n)s searches', number);
}

function newestOf(number: number): string {
  return tn('The newest %(n)s search', 'The newest %(n)s searches', number);
}
