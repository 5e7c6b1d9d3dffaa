// Workers, their slots, running and waiting searches, in a line.

import type { Fleet } from '../api/types.ts';
import { find, html, setText } from '../dom/element.ts';
import type { StateView } from '../dom/state-view.ts';
import * as format from '../i18n/format.ts';
import { t, tn } from '../i18n/texts.ts';
import type { ServerClock } from '../live/server-clock.ts';

const UNKNOWN = '–';
/** More slots are shown only as a number. */
const DRAWN = 24;

export class FleetSummary implements StateView<Fleet | undefined> {
  private readonly place = find('[data-glance]');
  private readonly meter = find('[data-glance-slots]');
  private readonly warning = find('[data-glance-warning]');
  private readonly clock: ServerClock;

  constructor(clock: ServerClock) {
    this.clock = clock;
  }

  /** Undefined while it isn't known. Shown again as time passes. */
  show(fleet: Fleet | undefined): void {
    const workers = fleet?.workers ?? undefined;
    const slots = workers?.reduce((sum, worker) => sum + worker.slots, 0);
    const busy = workers?.reduce((sum, worker) => sum + worker.busy, 0) ?? 0;
    this.place.toggleAttribute('data-unknown', !workers);
    this.say('workers', workers?.length);
    this.say('free', slots === undefined ? undefined : freeOf(slots - busy, slots));
    this.say('running', fleet?.running);
    this.say('parts', fleet ? partsOf(fleet.parts) : '');
    this.say('waiting', fleet?.waiting);
    this.warning.toggleAttribute('hidden', !workers || workers.length > 0);
    this.draw(slots ?? 0, busy);
    const since = fleet?.waiting_since;
    const waited = typeof since === 'number' ? format.duration(this.clock.now() - since) : '';
    this.say('waited', waited && t('longest %(time)s', { time: waited }));
  }

  private draw(slots: number, busy: number): void {
    const drawn = slots <= DRAWN ? slots : 0;
    while (this.meter.children.length > drawn) this.meter.lastChild?.remove();
    while (this.meter.children.length < drawn) this.meter.append(html('i'));
    [...this.meter.children].forEach((slot, place) => {
      slot.toggleAttribute('data-busy', place < busy);
    });
  }

  private say(field: string, value: string | number | undefined): void {
    setText(find(`[data-glance-field="${field}"]`, this.place), String(value ?? UNKNOWN));
  }
}

function partsOf(parts: number): string {
  return parts === 0 ? '' : tn('in %(n)s part', 'in %(n)s parts', parts);
}

function freeOf(free: number, slots: number): string {
  return t('%(free)s of %(slots)s', { free, slots });
}
