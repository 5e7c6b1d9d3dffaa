// Every search, live, the newest first.

import './frame.ts';
import '../style/overview.css';
import { get } from '../api.ts';
import { Connection } from '../connection.ts';
import { find, say } from '../element.ts';
import { Freshness, type Lag } from '../freshness.ts';
import { bindNotice } from '../notice.ts';
import { Row } from '../overview/row.ts';
import { Searches, type Summary } from '../overview/searches.ts';
import type { Envelope } from '../reducer.ts';
import { ServerClock } from '../server-clock.ts';
import { hasEnded, standing } from '../standing.ts';

type AllAnswer = { ok: true; jobs: Summary[] } | { ok: false; error: string };

/** After a question for all searches that was not answered, ms. */
const RETRY = 3000;
/** The server repeats positions to those who watch one search; here all are asked for again, ms. */
const REPEAT = 30_000;

const list = find('[data-list="searches"]');
const empty = find('[data-empty]');
const count = find('[data-field="count"]');
const clock = new ServerClock();
const freshness = new Freshness();
const showNotice = bindNotice(freshness);
const rows = new Map<string, Row>();
let asked = 0;

const searches = new Searches((job) => get<Summary>(`/api/v1/jobs/${encodeURIComponent(job)}`), {
  changed(summary) {
    let row = rows.get(summary.job);
    if (!row) {
      row = new Row(summary);
      rows.set(summary.job, row);
      insert(row);
    }
    row.show(summary, clock);
    showCount();
  },
  removed(job) {
    rows.get(job)?.element.remove();
    rows.delete(job);
    showCount();
  },
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

setInterval(() => {
  showNotice();
  for (const row of rows.values()) row.tick(clock);
}, 500);

async function askForAll(): Promise<void> {
  asked += 1;
  const ask = asked;
  searches.hold();
  try {
    const answer = await connection.ask<AllAnswer>('watch_all', {});
    if (ask !== asked) return;
    if (!answer.ok) throw new Error(answer.error);
    searches.answered(answer.jobs);
    freshness.caughtUp();
    showCount();
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

function insert(row: Row): void {
  const { created_at } = row.summary;
  const older = [...rows.values()]
    .filter(({ element, summary }) => element.isConnected && summary.created_at < created_at)
    .sort((a, b) => b.summary.created_at - a.summary.created_at)[0];
  list.insertBefore(row.element, older?.element ?? null);
}

function showCount(): void {
  const stands = [...rows.values()].map(({ summary }) => standing(summary));
  const running = stands.filter(({ tone }) => tone === 'running').length;
  const waiting = stands.filter(({ tone }) => tone === 'waiting').length;
  const ended = stands.filter(hasEnded).length;
  empty.hidden = rows.size > 0;
  say(count, `${running} running · ${waiting} waiting · ${ended} ended`);
}
