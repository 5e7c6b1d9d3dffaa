// The position of a waiting search in the queue.

import type { JobState } from '../api/types.ts';
import { find, setText } from '../dom/element.ts';
import type { StateView } from '../dom/state-view.ts';
import { FleetWatch, queuePosition } from '../live/fleet.ts';
import { isWaiting } from '../live/status-label.ts';

export class QueuePosition implements StateView<JobState> {
  private readonly position = find('[data-field="queue"]');
  private readonly status = find('[data-field="status"]');
  private readonly fleet: FleetWatch;
  private state: JobState | undefined;

  constructor(job: string) {
    this.fleet = new FleetWatch((fleet) => {
      setText(this.position, fleet ? queuePosition(job, fleet) : '');
      this.update();
    });
  }

  show(state: JobState): void {
    this.state = state;
    if (isWaiting(state)) this.fleet.ask();
    else this.fleet.stop();
    this.update();
  }

  /** A position says more than the status "pending", but less than why a search is retried. */
  private update(): void {
    const { state } = this;
    this.position.hidden = !state || !isWaiting(state) || this.position.textContent === '';
    this.status.hidden = state?.state === 'PENDING' && !this.position.hidden;
  }
}
