// One search: follows it live, and at its end fetches the result once and has it drawn.

import type { Envelope, JobState, JobSummary } from '../api/types.ts';
import './frame.ts';
import '../style/job.css';
import '../style/convergence.css';
import { Convergence } from '../charts/convergence.ts';
import { fetchHistory } from '../charts/convergence-history.ts';
import { find, html, pageData, say } from '../dom/element.ts';
import * as format from '../i18n/format.ts';
import { said, t, titled } from '../i18n/texts.ts';
import { Cancel } from '../job/cancel.ts';
import { Course } from '../job/course.ts';
import { Again } from '../job/rerun.ts';
import { Tab } from '../job/tab.ts';
import type { Audience } from '../job/viewers.ts';
import { Connection } from '../live/connection.ts';
import { FleetWatch, placeInQueue } from '../live/fleet.ts';
import { Freshness, type Lag } from '../live/freshness.ts';
import { ServerClock } from '../live/server-clock.ts';
import { hasEnded, standing } from '../live/status-label.ts';
import { type Answer, type Position, Watcher } from '../live/watcher.ts';
import { Log } from '../monitor/milestone-log.ts';
import { Panel } from '../monitor/progress-panel.ts';
import { bindNotice } from '../monitor/stale-notice.ts';

interface Data {
  /** As it was when the page was made. */
  job: JobSummary & { options: { time_limit_s?: number } };
  /** The name of who looks. */
  user: string;
  can_cancel: boolean;
  can_submit: boolean;
}

const { job, user, can_cancel, can_submit } = pageData<Data>();
const clock = new ServerClock();
const freshness = new Freshness(Date.now());
const showNotice = bindNotice(freshness);
const panel = new Panel(clock);
const log = new Log();
const title = titled(job.title);
const tab = new Tab(title);
const cancel = can_cancel ? new Cancel(job.job) : undefined;
const again = can_submit ? new Again(job.job) : undefined;
const notify = import('../job/notification.ts').then(({ Notify }) => new Notify(job.job, title));
const course = new Course();
const convergence = new Convergence();
const chart = import('../charts/convergence-chart.ts').then(({ Chart }) => new Chart(convergence));
const provisional = import('../monitor/incumbent-plan.ts').then(
  ({ Provisional }) => new Provisional(job.job),
);
const queue = find('[data-field="queue"]');
const status = find('[data-field="status"]');
const end = find('[data-end]');
const audience = import('../job/viewers.ts').then(({ AudienceLine }) => new AudienceLine(user));
const { time_limit_s } = job.options;
let shown: JobSummary = job;

for (const time of document.querySelectorAll<HTMLTimeElement>('[data-time]')) {
  time.dateTime = new Date(Number(time.dataset.time)).toISOString();
  say(time, format.dateAndTime(Number(time.dataset.time)));
}

const watcher = new Watcher(job.job, (question) => connection.ask<Answer>('watch', question), {
  changed(state) {
    log.show(state);
    show({ ...job, ...state });
  },
  caughtUp() {
    freshness.caughtUp();
    fetchHistory(job.job, convergence).then(() => showChart(shown));
  },
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
  paced: (every) => freshness.paced(every),
});

connection
  .on<Envelope>('progress', receive)
  .on<Envelope>('final', receive)
  .on<Position>('position', (position) => {
    watcher.received(position);
    freshness.heard();
  })
  .on<Audience>('viewers', (told) => audience.then((line) => line.show(told)))
  .on<{ live: boolean }>('relay', ({ live }) => {
    freshness.relay(live);
    // What happened meanwhile never came: ask for it.
    if (live) watcher.connected();
  });

const fleet = new FleetWatch((told) => {
  say(queue, told ? placeInQueue(job.job, told) : '');
  showQueue(shown);
});

if (time_limit_s !== undefined) {
  const limit = format.duration(1000 * time_limit_s);
  say(find('[data-field="limit"]'), t('of %(limit)s at most', { limit }));
}
import('../job/share.ts').then(({ bindShare }) => bindShare((text) => log.announce(text, true)));
show(job);
setInterval(() => {
  showNotice();
  panel.tick(shown);
  showChart(shown);
}, 500);

function show(state: JobSummary): void {
  const before = shown;
  shown = state;
  panel.show(state);
  tab.show(state, freshness.suspended);
  cancel?.show(state);
  notify.then((loaded) => loaded.show(state));
  if (convergence.take(state)) showChart(state);
  showQueue(state);
  if (isWaiting(state.state)) fleet.ask();
  else fleet.stop();
  if (!hasEnded(standing(state))) {
    end.hidden = true;
    provisional.then((loaded) => loaded.show(state));
    announceMilestone(state, before);
  } else if (state === before || !hasEnded(standing(before))) {
    showEnd(state);
    if (state !== before) log.announce(ending(state), true);
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
  if (newest && newest.seq > before.seq) log.announce(said(newest.status));
}

function showChart({ started_at, created_at, ended_at, at, currency, ...state }: JobSummary): void {
  const until = hasEnded(standing(state)) ? (ended_at ?? at) : clock.now();
  chart.then((loaded) => loaded.show({ began: started_at ?? created_at, until }, currency));
}

function ending(state: JobState): string {
  const { label } = standing(state);
  return t('%(label)s. %(status)s', { label, status: said(state.status) });
}

/** Its place in the queue says more than that it is pending; why it waits again says more still. */
function showQueue({ state }: JobState): void {
  queue.hidden = !isWaiting(state) || queue.textContent === '';
  status.hidden = state === 'PENDING' && !queue.hidden;
}

function isWaiting(state: JobState['state']): boolean {
  return state === 'PENDING' || state === 'RETRY';
}

function showEnd({ result_url, status }: JobState): void {
  provisional.then((loaded) => loaded.end());
  if (result_url) showResult(result_url);
  else {
    showReason(status);
    settle(end);
  }
}

async function showResult(url: string): Promise<void> {
  const { Result } = await import('../result/result.ts');
  const place = find('[data-result]');
  await new Result(place, url).load();
  settle(place);
}

function showReason(reason: string): void {
  end.replaceChildren(html('span', {}, said(reason)));
  end.hidden = false;
}

/** What it found, or why it found nothing, is there. */
function settle(found: HTMLElement): void {
  course.end(found);
  again?.offer();
}
