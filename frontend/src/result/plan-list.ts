// The choice among a result's plans: a list with the cost and the emissions of each, and its
// differences from the cheapest; for a Pareto front also a chart. Absent where there is only one
// plan.

import { scaleOf } from '../charts/scale.ts';
import { html, svg } from '../dom/element.ts';
import * as format from '../i18n/format.ts';
import { t } from '../i18n/texts.ts';
import type { Plan, SearchResult } from './plan.ts';
import { PlanSelection } from './plan-selection.ts';

const TENTHS = { minimumFractionDigits: 1, maximumFractionDigits: 1 };

export class PlanList {
  readonly element: HTMLElement;
  private readonly radios: HTMLInputElement[];
  private readonly points: SVGGElement[];

  /** `pick`: called with a plan's index; `compare`: with those of several. */
  constructor(
    result: SearchResult,
    pick: (plan: number) => void,
    compare: (plans: number[]) => void,
  ) {
    const { plans, options } = result;
    const front = options.goal === 'front';
    this.radios = plans.map((_, place) => radio(place, pick));
    this.points = front ? plans.map((plan, place) => point(plan, place, plans, pick)) : [];
    const title = front
      ? t('Plans between least cost and least CO₂')
      : t('The plan and its alternatives');
    const picks = new PlanSelection(plans.length, compare);
    const drawn = table(result, this.radios, picks.boxes);
    const list = html('div', { class: 'plan-list', tabindex: '-1' }, drawn);
    this.element = html(
      'section',
      { class: 'card plans', 'aria-labelledby': 'plans-title' },
      html('div', { class: 'result-head' }, html('h2', { id: 'plans-title' }, title), picks.button),
      html(
        'div',
        { class: front ? 'front-and-list' : '' },
        ...(front ? [chart(plans, this.points, result.currency)] : []),
        list,
      ),
    );
    for (const [place, row] of [...this.element.querySelectorAll('tbody tr')].entries()) {
      row.addEventListener('click', () => pick(place));
    }
  }

  mark(chosen: number): void {
    this.radios.forEach((input, place) => {
      input.checked = place === chosen;
      input.closest('tr')?.classList.toggle('chosen', place === chosen);
    });
    this.points.forEach((element, place) => {
      element.setAttribute('aria-checked', String(place === chosen));
      element.setAttribute('tabindex', place === chosen ? '0' : '-1');
    });
  }
}

function radio(place: number, pick: (plan: number) => void): HTMLInputElement {
  const input = html('input', { type: 'radio', name: 'plan', value: String(place) });
  input.addEventListener('change', () => pick(place));
  return input;
}

function table(
  { plans, currency }: SearchResult,
  radios: HTMLInputElement[],
  boxes: readonly HTMLInputElement[],
): HTMLElement {
  const [cheapest] = plans;
  const others = plans.map((plan) => differences(plan, cheapest));
  const differ = others.some(({ gained, lost }) => gained.length + lost.length > 0);
  const heads = [t('Plan'), t('Cost per year'), t('Compared with plan 1'), t('CO₂ per year')];
  if (differ) heads.push(t('Differences from plan 1'));
  heads.push(t('Compare'));
  const rows = plans.map((plan, place) => {
    const cost = format.exactMoney(plan.cost_per_year, currency);
    const name = html('label', {}, radios[place] ?? '', nameOf(place));
    const { gained, lost } = others[place] ?? { gained: [], lost: [] };
    const changes = [...gained.map((label) => `+ ${label}`), ...lost.map((label) => `− ${label}`)];
    const names = html('ul', {}, ...changes.map((change) => html('li', {}, change)));
    return html(
      'tr',
      {},
      html('th', { scope: 'row' }, name),
      html('td', {}, cost),
      html('td', {}, place === 0 ? '–' : more(plan, cheapest, currency)),
      html('td', {}, format.mass(plan.co2_kg_per_year)),
      ...(differ ? [html('td', { class: 'names' }, changes.length > 0 ? names : '–')] : []),
      tick(boxes[place]),
    );
  });
  return html(
    'table',
    {},
    html('caption', { class: 'visually-hidden' }, t('Plans, the cheapest first')),
    html('thead', {}, html('tr', {}, ...heads.map((head) => html('th', { scope: 'col' }, head)))),
    html('tbody', {}, ...rows),
  );
}

