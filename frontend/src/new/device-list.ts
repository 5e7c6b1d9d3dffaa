// The devices that a search chooses among, by group: ticked ones are considered, the others are sent
// as disabled. Each shows its figures and their sources.

import type { FieldError } from '../api/calls.ts';
import { html, setText } from '../dom/element.ts';
import { list } from '../i18n/format.ts';
import { t, tn, translate } from '../i18n/texts.ts';
import { brief, rows } from './device-figures.ts';
import type { Draft } from './draft.ts';
import { complaint } from './form-errors.ts';
import type { Device, Preview } from './preview.ts';

export class DeviceList {
  private readonly place: HTMLElement;
  private readonly draft: Draft;
  private devices: Device[] = [];
  private boxes: HTMLInputElement[] = [];

  constructor(place: HTMLElement, draft: Draft) {
    this.place = place;
    this.draft = draft;
    place.addEventListener('change', () => this.readBoxes());
  }

  /** Shows the devices of another site. */
  show({ devices, currency }: Preview): void {
    this.devices = devices;
    this.boxes = [];
    const groups = new Set(devices.map(({ group }) => group));
    this.place.replaceChildren(
      ...Array.from(groups, (group) => {
        const some = devices.filter((device) => device.group === group);
        return this.group(group ?? '', some, currency);
      }),
    );
  }

  /** "All 8 devices may be used.", "Without battery and wind turbine." */
  get summary(): string {
    const excluded = this.devices.filter((device) => isDisabled(device, this.draft.disabled));
    const n = this.devices.length;
    if (excluded.length === 0)
      return tn('%(n)s device considered.', 'All %(n)s devices considered.', n);
    if (excluded.length > 3) {
      return t('%(out)s of %(n)s devices excluded.', { out: excluded.length, n });
    }
    return t('Excluded: %(devices)s.', {
      devices: list(excluded.map(({ label, label_i18n }) => translate(label, label_i18n))),
    });
  }

  /** Errors about disabled devices, with their labels in place of their index. */
  withLabel(error: FieldError): FieldError {
    const [part, index] = error.field.split('.');
    const name = part === 'disabled_devices' && [...this.draft.disabled][Number(index)];
    if (!name) return error;
    const found = this.devices.find((device) => device.name === name);
    return {
      ...error,
      message: complaint(found ? translate(found.label, found.label_i18n) : name, error.message),
    };
  }

  private group(name: string, devices: Device[], currency: string): HTMLElement {
    const toggle = html('button', { type: 'button', class: 'quiet' });
    const items = devices.map((device) => this.item(device, currency));
    const boxes = this.boxes.slice(-devices.length);
    const isAnyConsidered = () => boxes.some(({ checked }) => checked);
    const label = () => setText(toggle, isAnyConsidered() ? t('Consider none') : t('Consider all'));
    toggle.addEventListener('click', () => {
      const considered = !isAnyConsidered();
      for (const box of boxes) box.checked = considered;
      boxes[0]?.dispatchEvent(new Event('change', { bubbles: true }));
    });
    const element = html(
      'section',
      { class: 'device-group' },
      html(
        'header',
        {},
        html('h3', {}, name ? translate(name) : t('Site-specific devices')),
        toggle,
      ),
      ...items,
    );
    element.addEventListener('change', label);
    label();
    return element;
  }

  private item(device: Device, currency: string): HTMLElement {
    const id = `device-${this.boxes.length}`;
    const box = html('input', {
      type: 'checkbox',
      name: 'devices',
      value: device.name,
      id,
    });
    box.checked = !isDisabled(device, this.draft.disabled);
    this.boxes.push(box);
    const own = html('span', { class: 'own' }, t('site-specific figures'));
    own.hidden = device.stated.length === 0 || device.group === null;
    return html(
      'div',
      { class: 'device' },
      box,
      html('label', { for: id, class: 'device-label' }, translate(device.label, device.label_i18n)),
      own,
      html(
        'details',
        {},
        html('summary', {}, brief(device, currency)),
        html('dl', {}, ...rows(device, currency).flatMap((row) => line(row, device))),
        html('p', { class: 'muted' }, source(device)),
      ),
    );
  }

  private readBoxes(): void {
    this.draft.disabled = new Set(
      this.boxes.filter(({ checked }) => !checked).map(({ value }) => value),
    );
  }
}

/** Whether a device is disabled: by its own name, by the device that it is `like`, or by its group. */
function isDisabled({ name, like, group_name }: Device, disabled: ReadonlySet<string>): boolean {
  return [name, like, group_name].some((what) => what !== null && disabled.has(what));
}

function line(
  { label, text, fields }: { label: string; text: string; fields: readonly string[] },
  { stated, group }: Device,
): HTMLElement[] {
  const own = group !== null && fields.some((field) => stated.includes(field));
  const value = html('dd', own ? { class: 'own' } : {}, text);
  return [html('dt', {}, label), value];
}

function source({ source, year, stated }: Device): string {
  if (source === null) return t('All figures are site-specific.');
  const text = t('%(source)s, at prices of %(year)s', {
    source: translate(source),
    year: year ?? '',
  });
  return stated.length > 0
    ? t('%(source)s; marked figures are site-specific.', { source: text })
    : text;
}
