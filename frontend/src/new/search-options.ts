// The options of a search: one plan, alternatives or a Pareto front, the gap and the time limit.

import { find, pageData } from '../dom/element.ts';
import { figure } from '../i18n/format.ts';
import { t } from '../i18n/texts.ts';
import type { Change, Draft } from './draft.ts';
import { NumberField } from './number-field.ts';

/** What holds where nothing is typed. */
interface Usual {
  /** By the goal. */
  plans: Record<string, number>;
  time_limit_s: number;
  typical_days: number;
}

export class SearchOptions {
  readonly fields: NumberField[];
  private readonly draft: Draft;
  private readonly goals: HTMLInputElement[];
  private readonly quick: HTMLInputElement;
  private readonly onOff: HTMLInputElement;
  private readonly unproven: HTMLInputElement;
  private readonly plans: HTMLElement;
  private readonly usual = pageData<Usual>();

  constructor(form: HTMLFormElement, draft: Draft) {
    this.draft = draft;
    this.goals = [...form.querySelectorAll<HTMLInputElement>('input[name="goal"]')];
    this.quick = this.box(form, 'quick', 'detail', 'typical days');
    this.onOff = this.box(form, 'on_off', 'on_off', true);
    this.unproven = this.box(form, 'unproven', 'prove', false);
    for (const goal of this.goals) goal.addEventListener('change', () => this.setGoal(goal.value));
    const plans = new NumberField(draft, {
      path: ['options', 'plans'],
      label: t('Maximum number of plans'),
      unit: '',
    });
    this.plans = plans.element;
    const more = limits(draft, this.usual);
    this.fields = [plans, ...more];
    find('[data-fields="plans"]', form).append(this.plans);
    find('[data-fields="options"]', form).append(...more.map(({ element }) => element));
    this.show();
  }

  get goal(): string {
    return String(this.draft.value(['options', 'goal']) ?? 'cheapest');
  }

  setGoal(goal: string): void {
    this.draft.change(['options', 'goal'], goal === 'cheapest' ? null : goal);
    if (goal === 'cheapest') this.draft.change(['options', 'plans'], null);
    this.show();
  }

  /** Shows the draft's values. */
  show(): void {
    for (const goal of this.goals) goal.checked = goal.value === this.goal;
    this.plans.hidden = this.goal === 'cheapest';
    const usual = this.usual.plans[this.goal];
    if (usual) find('input', this.plans).setAttribute('placeholder', figure(usual));
    this.quick.checked = this.draft.value(['options', 'detail']) === 'typical days';
    this.onOff.checked = this.draft.value(['options', 'on_off']) === true;
    this.unproven.checked = this.draft.value(['options', 'prove']) === false;
    for (const field of this.fields) field.show();
  }

  private box(form: HTMLFormElement, name: string, option: string, checked: Change) {
    const box = find<HTMLInputElement>(`input[name="${name}"]`, form);
    box.addEventListener('change', () => {
      this.draft.change(['options', option], box.checked ? checked : null);
    });
    return box;
  }
}

function limits(draft: Draft, { time_limit_s, typical_days }: Usual): NumberField[] {
  return [
    new NumberField(draft, {
      path: ['options', 'gap'],
      label: t('Target gap'),
      unit: '%',
      scale: 100,
      fallback: t('automatic'),
    }),
    new NumberField(draft, {
      path: ['options', 'time_limit_s'],
      label: t('Time limit'),
      unit: t('min'),
      scale: 1 / 60,
      fallback: figure(time_limit_s / 60),
    }),
    new NumberField(draft, {
      path: ['options', 'typical_days'],
      label: t('Number of typical days'),
      unit: '',
      fallback: figure(typical_days),
    }),
  ];
}