/** A click on it doesn't select the row. */
function tick(box: HTMLInputElement | undefined): HTMLElement {
  const cell = html('td', { class: 'plan-tick' }, html('label', {}, box ?? ''));
  cell.addEventListener('click', (event) => event.stopPropagation());
  return cell;
}

function more(plan: Plan, cheapest: Plan, currency: string): string {
  const by = plan.cost_per_year - cheapest.cost_per_year;
  const share = cheapest.cost_per_year ? by / Math.abs(cheapest.cost_per_year) : 0;
  return `${format.money(by, currency)} (${format.number(share * 100, TENTHS)}${format.PERCENT})`;
}

function nameOf(place: number): string {
  return t('Plan %(n)s', { n: place + 1 });
}

/** The labels of devices that one plan has and the other doesn't. */
function differences(plan: Plan, other: Plan): { gained: string[]; lost: string[] } {
  const only = (a: Plan, b: Plan) => {
    const names = new Set(b.devices.map(({ name }) => name));
    return a.devices.filter(({ name }) => !names.has(name)).map(({ label }) => label);
  };
  return { gained: only(plan, other), lost: only(other, plan) };
}

const WIDTH = 520;
const HEIGHT = 300;
const LEFT = 74;
const BOTTOM = 44;
const EDGE = 18;
const TOP = 34;

function scales(plans: readonly Plan[]) {
  return {
    x: scaleOf(
      plans.map((plan) => plan.co2_kg_per_year),
      LEFT + EDGE,
      WIDTH - EDGE,
    ),
    y: scaleOf(
      plans.map((plan) => plan.cost_per_year),
      HEIGHT - BOTTOM - EDGE,
      TOP,
    ),
  };
}

function point(
  plan: Plan,
  place: number,
  plans: readonly Plan[],
  pick: (plan: number) => void,
): SVGGElement {
  const { x, y } = scales(plans);
  const at = `translate(${x.at(plan.co2_kg_per_year)} ${y.at(plan.cost_per_year)})`;
  const group = svg(
    'g',
    { class: 'front-point', transform: at, role: 'radio', 'aria-label': nameOf(place) },
    svg('circle', { class: 'reach', r: 18 }),
    svg('circle', { class: 'disc', r: 11 }),
    svg('text', { 'text-anchor': 'middle', y: 4 }, String(place + 1)),
  );
  group.addEventListener('click', () => {
    pick(place);
    group.focus();
  });
  return group;
}

function chart(plans: readonly Plan[], points: SVGGElement[], currency: string): SVGSVGElement {
  const { x, y } = scales(plans);
  const line = plans.map((plan) => `${x.at(plan.co2_kg_per_year)} ${y.at(plan.cost_per_year)}`);
  const bottom = HEIGHT - BOTTOM;
  const drawn = svg(
    'svg',
    {
      class: 'front',
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      role: 'radiogroup',
      'aria-label': t('Cost against CO₂ of the plans'),
    },
    ...x.ticks.flatMap((tick) => [
      svg('path', { class: 'grid', d: `M${x.at(tick)} ${TOP - EDGE / 2}V${bottom}` }),
      svg('text', { x: x.at(tick), y: bottom + 16, 'text-anchor': 'middle' }, format.mass(tick)),
    ]),
    ...y.ticks.flatMap((tick) => [
      svg('path', { class: 'grid', d: `M${LEFT} ${y.at(tick)}H${WIDTH}` }),
      svg(
        'text',
        { x: LEFT - 8, y: y.at(tick) + 4, 'text-anchor': 'end' },
        format.money(tick, currency),
      ),
    ]),
    svg(
      'text',
      { class: 'axis', x: WIDTH, y: HEIGHT - 4, 'text-anchor': 'end' },
      t('CO₂ per year →'),
    ),
    svg('text', { class: 'axis', x: 0, y: 12 }, t('↑ Cost per year')),
    svg('path', { class: 'front-line', d: `M${line.join('L')}` }),
    ...points,
  );
  drawn.addEventListener('keydown', (event) => {
    const by = { ArrowRight: -1, ArrowDown: -1, ArrowLeft: 1, ArrowUp: 1 }[event.key];
    const now = points.indexOf(document.activeElement as SVGGElement);
    if (by === undefined || now < 0) return;
    event.preventDefault();
    // The cheapest is at the right: it emits most.
    points[Math.max(0, Math.min(points.length - 1, now + by))]?.dispatchEvent(new Event('click'));
  });
  return drawn;
}
