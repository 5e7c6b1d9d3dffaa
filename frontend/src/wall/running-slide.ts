// A running search on the wall: how far it is, its figures, how they came to be, its best plan so far.

import type { JobSummary } from '../api/types.ts';
import { Convergence } from '../charts/convergence.ts';
import { fetchHistory } from '../charts/convergence-history.ts';
import { find, say } from '../dom/element.ts';
import { t, titled } from '../i18n/texts.ts';
import type { Connection } from '../live/connection.ts';
import { Freshness } from '../live/freshness.ts';
import type { ServerClock } from '../live/server-clock.ts';
import { type Answer, Watcher } from '../live/watcher.ts';
import { Provisional } from '../monitor/incumbent-plan.ts';
import { Log } from '../monitor/milestone-log.ts';
import { Panel } from '../monitor/progress-panel.ts';
import { type News, type Slide, slideOf } from './slide.ts';

export class RunningSlide implements Slide {
  readonly element = slideOf('running');
  readonly freshness = new Freshness(Date.now());
  private summary: JobSummary;
  private readonly connection: Pick<Connection, 'ask'>;
  private readonly clock: ServerClock;
  private readonly convergence = new Convergence();
  private readonly chart = import('../charts/convergence-chart.ts').then(
    ({ Chart }) => new Chart(this.convergence, this.element),
  );
  private readonly panel: Panel;
  private readonly log = new Log(this.element);
  private readonly provisional: Provisional;
  private readonly watcher: Watcher;

  constructor(summary: JobSummary, connection: Pick<Connection, 'ask'>, clock: ServerClock) {
    const { job, title, owner } = summary;
    this.summary = summary;
    this.connection = connection;
    this.clock = clock;
    this.panel = new Panel(clock, this.element);
    this.provisional = new Provisional(job, this.element, true);
    this.watcher = new Watcher(job, (question) => connection.ask<Answer>('watch', question), {
      changed: (state) => this.take({ ...this.summary, ...state }),
      caughtUp: () => this.caughtUp(),
      lost: () => this.freshness.behind('missing'),
      refused: () => this.freshness.behind('missing'),
    });
    say(find('[data-field="title"]', this.element), titled(title));
    say(find('[data-field="owner"]', this.element), t('Started by %(name)s', { name: owner }));
    this.take(summary);
    this.watcher.connected();
  }

  tick(): void {
    this.panel.tick(this.summary);
    this.draw();
  }

  connected(): void {
    this.watcher.connected();
  }

  disconnected(): void {
    this.watcher.hold();
    this.freshness.behind('disconnected');
  }

  received(news: News): void {
    if (news.job !== this.summary.job) return;
    this.watcher.received(news);
    this.freshness.heard();
  }

  end(): void {
    this.watcher.hold();
    this.provisional.end();
    this.chart.then((chart) => chart.end());
    // Without a connection there is nothing left to leave.
    this.connection.ask('unwatch', { job: this.summary.job }).catch(() => {});
  }

  private take(summary: JobSummary): void {
    this.summary = summary;
    this.panel.show(summary);
    this.log.show(summary);
    this.provisional.show(summary);
    if (this.convergence.take(summary)) this.draw();
  }

  private caughtUp(): void {
    this.freshness.caughtUp();
    fetchHistory(this.summary.job, this.convergence).then(() => this.draw());
  }

  private draw(): void {
    const { started_at, created_at, currency } = this.summary;
    const times = { began: started_at ?? created_at, until: this.clock.now() };
    this.chart.then((chart) => chart.show(times, currency));
  }
}
