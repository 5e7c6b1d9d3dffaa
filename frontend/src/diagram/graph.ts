// The graph of a plan, as the server gives it.

export type NodeKind = 'supply' | 'carrier' | 'device' | 'storage' | 'demand' | 'export';

export interface GraphNode {
  id: string;
  kind: NodeKind;
  label: string;
  /** Absent for a device, which may turn several carriers into others. */
  carrier?: string;
  device?: string;
  size?: number;
  /** Of the size. */
  unit?: string;
}

export interface GraphLink {
  source: string;
  target: string;
  carrier: string;
  /** Over the year. */
  kwh: number;
}

export interface Graph {
  nodes: GraphNode[];
  links: GraphLink[];
}

/** A wire of the diagram: one link, or the two of a store, drawn as one with two heads. */
export interface Wire extends GraphLink {
  /** What comes back from the store over the year; undefined for any other wire. */
  back?: number;
}

/** One wire per link; what a store takes and gives shares one, which leads to the store. */
export function wires({ nodes, links }: Graph): Wire[] {
  const stores = new Set(nodes.filter(({ kind }) => kind === 'storage').map(({ id }) => id));
  const back = new Map(
    links.filter(({ source }) => stores.has(source)).map((link) => [key(link), link]),
  );
  const there = links.filter(({ source }) => !stores.has(source));
  const paired = there.map((link): Wire => {
    const reverse = key({ ...link, source: link.target, target: link.source });
    const { kwh } = back.get(reverse) ?? {};
    if (kwh === undefined) return stores.has(link.target) ? { ...link, back: 0 } : link;
    back.delete(reverse);
    return { ...link, back: kwh };
  });
  // A store that only gives (it was full at the start) has nothing to pair with.
  return [...paired, ...back.values()];
}

function key({
  source,
  target,
  carrier,
}: Pick<GraphLink, 'source' | 'target' | 'carrier'>): string {
  return JSON.stringify([source, target, carrier]);
}
