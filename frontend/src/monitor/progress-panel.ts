// The progress panel: every figure of a running search. Shown again as time passes.

import type { JobState } from '../api/types.ts';
import { find, setAttribute, setText } from '../dom/element.ts';
import { ProgressBar } from '../dom/progress-bar.ts';
import type { StateView } from '../dom/state-view.ts';
import * as format from '../i18n/format.ts';
import { phaseName } from '../i18n/phase-labels.ts';
import { t, translate } from '../i18n/texts.ts';
import { elapsed, remaining } from '../live/run-time.ts';
import type { ServerClock } from '../live/server-clock.ts';
import { hasEnded, statusLabel } from '../live/status-label.ts';

const UNKNOWN = '–';

type Field =
  | 'state'
  | 'percent'
  | 'phase'
  | 'status'
  | 'incumbent'
  | 'basis'
  | 'bound'
  | 'gap'
  | 'elapsed'
  | 'eta';

export class ProgressPanel implements StateView<JobState> {
  private readonly place: HTMLElement;
  private readonly bar: ProgressBar;
  private readonly fields = new Map<Field, HTMLElement>();
  private readonly clock: ServerClock;

  /** `place` contains the figures, and gets the tone. */
  constructor(clock: ServerClock, place = document.body) {
    this.clock = clock;
    this.place = place;
    this.bar = new ProgressBar(find('[role="progressbar"]', place));
  }

  show(state: JobState): void {
    const { label, tone } = statusLabel(state);
    const percent = format.percent(state.current, state.total);
    const phase = hasEnded(state) || !state.phase ? label : phaseName(state.phase);
    setAttribute(this.place, 'data-tone', tone);
    setAttribute(this.field('state'), 'data-tone', tone);
    this.say('state', label);
    this.say('percent', percent);
    this.say('phase', phase);
    this.say('status', translate(state.status, state.status_i18n));
    this.cost('incumbent', state.incumbent, state.currency);
    this.cost('bound', state.bound, state.currency);
    this.say('gap', typeof state.gap === 'number' ? format.gap(state.gap) : UNKNOWN);
    this.say('basis', state.basis === 'typical days' ? t('on typical days') : '');
    this.bar.show(state);
    setAttribute(this.bar.element, 'aria-valuetext', `${percent}, ${phase}`);
    this.showTimes(state);
  }

  private showTimes(state: JobState): void {
    const gone = elapsed(state, this.clock);
    const left = remaining(state, this.clock);
    this.say('elapsed', gone === undefined ? UNKNOWN : format.duration(gone));
    this.say('eta', left === undefined ? UNKNOWN : format.estimate(left.low, left.high));
    const { eta_reason, eta_reason_i18n } = state;
    // Why it rose. As text it would wrap, and move what is below.
    const reason = left && eta_reason ? translate(eta_reason, eta_reason_i18n) : '';
    setAttribute(this.field('eta'), 'title', reason);
  }

  private cost(field: Field, cost: number | null | undefined, currency?: string): void {
    const known = typeof cost === 'number';
    this.say(field, known ? format.perYear(cost, currency) : UNKNOWN);
    setAttribute(this.field(field), 'title', known ? format.exactPerYear(cost, currency) : '');
  }

  private say(field: Field, text: string): void {
    setText(this.field(field), text);
  }

  private field(name: Field): HTMLElement {
    let element = this.fields.get(name);
    if (!element) {
      element = find(`[data-field="${name}"]`, this.place);
      this.fields.set(name, element);
    }
    return element;
  }
}
