// A progress bar, for the eye and for screen readers.

import * as format from '../i18n/format.ts';
import { t } from '../i18n/texts.ts';
import { html, setAttribute } from './element.ts';

export class ProgressBar {
  readonly element: HTMLElement;
  private readonly fill: HTMLElement;

  /** Makes one for the search with this title. */
  static of(title: string): ProgressBar {
    const attributes = {
      class: 'bar',
      role: 'progressbar',
      'aria-label': t('Progress of %(title)s', { title }),
      'aria-valuemin': '0',
      'aria-valuemax': '100',
    };
    return new ProgressBar(html('div', attributes, html('div')));
  }

  /** `element`: a bar of the page's template. */
  constructor(element: HTMLElement) {
    this.element = element;
    this.fill = element.firstElementChild as HTMLElement;
  }

  show({ current, total }: { current: number; total: number }): void {
    this.fill.style.transform = `scaleX(${total > 0 ? current / total : 0})`;
    const percent = Number.parseInt(format.percent(current, total), 10);
    setAttribute(this.element, 'aria-valuenow', String(percent));
  }
}
