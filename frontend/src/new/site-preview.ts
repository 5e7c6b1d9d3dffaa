// The server's preview of a site, to be reviewed and changed: its curves, its prices and its
// devices. Another site gets a new one; changes to the same site keep it.

import type { FieldError } from '../api/calls.ts';
import { days } from '../charts/calendar.ts';
import { find, setText } from '../dom/element.ts';
import { figure } from '../i18n/format.ts';
import { t } from '../i18n/texts.ts';
import type { ResultWarning } from '../schema/generated.ts';
import { DeviceList } from './device-list.ts';
import type { Draft, Site } from './draft.ts';
import type { NumberField } from './number-field.ts';
import type { Preview } from './preview.ts';
import type { PreviewCharts } from './preview-charts.ts';
import { PriceFields } from './price-fields.ts';

export class SitePreview {
  private readonly place: HTMLElement;
  private readonly horizon: HTMLElement;
  private readonly summary: HTMLElement;
  private readonly curves: HTMLElement;
  private readonly prices: PriceFields;
  private readonly devices: DeviceList;
  private readonly draft: Draft;
  private readonly warnings: HTMLElement;
  private shownWarnings: readonly ResultWarning[] = [];
  private charts: Promise<PreviewCharts> | undefined;
  /** The site of the preview. */
  private site: Site | undefined;

  constructor(form: HTMLFormElement, draft: Draft) {
    this.place = find('[data-site]', form);
    this.horizon = find('[data-field="horizon"]', form);
    this.summary = find('[data-field="summary"]', form);
    this.warnings = find('[data-warnings]', form);
    this.curves = find('[data-look]', form);
    this.prices = new PriceFields(find('[data-prices]', form), draft);
    this.devices = new DeviceList(find('[data-devices]', form), draft);
    this.draft = draft;
  }

  get fields(): readonly NumberField[] {
    return this.prices.fields;
  }

  show(preview: Preview): void {
    if (this.site !== this.draft.site) {
      this.site = this.draft.site;
      this.prices.show(preview);
      this.devices.show(preview);
    }
    this.place.hidden = false;
    setText(this.horizon, horizon(preview));
    this.warn(preview.warnings);
    this.updateSummary();
    this.charts ??= import('./preview-charts.ts').then(
      ({ PreviewCharts }) => new PreviewCharts(this.curves),
    );
    this.charts.then((charts) => charts.show(preview));
  }

  private async warn(warnings: readonly ResultWarning[]): Promise<void> {
    this.shownWarnings = warnings;
    const shown =
      warnings.length > 0 && (await import('../dom/warning-list.ts')).warningList(warnings);
    if (warnings === this.shownWarnings) this.warnings.replaceChildren(...(shown ? [shown] : []));
  }

  /** How many devices are considered. */
  updateSummary(): void {
    setText(this.summary, this.site ? this.devices.summary : '');
  }

  /** The server refused the site; a preview of the same site stays, to be corrected. */
  refuse(): void {
    if (this.site !== this.draft.site) this.place.hidden = true;
  }

  /** There is no site. */
  clear(): void {
    this.site = undefined;
    this.place.hidden = true;
    this.updateSummary();
  }

  /** Errors with the labels of devices in place of their index. */
  withLabels(errors: readonly FieldError[]): FieldError[] {
    return errors.map((error) => this.devices.withLabel(error));
  }
}

function horizon({ start, steps, step_hours }: Preview): string {
  const first = Date.parse(start);
  const last = first + steps * step_hours * 3_600_000 - 1;
  return t('%(days)s in steps of %(hours)s h: %(steps)s values each. They stand for a year.', {
    days: days(first, last),
    hours: figure(step_hours),
    steps: figure(steps),
  });
}
