// Checkboxes in the list of plans: which of them to compare side by side.

import { html, setText } from '../dom/element.ts';
import { t } from '../i18n/texts.ts';
import { MOST } from './compare-url.ts';

export class PlanSelection {
  /** One for each plan, in their order. */
  readonly boxes: readonly HTMLInputElement[];
  readonly button = html('button', { type: 'button' });

  /** `compare`: called with the indices of two or more plans. */
  constructor(plans: number, compare: (plans: number[]) => void) {
    this.boxes = Array.from({ length: plans }, (_, place) => {
      const label = t('Compare plan %(number)s', { number: place + 1 });
      const box = html('input', { type: 'checkbox', 'aria-label': label });
      box.addEventListener('change', () => this.show());
      return box;
    });
    this.button.addEventListener('click', () => compare(this.picked));
    this.show();
  }

  private get picked(): number[] {
    return this.boxes.flatMap(({ checked }, place) => (checked ? [place] : []));
  }

  private show(): void {
    const { length } = this.picked;
    this.button.disabled = length < 2;
    for (const box of this.boxes) box.disabled = !box.checked && length >= MOST;
    setText(
      this.button,
      length < 2 ? t('Select plans to compare') : t('Compare %(count)s plans', { count: length }),
    );
  }
}
