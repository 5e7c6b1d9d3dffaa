// The chosen plan's graph as an energy system diagram or as a Sankey diagram, which is loaded when it
// is first chosen. Each has one layout for all plans.

import { Diagram } from '../diagram/diagram.ts';
import type { Graph } from '../diagram/graph.ts';
import { html } from '../dom/element.ts';
import { t } from '../i18n/texts.ts';
import type { View, ViewState } from './view-state.ts';

/** What both diagrams can do. */
interface Drawn {
  readonly element: HTMLElement;
  show(plan: number): void;
  mark(node: string | undefined): void;
}

export interface PlanDiagramHandlers {
  node(node: string): void;
  view(view: View): void;
}

const VIEWS = { diagram: t('Diagram'), sankey: t('Sankey') } as const;

export class PlanDiagram {
  readonly element = html('div', { class: 'canvas' });
  readonly switch: HTMLElement;
  private readonly graphs: readonly Graph[];
  private readonly handlers: PlanDiagramHandlers;
  private readonly buttons: Map<View, HTMLButtonElement>;
  private readonly laidOut = new Map<View, Promise<Drawn>>();
  private shown: { drawn: Drawn; plan: number } | undefined;
  private requested: ViewState | undefined;

  constructor(graphs: readonly Graph[], handlers: PlanDiagramHandlers) {
    this.graphs = graphs;
    this.handlers = handlers;
    this.buttons = new Map(
      (['diagram', 'sankey'] as const).map((view) => {
        const button = html('button', { type: 'button' }, VIEWS[view]);
        button.addEventListener('click', () => handlers.view(view));
        return [view, button];
      }),
    );
    const group = { class: 'switch', role: 'group', 'aria-label': t('Diagram type') };
    this.switch = html('div', group, ...this.buttons.values());
  }

  /** Resolves when it is drawn, or another one was chosen meanwhile. */
  async show(choice: ViewState): Promise<void> {
    this.requested = choice;
    for (const [view, button] of this.buttons) {
      button.setAttribute('aria-pressed', String(view === choice.view));
    }
    let drawn: Drawn;
    try {
      drawn = await this.layOut(choice.view);
    } catch (error) {
      this.laidOut.delete(choice.view);
      this.element.replaceChildren(html('p', { class: 'error' }, t('The diagram can’t be drawn.')));
      throw error;
    }
    if (choice !== this.requested) return;
    if (this.shown?.drawn !== drawn || this.shown.plan !== choice.plan) drawn.show(choice.plan);
    if (this.shown?.drawn !== drawn) this.element.replaceChildren(drawn.element);
    drawn.mark(choice.node);
    this.shown = { drawn, plan: choice.plan };
  }

  private layOut(view: View): Promise<Drawn> {
    const laidOut = this.laidOut.get(view) ?? this.load(view);
    this.laidOut.set(view, laidOut);
    return laidOut;
  }

  private async load(view: View): Promise<Drawn> {
    const pin = (node: string) => this.handlers.node(node);
    if (view === 'sankey') {
      const { Sankey } = await import('../diagram/sankey.ts');
      return Sankey.of(this.graphs, pin);
    }
    return Diagram.of(this.graphs, pin);
  }
}
