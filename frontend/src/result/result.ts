// A finished search's result: key figures, the choice among its plans, diagram, dispatch, tables,
// downloads. Loaded when there is one. All parts show one `ViewState`.

import '../style/result.css';
import { get, Refusal } from '../api/calls.ts';
import { union } from '../diagram/graph.ts';
import { seriesClasses } from '../diagram/look.ts';
import { find, html } from '../dom/element.ts';
import { warningList } from '../dom/warning-list.ts';
import { t } from '../i18n/texts.ts';
import { assumptionsFolded } from './assumptions.ts';
import { compareUrl } from './compare-url.ts';
import { DispatchSection } from './dispatch-section.ts';
import { Downloads } from './downloads.ts';
import { keyFigures } from './key-figures.ts';
import { type Plan, type SearchResult, translated } from './plan.ts';
import { PlanDiagram } from './plan-diagram.ts';
import { PlanList } from './plan-list.ts';
import { costTable, deviceTable } from './plan-tables.ts';
import { readViewState, type ViewState, writeViewState } from './view-state.ts';

export class Result {
  private readonly place: HTMLElement;
  private readonly url: string;

  constructor(place: HTMLElement, url: string) {
    this.place = place;
    this.url = url;
  }

  /**
   * Fetches it, and shows it when all of it is drawn, so that the page changes once; where it can't be
   * fetched, another try is offered.
   */
  async load(): Promise<void> {
    let result: SearchResult;
    try {
      result = translated(await get<SearchResult>(this.url));
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      const again = html('button', { type: 'button' }, t('Try again'));
      again.addEventListener('click', () => this.load());
      const message = html('p', { class: 'alert', role: 'alert' }, refusal.message, again);
      this.place.replaceChildren(message);
      this.place.hidden = false;
      return;
    }
    await new Shown(this.place, this.url, result).draw();
    this.place.hidden = false;
  }
}

/** A result on the page, and its view state. */
class Shown {
  private readonly place: HTMLElement;
  private readonly result: SearchResult;
  private readonly job: string;
  private readonly compare = find<HTMLAnchorElement>('[data-action="compare"]');
  private choice: ViewState;
  private shown: Plan | undefined;
  private readonly head = html('section', {
    class: 'card headline',
    'aria-label': t('Key figures'),
  });
  private readonly tables = html('div', { class: 'tables' });
  private readonly plans: PlanList;
  private readonly dispatch: DispatchSection;
  private readonly exports: Downloads;
  private readonly picture: PlanDiagram;
  /** The classes of the nodes' colours, by their ids. */
  private readonly looks: ReadonlyMap<string, string>;

  constructor(place: HTMLElement, url: string, result: SearchResult) {
    this.place = place;
    this.result = result;
    this.job = jobOf(url);
    const { nodes } = union(result.plans.map(({ graph }) => graph));
    this.looks = seriesClasses(nodes);
    this.choice = readViewState(location.search, result.plans.length, nodes);
    this.plans = new PlanList(
      result,
      (plan) => this.choose({ plan }),
      (plans) => location.assign(compareUrl(plans.map((plan) => ({ job: this.job, plan })))),
    );
    this.dispatch = new DispatchSection(nodes, {
      node: (node) => this.choose({ node }),
      window: (window) => this.choose({ window }),
    });
    this.exports = new Downloads(url, result.name);
    const graphs = result.plans.map(({ graph }) => graph);
    this.picture = new PlanDiagram(graphs, {
      node: (node) => this.pin(node),
      view: (view) => this.choose({ view }),
    });
  }

  /** Shows it; resolves when it is drawn. */
  async draw(): Promise<void> {
    const { plans, warnings = [], assumptions = [] } = this.result;
    const title = html('h2', { id: 'plan-title' }, t('The plan'));
    const head = html(
      'div',
      { class: 'result-head' },
      title,
      this.picture.switch,
      this.exports.element,
    );
    const canvas = this.picture.element;
    await this.show();
    this.place.replaceChildren(
      this.head,
      ...(warnings.length > 0 ? [warningList(warnings)] : []),
      ...(plans.length > 1 ? [this.plans.element] : []),
      html('section', { class: 'card plan', 'aria-labelledby': 'plan-title' }, head, canvas),
      this.dispatch.element,
      this.tables,
      ...(assumptions.length > 0 ? [assumptionsFolded(this.result)] : []),
    );
  }

  /** Pins a node, or unpins it. */
  private pin(node: string): void {
    const again = node === this.choice.node;
    this.choose({ node: again ? undefined : node });
    if (!again) this.dispatch.reveal();
  }

  private choose(change: Partial<ViewState>): void {
    this.choice = { ...this.choice, ...change };
    const query = writeViewState(this.choice, location.search);
    history.replaceState(history.state, '', location.pathname + query + location.hash);
    this.show();
  }

  /** Shows the view state in all parts; resolves when the diagram is drawn. */
  private async show(): Promise<void> {
    const { choice } = this;
    const plan = this.result.plans[choice.plan] ?? this.result.plans[0];
    if (plan !== this.shown) this.showPlan(plan, choice.plan);
    this.dispatch.show(plan, choice);
    await this.picture.show(choice);
  }

  /** Shows the parts that depend on the plan alone. */
  private showPlan(plan: Plan, place: number): void {
    const { currency } = this.result;
    this.shown = plan;
    this.head.replaceChildren(...keyFigures(plan, this.result));
    this.plans.mark(place);
    this.tables.replaceChildren(
      frame(deviceTable(plan, currency, this.looks)),
      frame(costTable(plan, currency)),
    );
    this.exports.show(place);
    this.compare.href = compareUrl([{ job: this.job, plan: place }]);
    this.compare.hidden = false;
  }
}

/** The search of a result's address. */
function jobOf(url: string): string {
  return decodeURIComponent(url.split('/').at(-2) ?? '');
}

/** A wide table scrolls by itself, not the page. */
function frame(table: HTMLTableElement): HTMLElement {
  const label = table.caption?.textContent ?? '';
  const attributes = {
    class: 'card table-frame',
    role: 'region',
    tabindex: '0',
    'aria-label': label,
  };
  return html('div', attributes, table);
}
