// Every search, live, the newest first; what is looked for is in the address.

import './frame.ts';
import '../style/overview.css';
import { get, Refusal } from '../api.ts';
import { Connection } from '../connection.ts';
import { find, pageData, say } from '../element.ts';
import { Freshness, type Lag } from '../freshness.ts';
import { bindNotice } from '../notice.ts';
import { Filter } from '../overview/filter.ts';
import { type Fleet, FleetWatch } from '../overview/fleet.ts';
import { Glance } from '../overview/glance.ts';
import { bindKeys } from '../overview/keys.ts';
import { type Listing, Older } from '../overview/older.ts';
import { Picks } from '../overview/picks.ts';
import { Rows } from '../overview/rows.ts';
import { Searches, type Summary } from '../overview/searches.ts';
import type { Envelope } from '../reducer.ts';
import { ServerClock } from '../server-clock.ts';

interface Data {
  /** The name of who looks. */
  user: string;
  can_submit: boolean;
}

type AllAnswer = { ok: true; jobs: Summary[] } | { ok: false; error: string };

/** After a question for all searches that was not answered, ms. */
const RETRY = 3000;
/** The server repeats positions to those who watch one search; here all are asked for again, ms. */
const REPEAT = 30_000;
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
const glance = new Glance(clock);
const picks = new Picks(() => rows.markPicks());
const rows: Rows = new Rows(find('[data-list="searches"]'), clock, picks);
const older = new Older((query) => get<Listing>(`/api/v1/jobs?${query}`));
let filter = Filter.of(new URLSearchParams(location.search));
let newest: { oldest: Summary | undefined; whole: boolean } | undefined;
let asked = 0;

const searches = new Searches((job) => get<Summary>(`/api/v1/jobs/${encodeURIComponent(job)}`), {
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
  glance.show(told);
  rows.place(told);
});

const connection: Connection = new Connection({
  connected: askForAll,
  disconnected: () => leave('disconnected'),
  suspended: () => leave('suspended'),
  resumed: () => freshness.behind('connecting'),
});

connection
  .on<Envelope>('progress', receive)
  .on<Envelope>('final', receive)
  .on<{ live: boolean }>('relay', ({ live }) => {
    freshness.relay(live);
    if (live) askForAll();
  });

showFilter();
fleet.ask(0);
setInterval(() => {
  showNotice();
  glance.tick();
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
function lookFrom({ oldest, whole }: { oldest: Summary | undefined; whole: boolean }): void {
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
  if (!newest) return;
  const { shown } = rows;
  const all = older.exhausted;
  more.hidden = all || !looking.hidden;
  none.hidden = rows.known > 0 || !all;
  unmatched.hidden = shown > 0 || !all || rows.known === 0;
  say(count, all ? searchesOf(shown) : `The newest ${searchesOf(shown)}`);
}

function searchesOf(number: number): string {
  return number === 1 ? '1 search' : `${number} searches`;
}

async function askForAll(): Promise<void> {
  asked += 1;
  const ask = asked;
  searches.hold();
  try {
    const answer = await connection.ask<AllAnswer>('watch_all', {});
    if (ask !== asked) return;
    if (!answer.ok) throw new Error(answer.error);
    const goesOn = searches.answered(answer.jobs);
    freshness.caughtUp();
    if (!newest || !goesOn) {
      newest = { oldest: answer.jobs.at(-1), whole: answer.jobs.length < NEWEST };
      lookFrom(newest);
    }
    askLater(REPEAT);
  } catch {
    if (ask !== asked) return;
    freshness.behind('missing');
    askLater(RETRY);
  }
}

/** Unless there is a reason to ask before. */
function askLater(pause: number): void {
  const ask = asked;
  setTimeout(() => {
    if (ask === asked) askForAll();
  }, pause);
}

function leave(lag: Lag): void {
  // What is under way or was to be asked later is of the connection that is gone.
  asked += 1;
  searches.hold();
  freshness.behind(lag);
}

function receive(envelope: Envelope): void {
  clock.heard(envelope.at);
  searches.received(envelope);
  freshness.heard();
}
