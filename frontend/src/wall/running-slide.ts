// A running search on the wall: its progress, its figures and their convergence, its best plan so far.

import type { JobState, JobSummary } from '../api/types.ts';
import { Convergence } from '../charts/convergence.ts';
import { ConvergenceChart } from '../charts/convergence-chart.ts';
import { fetchHistory } from '../charts/convergence-history.ts';
import { find, setText } from '../dom/element.ts';
import { t, translateTitle } from '../i18n/texts.ts';
import type { ServerClock } from '../live/server-clock.ts';
import { IncumbentPlan } from '../monitor/incumbent-plan.ts';
import { MilestoneLog } from '../monitor/milestone-log.ts';
import { ProgressPanel } from '../monitor/progress-panel.ts';
import { type Slide, slideOf } from './slide.ts';

export class RunningSlide implements Slide {
  readonly element = slideOf('running');
  readonly watched: string;
  private summary: JobSummary;
  private readonly convergence = new Convergence();
  private readonly chart: ConvergenceChart;
  private readonly panel: ProgressPanel;
  private readonly log = new MilestoneLog(this.element);
  private readonly plan: IncumbentPlan;

  constructor(summary: JobSummary, clock: ServerClock) {
    const { job, title, owner } = summary;
    this.watched = job;
    this.summary = summary;
    this.panel = new ProgressPanel(clock, this.element);
    this.chart = new ConvergenceChart(this.convergence, clock, this.element);
    this.plan = new IncumbentPlan(job, this.element, true);
    setText(find('[data-field="title"]', this.element), translateTitle(title));
    setText(find('[data-field="owner"]', this.element), t('Started by %(name)s', { name: owner }));
    this.changed(summary);
  }

  changed(state: JobState): void {
    this.summary = { ...this.summary, ...state };
    this.convergence.take(state);
    this.log.show(state);
    this.plan.show(state);
    this.tick();
  }

  caughtUp(): void {
    fetchHistory(this.watched, this.convergence).then(() => this.chart.show(this.summary));
  }

  tick(): void {
    this.panel.show(this.summary);
    this.chart.show(this.summary);
  }

  end(): void {
    this.plan.end();
    this.chart.end();
  }
}
