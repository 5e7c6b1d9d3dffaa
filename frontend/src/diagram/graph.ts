// The graph of a plan, as the server sends it.

import { translate } from '../i18n/texts.ts';
import type { Graph, GraphLink, Node as GraphNode } from '../schema/generated.ts';

export type { Graph, GraphLink, GraphNode };
export type NodeKind = GraphNode['kind'];

/** A wire of the diagram: one link, or the two of a store, drawn as one with two heads. */
export interface Wire extends GraphLink {
  /** What comes back from the store over the year; undefined for any other wire. */
  back?: number;
}

/** The same with its labels in the page's language. */
export function translated({ nodes, links }: Graph): Graph {
  return {
    nodes: nodes.map((node) => ({ ...node, label: translate(node.label, node.label_i18n) })),
    links,
  };
}

/** All that any of the graphs has: each node once, each link once, with the most that it carries. */
export function union(graphs: readonly Graph[]): Graph {
  const nodes = new Map<string, GraphNode>();
  const links = new Map<string, GraphLink>();
  for (const graph of graphs) {
    for (const node of graph.nodes) if (!nodes.has(node.id)) nodes.set(node.id, node);
    for (const link of graph.links) {
      const before = links.get(key(link));
      links.set(key(link), { ...link, kwh: Math.max(link.kwh, before?.kwh ?? 0) });
    }
  }
  return { nodes: [...nodes.values()], links: [...links.values()] };
}

/** A union's wires as one of its graphs uses them: one that it doesn't use carries nothing. */
export function carried(wires: readonly Wire[], { links }: Graph): Wire[] {
  const kwh = new Map(links.map((link) => [key(link), link.kwh]));
  return wires.map((wire) => {
    const there = { ...wire, kwh: kwh.get(key(wire)) ?? 0 };
    return wire.back === undefined ? there : { ...there, back: kwh.get(key(reversed(wire))) ?? 0 };
  });
}

/** One wire per link; what a store takes and gives shares one, which leads to the store. */
export function wires({ nodes, links }: Graph): Wire[] {
  const stores = new Set(nodes.filter(({ kind }) => kind === 'storage').map(({ id }) => id));
  const back = new Map(
    links.filter(({ source }) => stores.has(source)).map((link) => [key(link), link]),
  );
  const there = links.filter(({ source }) => !stores.has(source));
  const paired = there.map((link): Wire => {
    const reverse = key(reversed(link));
    const { kwh } = back.get(reverse) ?? {};
    if (kwh === undefined) return stores.has(link.target) ? { ...link, back: 0 } : link;
    back.delete(reverse);
    return { ...link, back: kwh };
  });
  // A store that only gives (it was full at the start) has nothing to pair with.
  return [...paired, ...back.values()];
}

type Ends = Pick<GraphLink, 'source' | 'target' | 'carrier'>;

function reversed({ source, target, carrier }: Ends): Ends {
  return { source: target, target: source, carrier };
}

function key({ source, target, carrier }: Ends): string {
  return JSON.stringify([source, target, carrier]);
}
