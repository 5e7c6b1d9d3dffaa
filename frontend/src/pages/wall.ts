// The screen on the wall of a control room: the running searches in turn, with nobody at the keys.

import type { Envelope, Fleet, JobSummary } from '../api/types.ts';
import { jobApi } from '../api/urls.ts';
import './frame.ts';
import '../style/convergence.css';
import '../style/wall.css';
import { get, isSignedIn, signInUrl } from '../api/calls.ts';
import { find, pageData, say } from '../dom/element.ts';
import { bindKeys } from '../dom/keyboard-shortcuts.ts';
import * as format from '../i18n/format.ts';
import { Connection } from '../live/connection.ts';
import { Feed } from '../live/feed.ts';
import { FleetWatch } from '../live/fleet.ts';
import { Freshness } from '../live/freshness.ts';
import { Searches } from '../live/searches.ts';
import { ServerClock } from '../live/server-clock.ts';
import { hasEnded, standing } from '../live/status-label.ts';
import { Glance } from '../monitor/fleet-summary.ts';
import { bindNotice } from '../monitor/stale-notice.ts';
import { bindAttention } from '../wall/auto-hide.ts';
import { programme, waiting } from '../wall/playlist.ts';
import { Round } from '../wall/rotation.ts';
import type { News } from '../wall/slide.ts';
import type { Stage } from '../wall/stage.ts';
import { Strip } from '../wall/strip.ts';
import { keepAwake } from '../wall/wake-lock.ts';

interface Data {
  /** How long a turn lasts, seconds. */
  every: number;
  /** Those that the address pins, as they were when the page was made; none: whatever runs. */
  pinned: JobSummary[];
}

const { every, pinned } = pageData<Data>();
const pins = pinned.map(({ job }) => job);
const known = new Map<string, JobSummary>();
const clock = new ServerClock();
const freshness = new Freshness();
const glance = new Glance(clock);
const round = new Round(1000 * every);
const strip = new Strip(1000 * every);
const time = find('[data-field="clock"]');
const signedOut = find('[data-signed-out]');
const pause = find('[data-action="pause"]');
let order: readonly string[] = [];
/** Whether it is known what there is: before that, nothing is said of it. */
let answered = false;
/** Undefined until it is loaded. */
let stage: Stage | undefined;

const searches = new Searches((job) => get<JobSummary>(jobApi(job)), {
  changed(summary) {
    const before = known.get(summary.job);
    known.set(summary.job, summary);
    if (before?.state !== summary.state) fleet.ask();
    // Its end is shown for a whole turn.
    if (before && !isOver(before) && isOver(summary) && round.shown === summary.job) round.begin();
    show();
  },
  removed(job) {
    known.delete(job);
  },
});

const fleet = new FleetWatch((told: Fleet | undefined) => {
  glance.show(told);
  if (told) order = told.order;
  else checkSession();
});

const connection: Connection = new Connection({
  connected() {
    signedOut.hidden = true;
    feed.ask();
    stage?.connected();
  },
  disconnected: () => leave('disconnected'),
  suspended: () => leave('suspended'),
  resumed: () => freshness.behind('connecting'),
  paced: (every) => freshness.paced(every),
  signedOut: showSignedOut,
});

const showNotice = bindNotice({ notice: () => freshness.notice() ?? stage?.notice() });
const feed = new Feed({ connection, searches, freshness, clock, answered: takeAnswer });

connection
  .on<Envelope>('progress', receive)
  .on<Envelope>('final', receive)
  .on<News>('position', (position) => stage?.received(position))
  .on<{ live: boolean }>('relay', ({ live }) => {
    feed.relay(live);
    if (live) stage?.connected();
  });

import('../wall/stage.ts').then((loaded) => {
  stage = new loaded.Stage(find('[data-stage]'), connection, clock);
  show();
});
find<HTMLAnchorElement>('a', signedOut).href = signInUrl();
fleet.ask(0);
keepAwake();
bindAttention();
setInterval(tick, 500);

const acts = {
  pause: togglePause,
  back: () => go(-1),
  on: () => go(1),
  fullscreen: toggleFullscreen,
  leave: () => location.assign('/'),
};
for (const [name, act] of Object.entries(acts)) {
  find(`[data-action="${name}"]`).addEventListener('click', act);
}
bindKeys({
  ' ': acts.pause,
  ArrowLeft: acts.back,
  ArrowRight: acts.on,
  f: acts.fullscreen,
  F: acts.fullscreen,
  Escape: acts.leave,
});

function tick(): void {
  say(time, format.timeOfDay(clock.now()));
  showNotice();
  glance.tick();
  round.tick();
  show();
  stage?.tick();
}

function show(): void {
  if (!answered) return;
  const turns = programme([...known.values()], pins);
  const shown = known.get(round.shown ?? '');
  round.take(turns.map(({ job }) => job));
  stage?.show(shown);
  // What has ended has left the turns, but not the wall yet.
  const edge = shown && !turns.includes(shown) ? [shown, ...turns] : turns;
  strip.show(edge, waiting([...known.values()], order), shown?.job);
  strip.tick(round);
}

function go(by: 1 | -1): void {
  round.go(by);
  show();
}

function togglePause(): void {
  round.pause();
  pause.setAttribute('aria-pressed', String(round.paused));
  show();
}

function toggleFullscreen(): void {
  if (document.fullscreenElement) document.exitFullscreen();
  // Browsers that refuse it say so themselves.
  else document.documentElement.requestFullscreen().catch(() => {});
}

function receive(envelope: Envelope): void {
  feed.received(envelope);
  stage?.received(envelope);
}

function leave(lag: 'disconnected' | 'suspended'): void {
  feed.leave(lag);
  stage?.disconnected();
}

/** `jobs`: the newest. Of the others, what has ended is let go: in weeks it would be too many. */
function takeAnswer(jobs: readonly JobSummary[]): void {
  searches.found(pinned.filter(({ job }) => !known.has(job)));
  const kept = new Set([...jobs.map(({ job }) => job), ...pins, round.shown]);
  for (const [job, summary] of known) {
    if (isOver(summary) && !kept.has(job)) searches.forget(job);
  }
  answered = true;
  tick();
}

function isOver(summary: JobSummary): boolean {
  return hasEnded(standing(summary));
}

async function checkSession(): Promise<void> {
  if ((await isSignedIn()) === false) showSignedOut();
}

function showSignedOut(): void {
  signedOut.hidden = false;
}
