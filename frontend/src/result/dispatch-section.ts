// The dispatch of the chosen plan on the page: fetches it, and the charts, once each, when it
// scrolls near, and shows only what is still chosen then.

import { get, Refusal } from '../api/calls.ts';
import type { Dispatch } from '../charts/dispatch.ts';
import type { DispatchCharts, DispatchHandlers } from '../charts/dispatch-charts.ts';
import type { GraphNode } from '../diagram/graph.ts';
import { html } from '../dom/element.ts';
import { t } from '../i18n/texts.ts';
import type { Plan } from './plan.ts';
import type { ViewState } from './view-state.ts';

/** It starts to fetch when it is this close to the window. */
const NEAR = '400px';

export class DispatchSection {
  readonly element: HTMLElement;
  private readonly nodes: readonly GraphNode[];
  private readonly handlers: DispatchHandlers;
  private readonly body = html('div', { class: 'operation-body' });
  private readonly fetched = new Map<string, Promise<Dispatch>>();
  private charts: Promise<DispatchCharts> | undefined;
  private requested: { plan: Plan; choice: ViewState } | undefined;
  private near = false;

  constructor(nodes: readonly GraphNode[], handlers: DispatchHandlers) {
    this.nodes = nodes;
    this.handlers = handlers;
    this.element = html(
      'section',
      { class: 'card operation-section', 'aria-labelledby': 'operation-title' },
      html('h2', { id: 'operation-title', tabindex: '-1' }, t('Dispatch')),
      this.body,
    );
    const seen = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        seen.disconnect();
        this.near = true;
        this.draw();
      },
      { rootMargin: NEAR },
    );
    seen.observe(this.element);
  }

  show(plan: Plan, choice: ViewState): void {
    this.requested = { plan, choice };
    this.draw();
  }

  /** Scrolls it into view. */
  reveal(): void {
    this.element.scrollIntoView({ block: 'nearest' });
  }

  private async draw(): Promise<void> {
    const { requested } = this;
    if (!this.near || !requested) return;
    const { plan, choice } = requested;
    this.body.setAttribute('aria-busy', 'true');
    try {
      const [charts, dispatch] = await Promise.all([this.loadCharts(), this.dispatch(plan)]);
      if (requested !== this.requested) return;
      if (!charts.element.isConnected) this.body.replaceChildren(charts.element);
      const { node, window } = choice;
      charts.show({ dispatch, devices: plan.devices, node, window });
    } catch (refusal) {
      if (requested !== this.requested) return;
      this.offerAgain(refusal);
    }
    this.body.removeAttribute('aria-busy');
  }

  private loadCharts(): Promise<DispatchCharts> {
    this.charts ??= import('../charts/dispatch-charts.ts').then(
      ({ DispatchCharts }) => new DispatchCharts(this.nodes, this.handlers),
    );
    return this.charts;
  }

  private dispatch({ dispatch_url }: Plan): Promise<Dispatch> {
    const fetching = this.fetched.get(dispatch_url) ?? get<Dispatch>(dispatch_url);
    this.fetched.set(dispatch_url, fetching);
    return fetching;
  }

  private offerAgain(refusal: unknown): void {
    this.fetched.clear();
    this.charts = undefined;
    const again = html('button', { type: 'button' }, t('Try again'));
    again.addEventListener('click', () => this.draw());
    const reason =
      refusal instanceof Refusal ? refusal.message : t('The charts could not be loaded.');
    this.body.replaceChildren(html('p', { class: 'alert', role: 'alert' }, reason, again));
    if (!(refusal instanceof Refusal)) throw refusal;
  }
}
