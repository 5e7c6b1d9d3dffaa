// The position of a waiting search in the queue.

import type { JobState } from '../api/types.ts';
import { find, setText } from '../dom/element.ts';
import type { StateView } from '../dom/state-view.ts';
import { FleetWatch, queuePosition } from '../live/fleet.ts';

export class QueuePosition implements StateView<JobState> {
  private readonly position = find('[data-field="queue"]');
  private readonly status = find('[data-field="status"]');
  private readonly fleet: FleetWatch;
  private state: JobState['state'] | undefined;

  constructor(job: string) {
    this.fleet = new FleetWatch((fleet) => {
      setText(this.position, fleet ? queuePosition(job, fleet) : '');
      this.update();
    });
  }

  show({ state }: JobState): void {
    this.state = state;
    if (this.isWaiting) this.fleet.ask();
    else this.fleet.stop();
    this.update();
  }

  private get isWaiting(): boolean {
    return this.state === 'PENDING' || this.state === 'RETRY';
  }

  /** A position says more than the status "pending", but less than why a search is retried. */
  private update(): void {
    this.position.hidden = !this.isWaiting || this.position.textContent === '';
    this.status.hidden = this.state === 'PENDING' && !this.position.hidden;
  }
}
