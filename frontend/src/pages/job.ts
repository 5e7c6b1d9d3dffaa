// One search: shows it live, and its result once it has ended.

import './frame.ts';
import '../style/job.css';
import '../style/convergence.css';
import type { JobSummary } from '../api/types.ts';
import { Convergence } from '../charts/convergence.ts';
import { fetchHistory } from '../charts/convergence-history.ts';
import { find, pageData, setText } from '../dom/element.ts';
import { lazy, type StateView } from '../dom/state-view.ts';
import * as format from '../i18n/format.ts';
import { t, translateTitle } from '../i18n/texts.ts';
import { Announcer } from '../job/announcer.ts';
import { Cancel } from '../job/cancel.ts';
import { Outcome } from '../job/outcome.ts';
import { QueuePosition } from '../job/queue-position.ts';
import { Rerun } from '../job/rerun.ts';
import { Tab } from '../job/tab.ts';
import { follow } from '../live/follow.ts';
import { MilestoneLog } from '../monitor/milestone-log.ts';
import { ProgressPanel } from '../monitor/progress-panel.ts';
import { bindNotice } from '../monitor/stale-notice.ts';

interface Data {
  /** As it was when the page was made. */
  job: JobSummary;
  /** The name of the person who looks. */
  user: string;
  can_cancel: boolean;
  can_submit: boolean;
  /** Somebody without an account, who opened a share link. */
  is_guest: boolean;
}

start(pageData<Data>());

function start({ job, user, can_cancel, can_submit, is_guest }: Data): void {
  const id = job.job;
  const title = translateTitle(job.title);
  let state: JobSummary = job;

  const live = follow([id], {
    changed: (changed) => show({ ...job, ...changed }),
    caughtUp: () => fetchHistory(id, convergence).then(() => chart.show(state)),
    refused: (_, error) => outcome.showReason(error),
    viewers: (watching) => viewers.show(watching),
  });
  const convergence = new Convergence();
  const announcer = new Announcer();
  const rerun = can_submit ? new Rerun(id) : undefined;
  const outcome = new Outcome(() => rerun?.offer());
  const viewers = lazy(() => import('../job/viewers.ts').then((m) => new m.ViewerLine(user)));
  const chart = lazy<JobSummary>(() =>
    import('../charts/convergence-chart.ts').then(
      (m) => new m.ConvergenceChart(convergence, live.clock),
    ),
  );
  const moving = [new ProgressPanel(live.clock), new Tab(title, live), chart];
  const views: StateView<JobSummary>[] = [
    ...moving,
    ...(can_cancel ? [new Cancel(id)] : []),
    ...(is_guest ? [] : [new QueuePosition(id)]),
    new MilestoneLog(),
    lazy(() => import('../job/notification.ts').then((m) => new m.EndNotification(id, title))),
    lazy(() => import('../monitor/incumbent-plan.ts').then((m) => new m.IncumbentPlan(id))),
    announcer,
    outcome,
  ];

  function show(changed: JobSummary): void {
    state = changed;
    convergence.take(state);
    for (const view of views) view.show(state);
  }

  showTimes(job.options.time_limit_s);
  show(job);
  if (!is_guest) {
    import('../job/share.ts').then((m) => m.bindShare((text) => announcer.announce(text)));
  }
  const showNotice = bindNotice(live);
  setInterval(() => {
    showNotice();
    for (const view of moving) view.show(state);
  }, 500);
}

/** What the server can't write in the reader's own time zone and language. */
function showTimes(time_limit_s: number | null | undefined): void {
  for (const time of document.querySelectorAll<HTMLTimeElement>('[data-time]')) {
    const at = Number(time.dataset.time);
    time.dateTime = new Date(at).toISOString();
    setText(time, format.dateAndTime(at));
  }
  if (typeof time_limit_s === 'number') {
    const limit = format.duration(1000 * time_limit_s);
    setText(find('[data-field="limit"]'), t('of at most %(limit)s', { limit }));
  }
}
