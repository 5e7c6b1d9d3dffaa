// One search: follows it live, and at its end fetches the result once and has it drawn.

import './frame.ts';
import '../style/job.css';
import { Connection } from '../connection.ts';
import { find, html, pageData, say } from '../element.ts';
import * as format from '../format.ts';
import { Freshness, type Lag } from '../freshness.ts';
import { Cancel } from '../job/cancel.ts';
import { Log } from '../job/log.ts';
import { Panel } from '../job/panel.ts';
import { Tab } from '../job/tab.ts';
import { bindNotice } from '../notice.ts';
import type { Summary } from '../overview/searches.ts';
import type { Envelope, JobState } from '../reducer.ts';
import { ServerClock } from '../server-clock.ts';
import { hasEnded, standing } from '../standing.ts';
import { type Answer, type Position, Watcher } from '../watcher.ts';

interface Data {
  /** As it was when the page was made; null where it came with a requirement of its own. */
  job: Summary & { sample: string | null; disabled_devices: string[] };
  can_cancel: boolean;
}

const { job, can_cancel } = pageData<Data>();
const clock = new ServerClock();
const freshness = new Freshness(Date.now());
const showNotice = bindNotice(freshness);
const panel = new Panel(clock);
const log = new Log();
const tab = new Tab(job.title);
const cancel = can_cancel ? new Cancel(job.job) : undefined;
const end = find('[data-end]');
const viewers = find('[data-field="viewers"]');
let shown: Summary = job;

for (const time of document.querySelectorAll<HTMLTimeElement>('[data-time]')) {
  time.dateTime = new Date(Number(time.dataset.time)).toISOString();
  say(time, format.dateAndTime(Number(time.dataset.time)));
}

const watcher = new Watcher(job.job, (question) => connection.ask<Answer>('watch', question), {
  changed(state) {
    log.show(state);
    show({ ...job, ...state });
  },
  caughtUp: () => freshness.caughtUp(),
  lost: () => freshness.behind('missing'),
  refused(error) {
    freshness.behind('missing');
    showReason(error);
  },
});

const connection: Connection = new Connection({
  connected: () => watcher.connected(),
  disconnected: () => leave('disconnected'),
  suspended() {
    leave('suspended');
    tab.show(shown, true);
  },
  resumed: () => freshness.behind('connecting'),
});

connection
  .on<Envelope>('progress', receive)
  .on<Envelope>('final', receive)
  .on<Position>('position', (position) => {
    watcher.received(position);
    freshness.heard();
  })
  .on<{ count: number }>('viewers', ({ count }) => say(viewers, `${count} watching`))
  .on<{ live: boolean }>('relay', ({ live }) => {
    freshness.relay(live);
    // What happened meanwhile never came: ask for it.
    if (live) watcher.connected();
  });

show(job);
setInterval(() => {
  showNotice();
  panel.tick(shown);
}, 500);

function show(state: Summary): void {
  const before = shown;
  shown = state;
  panel.show(state);
  tab.show(state, freshness.suspended);
  cancel?.show(state);
  if (!hasEnded(standing(state))) {
    end.hidden = true;
    announceMilestone(state, before);
  } else if (state === before || !hasEnded(standing(before))) {
    showEnd(state);
    if (state !== before) log.announce(`${standing(state).label}. ${state.status}`, true);
  }
}

function leave(lag: Lag): void {
  watcher.hold();
  freshness.behind(lag);
}

function receive(envelope: Envelope): void {
  clock.heard(envelope.at);
  watcher.received(envelope);
  freshness.heard();
}

function announceMilestone(state: JobState, before: JobState): void {
  const newest = state.milestones?.at(-1);
  if (newest && newest.seq > before.seq) log.announce(newest.status);
}

function showEnd({ result_url, outcome, status }: JobState): void {
  if (result_url) showResult(result_url, outcome);
  else showReason(status, html('a', { href: searchAgain() }, 'Search again'));
}

async function showResult(url: string, outcome: JobState['outcome']): Promise<void> {
  const { Result } = await import('../result/result.ts');
  new Result(find('[data-result]'), url, outcome).load();
}

function showReason(reason: string, ...next: HTMLElement[]): void {
  end.replaceChildren(html('span', {}, reason), ...next);
  end.hidden = false;
}

function searchAgain(): string {
  const query = new URLSearchParams(job.disabled_devices.map((name) => ['disabled', name]));
  if (job.sample) query.set('sample', job.sample);
  return `/new?${query}`;
}
