// The errors in a draft, each beside its field. Errors without a field here, such as in a value of
// a file, are shown with their path below the choice of the site.

import type { FieldError } from '../api/calls.ts';
import { find, html, setText } from '../dom/element.ts';
import { t, tn } from '../i18n/texts.ts';
import { fieldLabel } from '../requirement/field-labels.ts';
import { at, type Draft } from './draft.ts';

export class FormErrors {
  private readonly form: HTMLFormElement;
  private readonly draft: Draft;
  private readonly summary: HTMLElement;

  constructor(form: HTMLFormElement, draft: Draft) {
    this.form = form;
    this.draft = draft;
    this.summary = find('[data-errors]', form);
  }

  clear(): void {
    for (const error of this.form.querySelectorAll<HTMLElement>('.error')) {
      error.hidden = true;
      error.replaceChildren();
    }
    for (const input of this.form.querySelectorAll('[aria-invalid]')) {
      input.removeAttribute('aria-invalid');
    }
    this.summary.hidden = true;
  }

  /** Replaces the errors shown before. */
  show(errors: readonly FieldError[]): void {
    this.clear();
    for (const error of errors) this.showBeside(error);
  }

  /** Shows an error that belongs to no field. */
  showMessage(message: string, place: 'form' | 'site' = 'form'): void {
    this.add(find(`[data-error="${place}"]`, this.form), message);
  }

  /** Shows errors and moves the focus to the first; several are listed above the form. */
  showAndFocus(errors: readonly FieldError[]): void {
    this.show(errors);
    if (errors.length > 1) this.list(errors);
    const [first] = this.form.querySelectorAll<HTMLElement>('[aria-invalid="true"]');
    if (first) this.focus(first);
    else this.form.querySelector('.error:not([hidden])')?.scrollIntoView({ block: 'center' });
  }

  private showBeside({ field, message }: FieldError): void {
    const input = this.input(field);
    const error = input && this.errorOf(input);
    if (input && error) {
      input.setAttribute('aria-invalid', 'true');
      this.add(error, message);
    } else {
      const [place, text] = this.sectionError(field, message);
      this.add(find(`[data-error="${place}"]`, this.form), text);
    }
  }

  private input(field: string): HTMLElement | undefined {
    const inputs = this.form.querySelectorAll<HTMLElement>('[data-path]');
    return [...inputs].find(({ dataset }) => dataset.path === field);
  }

  private errorOf(input: HTMLElement): HTMLElement | null {
    return document.getElementById(input.getAttribute('aria-describedby') ?? '');
  }

  private add(error: HTMLElement, text: string): void {
    error.append(html('span', {}, text));
    error.hidden = false;
  }

  private list(errors: readonly FieldError[]): void {
    const n = errors.length;
    setText(find('h2', this.summary), tn('%(n)s problem to fix:', '%(n)s problems to fix:', n));
    // From top to bottom, as on the page.
    const inputs = [...this.form.querySelectorAll<HTMLElement>('[data-path]')];
    const place = ({ field }: FieldError) =>
      inputs.findIndex(({ dataset }) => dataset.path === field);
    const sorted = errors.toSorted((one, other) => place(one) - place(other));
    find('ul', this.summary).replaceChildren(
      ...sorted.map((error) => html('li', {}, this.link(error))),
    );
    this.summary.hidden = false;
  }

  private link({ field, message }: FieldError): HTMLElement {
    const input = this.input(field);
    const link = html(
      'a',
      { href: '#main' },
      complaint((input && labelOf(input)) ?? this.withLabel(field), message),
    );
    link.addEventListener('click', (event) => {
      event.preventDefault();
      this.focus(input ?? find('[data-error="site"]', this.form));
    });
    return link;
  }

  /** Where errors without a field of their own are shown, and with which label. */
  private sectionError(field: string, message: string): [place: string, text: string] {
    const [part = ''] = field.split('.');
    if (['sample', 'options', 'disabled_devices'].includes(part)) return [part, message];
    return ['site', complaint(this.withLabel(field), message)];
  }

  /** "Battery: maximum size · devices.battery.max_size": the path is where to look in a file. */
  private withLabel(field: string): string {
    const { requirement } = this.draft.site;
    const label = fieldLabel(field, (device) => at(requirement, ['devices', device, 'label']));
    return label === undefined ? field : `${label} · ${field}`;
  }

  private focus(input: HTMLElement): void {
    const folded = input.closest('details');
    if (folded) folded.open = true;
    input.scrollIntoView({ block: 'center' });
    input.focus({ preventScroll: true });
  }
}

/** "Bought: gas, Price" */
function labelOf(input: HTMLElement): string | undefined {
  const label = input.closest('.number-field')?.querySelector('.number-label')?.textContent;
  const group = input.closest('fieldset.numbers')?.querySelector('legend')?.textContent;
  return group && label ? t('%(group)s, %(label)s', { group, label }) : (label ?? undefined);
}

/** "Price: should be a number, such as 1250.5" */
export function complaint(what: string, message: string): string {
  return t('%(field)s: %(message)s', { field: what, message });
}
