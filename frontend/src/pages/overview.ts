// Every search, live, the newest first.

import './frame.ts';
import '../style/overview.css';
import { find, pageData } from '../dom/element.ts';
import { lazy } from '../dom/state-view.ts';
import { Feed } from '../live/feed.ts';
import { FleetWatch } from '../live/fleet.ts';
import { follow } from '../live/follow.ts';
import { bindNotice } from '../monitor/stale-notice.ts';
import { FilterForm } from '../overview/filter-form.ts';
import { Pagination } from '../overview/pagination.ts';
import { Rows } from '../overview/rows.ts';
import { Selection } from '../overview/selection.ts';

interface Data {
  /** The name of the person who looks. */
  user: string;
  can_submit: boolean;
}

start(pageData<Data>());

function start({ user, can_submit }: Data): void {
  const feed = new Feed({
    changed(summary) {
      const before = rows.stateOf(summary.job);
      rows.show(summary);
      if (before !== summary.state) fleet.ask();
      update();
    },
    removed(job) {
      rows.remove(job);
      update();
    },
    listed: (jobs, isContinuous) => pagination.listed(jobs, isContinuous),
  });
  const live = follow([], { feed });
  const selection = new Selection(() => rows.markSelected());
  const rows = new Rows(find('[data-list="searches"]'), live.clock, selection);
  const form = new FilterForm(() => {
    filterRows();
    pagination.restart();
  });
  const pagination = new Pagination(
    rows,
    () => form.filter,
    (jobs) => feed.searches.found(jobs),
  );
  const cancelWaiting = lazy<number>(() =>
    import('../overview/cancel-waiting.ts').then((m) => new m.CancelWaiting()),
  );
  const summary = lazy(() =>
    import('../monitor/fleet-summary.ts').then((m) => new m.FleetSummary(live.clock)),
  );
  const fleet = new FleetWatch((latest) => {
    summary.show(latest);
    rows.place(latest);
  });

  function filterRows(): void {
    rows.filter((summary) => form.filter.matches(summary, user));
    update();
  }

  function update(): void {
    if (can_submit) cancelWaiting.show(rows.waitingOf(user));
    pagination.update();
  }

  filterRows();
  fleet.ask(0);
  bindShortcuts(form, rows, can_submit);
  const showNotice = bindNotice(live);
  setInterval(() => {
    showNotice();
    summary.show(fleet.latest);
    rows.tick();
  }, 500);
}

function bindShortcuts(form: FilterForm, rows: Rows, can_submit: boolean): void {
  const help = find<HTMLDialogElement>('[data-dialog="keys"]');
  find('[data-action="keys"]').addEventListener('click', () => help.showModal());
  const keys = {
    '/': () => form.select(),
    '?': () => help.showModal(),
    j: () => rows.move(1),
    k: () => rows.move(-1),
    x: () => rows.select(),
    ...(can_submit && { n: () => location.assign('/new') }),
  };
  import('../dom/keyboard-shortcuts.ts').then((m) => m.bindKeys(keys));
}
