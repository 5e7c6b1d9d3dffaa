// The colour of a node in the charts (style/charts.css): the same in every chart and every plan.

import { carrierLook } from '../diagram/carriers.ts';
import type { GraphNode } from '../diagram/graph.ts';

/** How many colours the style sheet has for devices. */
const COLOURS = 12;
const PLAIN = new Set(['supply', 'demand', 'export']);

/** By node id, the class that gives it its colour. nodes: those of all plans. */
export function seriesColours(nodes: readonly GraphNode[]): Map<string, string> {
  const found = new Map<string, string>();
  const plain = new Set<string>();
  let next = 0;
  for (const { id, kind, carrier = '' } of nodes) {
    const role = `${kind} ${carrier}`;
    if (kind === 'carrier') found.set(id, `carrier-${carrierLook(carrier)}`);
    else if (PLAIN.has(kind) && !plain.has(role)) found.set(id, `series-${kind}`);
    else found.set(id, `series-${next++ % COLOURS}`);
    plain.add(role);
  }
  return found;
}
