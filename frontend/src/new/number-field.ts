// A number of a draft: with its unit, its default, and room for an error. A price with one value a
// step is edited as a factor.

import type { FieldError } from '../api/calls.ts';
import { html } from '../dom/element.ts';
import { t, translate } from '../i18n/texts.ts';
import type { Draft, Path } from './draft.ts';
import { parseNumber, writeNumber } from './parse-number.ts';

export interface NumberFieldOptions {
  path: Path;
  label: string;
  unit: string;
  /** The typed number is the draft's value times this: 100 for percent. */
  scale?: number;
  /** The default, used where nothing is typed. */
  fallback?: string;
}

export class NumberField {
  readonly element: HTMLElement;
  private readonly draft: Draft;
  private readonly options: NumberFieldOptions;
  private readonly input: HTMLInputElement;

  constructor(draft: Draft, options: NumberFieldOptions) {
    this.draft = draft;
    this.options = options;
    const path = options.path.join('.');
    const attributes = { type: 'text', inputmode: 'decimal', autocomplete: 'off' };
    const described = { id: `field ${path}`.replace(/\s/g, '_'), 'data-path': path };
    const placeholder = this.multiplies ? '1' : (options.fallback ?? '');
    this.input = html('input', { ...attributes, ...described, placeholder });
    this.input.classList.toggle('factor', this.multiplies);
    this.element = withError(
      this.input,
      html('span', { class: 'number-label' }, options.label),
      html(
        'span',
        { class: 'number' },
        this.input,
        html('span', { class: 'unit', title: this.unit }, this.unit),
      ),
    );
    this.show();
    this.input.addEventListener('change', () => this.readInput());
  }

  /** The error in the typed text, if it isn't a number. */
  get wrong(): FieldError | undefined {
    const parsed = parseNumber(this.input.value);
    return 'wrong' in parsed
      ? { field: this.options.path.join('.'), message: parsed.wrong }
      : undefined;
  }

  /** Shows the draft's value. */
  show(): void {
    const value = this.draft.value(this.options.path);
    if (typeof value === 'number') this.input.value = writeNumber(value * this.scale);
    else if (typeof value === 'object' && value !== null && 'times' in value) {
      this.input.value = writeNumber(Number(value.times));
    } else this.input.value = '';
  }

  private get scale(): number {
    return this.options.scale ?? 1;
  }

  /** Whether there is one value a step: a profile's name, or a list. */
  private get multiplies(): boolean {
    const stated = this.draft.original(this.options.path);
    return typeof stated === 'string' || Array.isArray(stated);
  }

  private get unit(): string {
    const stated = this.draft.original(this.options.path);
    if (typeof stated === 'string') return t('× %(column)s', { column: translate(stated) });
    return Array.isArray(stated) ? t('× its values') : this.options.unit;
  }

  private readInput(): void {
    const parsed = parseNumber(this.input.value);
    if ('wrong' in parsed) return;
    const { path } = this.options;
    const { value } = parsed;
    if (!this.multiplies) {
      this.draft.change(path, value === null ? null : Number(writeNumber(value / this.scale)));
    } else if (value === null || value === 1) {
      this.draft.change(path, this.draft.original(path) as string);
    } else this.draft.change(path, { times: value });
  }
}

/** A labelled control with room for an error below. */
function withError(input: HTMLElement, ...label: HTMLElement[]): HTMLElement {
  const id = `${input.id}-error`;
  input.setAttribute('aria-describedby', id);
  const error = html('p', { id, class: 'error' });
  error.hidden = true;
  return html('div', { class: 'number-field' }, html('label', {}, ...label), error);
}
