// The flows into and out of each node, in words: for the note beside the pointer, and for screen
// readers.

import { energy } from '../i18n/format.ts';
import { t } from '../i18n/texts.ts';
import { carrierName } from './carriers.ts';
import type { Graph, GraphLink, GraphNode } from './graph.ts';

export interface Flow extends GraphLink {
  direction: 'in' | 'out';
  /** The label at the other end. */
  other: string;
}

/** By node id, what flows in before what flows out, each with the largest first. */
export function flowsByNode({ nodes, links }: Graph): Map<string, Flow[]> {
  const labels = new Map(nodes.map(({ id, label }) => [id, label]));
  const flows = new Map<string, Flow[]>(nodes.map(({ id }) => [id, []]));
  for (const link of links.toSorted((a, b) => b.kwh - a.kwh)) {
    const { source, target } = link;
    flows.get(target)?.push({ ...link, direction: 'in', other: labels.get(source) ?? source });
    flows.get(source)?.push({ ...link, direction: 'out', other: labels.get(target) ?? target });
  }
  for (const list of flows.values()) {
    list.sort((a, b) => Number(a.direction === 'out') - Number(b.direction === 'out'));
  }
  return flows;
}

/** "in: 12.3 GWh of gas from Gas; out: …" */
export function describe(flows: readonly Flow[]): string {
  return flows
    .map(({ direction, kwh, carrier, other }) => {
      const values = { energy: energy(kwh), carrier: carrierName(carrier), node: other };
      return direction === 'in'
        ? t('in: %(energy)s of %(carrier)s from %(node)s', values)
        : t('out: %(energy)s of %(carrier)s to %(node)s', values);
    })
    .join('; ');
}

/** The carrier that a node is drawn in: its own, or else its largest flow, out before in. */
export function mainCarrier(node: GraphNode, flows: readonly Flow[]): string {
  const out = flows.find(({ direction }) => direction === 'out');
  return node.carrier ?? (out ?? flows[0])?.carrier ?? '';
}
