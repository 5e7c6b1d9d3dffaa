// What the reader looks at in a result: plan, node, and window of steps. It is in the page's
// address, so that any view can be linked to and survives a reload.

import { readWindow, type Window, writeWindow } from '../charts/time-window.ts';
import type { GraphNode } from '../diagram/graph.ts';

export type View = 'diagram' | 'sankey';

export interface ViewState {
  /** The index of a plan, from 0, as in the HTTP interface. */
  plan: number;
  /** The diagram that is shown. */
  view: View;
  /** The node whose dispatch is shown; without one, all carriers. */
  node: string | undefined;
  /** The steps whose dispatch is shown; without one, all. */
  window: Window | undefined;
}

/** Parses an address's query; plans and nodes that don't exist are ignored. */
export function readViewState(
  query: string,
  plans: number,
  nodes: readonly Pick<GraphNode, 'id'>[],
): ViewState {
  const given = new URLSearchParams(query);
  const plan = Number(given.get('plan') ?? 0);
  return {
    plan: Number.isInteger(plan) && plan >= 0 && plan < plans ? plan : 0,
    view: given.get('view') === 'sankey' ? 'sankey' : 'diagram',
    node: nodes.find(({ id }) => id === given.get('node'))?.id,
    window: readWindow(given.get('steps')),
  };
}

/** The query with the view state; other parameters stay. */
export function writeViewState({ plan, view, node, window }: ViewState, query: string): string {
  const written = new URLSearchParams(query);
  const values = {
    plan: plan > 0 ? String(plan) : undefined,
    view: view === 'sankey' ? view : undefined,
    node,
    steps: window && writeWindow(window),
  };
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) written.delete(name);
    else written.set(name, value);
  }
  const text = written.toString();
  return text && `?${text}`;
}
