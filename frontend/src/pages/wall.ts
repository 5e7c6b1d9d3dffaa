// The screen on the wall of a control room: the running searches in turn, with nobody at the keyboard.

import './frame.ts';
import '../style/convergence.css';
import '../style/wall.css';
import { isSignedIn, signInUrl } from '../api/calls.ts';
import type { JobSummary } from '../api/types.ts';
import { find, pageData, setText } from '../dom/element.ts';
import { bindKeys } from '../dom/keyboard-shortcuts.ts';
import * as format from '../i18n/format.ts';
import { FleetWatch } from '../live/fleet.ts';
import { follow } from '../live/follow.ts';
import { FleetSummary } from '../monitor/fleet-summary.ts';
import { bindNotice } from '../monitor/stale-notice.ts';
import { bindAutoHide } from '../wall/auto-hide.ts';
import { keepAwake } from '../wall/wake-lock.ts';
import { Wall } from '../wall/wall.ts';

interface Data {
  /** How long a turn lasts, seconds. */
  every: number;
  /** The searches pinned in the address, as they were when the page was made; none: all that run. */
  pinned: JobSummary[];
}

start(pageData<Data>());

function start({ every, pinned }: Data): void {
  const signedOut = find('[data-signed-out]');
  find<HTMLAnchorElement>('a', signedOut).href = signInUrl();
  const showSignedOut = (is: boolean) => {
    signedOut.hidden = !is;
  };
  const wall = new Wall(1000 * every, pinned, () => fleet.ask());
  const live = follow([], {
    feed: wall.feed,
    changed: (state) => wall.stage?.changed(state),
    caughtUp: () => wall.stage?.caughtUp(),
    connected: () => showSignedOut(false),
    signedOut: () => showSignedOut(true),
  });
  const summary = new FleetSummary(live.clock);
  const fleet = new FleetWatch(async (latest) => {
    summary.show(latest);
    if (latest) wall.queue = latest.order;
    else if ((await isSignedIn()) === false) showSignedOut(true);
  });
  import('../wall/stage.ts').then(({ Stage }) => {
    wall.stage = new Stage(find('[data-stage]'), live);
    wall.show();
  });
  fleet.ask(0);
  keepAwake();
  bindAutoHide();
  bindControls(wall);
  const time = find('[data-field="clock"]');
  const showNotice = bindNotice(live);
  setInterval(() => {
    setText(time, format.timeOfDay(live.clock.now()));
    showNotice();
    summary.show(fleet.latest);
    wall.tick();
  }, 500);
}

function bindControls(wall: Wall): void {
  const pause = find('[data-action="pause"]');
  const actions = {
    pause() {
      wall.pause();
      pause.setAttribute('aria-pressed', String(wall.isPaused));
    },
    back: () => wall.go(-1),
    on: () => wall.go(1),
    fullscreen: toggleFullscreen,
    leave: () => location.assign('/'),
  };
  for (const [name, action] of Object.entries(actions)) {
    find(`[data-action="${name}"]`).addEventListener('click', action);
  }
  bindKeys({
    ' ': actions.pause,
    ArrowLeft: actions.back,
    ArrowRight: actions.on,
    f: actions.fullscreen,
    F: actions.fullscreen,
    Escape: actions.leave,
  });
}

function toggleFullscreen(): void {
  if (document.fullscreenElement) document.exitFullscreen();
  // Browsers that refuse it say so themselves.
  else document.documentElement.requestFullscreen().catch(() => {});
}
