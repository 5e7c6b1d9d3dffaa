// The ribbons of a Sankey diagram: its flows, their thickness, and where each starts and ends on
// its bars. A flow against the direction of the others is a return.

import type { Graph, GraphLink } from './graph.ts';
import type { Layout } from './layout.ts';

/** What of a store stands on its bus, kWh a year. */
export interface Badge {
  store: string;
  bus: string;
  kwh: number;
}

/** A flow between two bars, as thick as its energy; y are of its middle. */
export interface Ribbon extends GraphLink {
  thickness: number;
  from: { x: number; y: number };
  to: { x: number; y: number };
  /** Whether it runs back, from right to left. */
  returns: boolean;
}

/** The flows that become ribbons, and those of stores, which become badges on their bus. */
export function parted({ nodes, links }: Graph): { flows: GraphLink[]; badges: Badge[] } {
  const stores = new Set(nodes.filter(({ kind }) => kind === 'storage').map(({ id }) => id));
  const flows = links.filter(({ source, target }) => !stores.has(source) && !stores.has(target));
  const badges = new Map<string, Badge>();
  for (const { source, target, kwh } of links) {
    const store = stores.has(target) ? target : source;
    if (!stores.has(store)) continue;
    const bus = store === target ? source : target;
    const before = badges.get(store)?.kwh ?? 0;
    badges.set(store, { store, bus, kwh: Math.max(before, kwh) });
  }
  return { flows, badges: [...badges.values()] };
}

/** How much goes through each node at most, in or out, kWh. */
export function sizes(flows: readonly GraphLink[]): Map<string, number> {
  const sums = { in: new Map<string, number>(), out: new Map<string, number>() };
  for (const { source, target, kwh } of flows) {
    sums.out.set(source, (sums.out.get(source) ?? 0) + kwh);
    sums.in.set(target, (sums.in.get(target) ?? 0) + kwh);
  }
  const nodes = new Set([...sums.in.keys(), ...sums.out.keys()]);
  return new Map(
    [...nodes].map((id) => [id, Math.max(sums.in.get(id) ?? 0, sums.out.get(id) ?? 0)]),
  );
}

/** perKwh: px of thickness. */
export function ribbons(flows: readonly GraphLink[], { boxes }: Layout, perKwh: number): Ribbon[] {
  const middle = (id: string) => {
    const box = boxes.get(id);
    return box ? box.y + box.height / 2 : 0;
  };
  const left = (id: string) => boxes.get(id)?.x ?? 0;
  const found = flows.map((flow) => ({
    ...flow,
    thickness: flow.kwh * perKwh,
    from: { x: left(flow.source) + (boxes.get(flow.source)?.width ?? 0), y: 0 },
    to: { x: left(flow.target), y: 0 },
    returns: left(flow.target) <= left(flow.source),
  }));
  // Side by side on each bar, in the order in which they arrive at or come from the others.
  for (const [id, box] of boxes) {
    for (const [end, other, place] of [
      ['source', 'target', 'from'],
      ['target', 'source', 'to'],
    ] as const) {
      let y = box.y;
      const here = found.filter((ribbon) => ribbon[end] === id);
      here.sort(
        (a, b) => Number(a.returns) - Number(b.returns) || middle(a[other]) - middle(b[other]),
      );
      for (const ribbon of here) {
        ribbon[place].y = y + ribbon.thickness / 2;
        y += ribbon.thickness;
      }
    }
  }
  return found;
}
