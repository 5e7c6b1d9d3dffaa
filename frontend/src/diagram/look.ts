// How everything in an energy system diagram looks, and a technology in every chart: read from
// algorithm/export/diagram/look.json, as the diagrams in files are. A look is a CSS class
// (look-style.ts has its colours), which follows from a name alone: the same in every plan.

import look from '../../../algorithm/export/diagram/look.json' with { type: 'json' };
import type { GraphNode, NodeKind } from './graph.ts';

export const LOOK = look;
export const SHAPES = look.shapes;

/** How many textures tell devices of one technology apart; the first is plain. */
export const TEXTURES = 4;

const TECHNOLOGIES = new Map(
  Object.entries(look.technologies).flatMap(([technology, { devices }]) =>
    devices.map((device) => [device, technology]),
  ),
);

const TRADES: ReadonlySet<NodeKind> = new Set(['supply', 'demand', 'export']);
const UNSERVED = 'supply:unserved';

/** "heat@north" → "heat": the same carrier at another place looks the same. */
export function carrierLook(carrier: string): string {
  const name = carrier.split('@', 1)[0]?.trim().toLowerCase() ?? '';
  if (name in look.carriers) return name;
  return `other-${nameHash(name) % look.other_carriers.length}`;
}

/** like: the catalogue's device that a device is like, or its own name. */
export function technologyLook(like: string): string {
  const own = `other-${nameHash(like) % look.other_technologies.length}`;
  return TECHNOLOGIES.get(like) ?? own;
}

/** The class of a device's technology; undefined for a node that is no device. */
export function deviceClass({ like, device }: GraphNode): string | undefined {
  const name = like ?? device;
  return name === undefined ? undefined : `technology-${technologyLook(name)}`;
}

/** By node id, the classes of its colour and its texture in charts. nodes: those of all plans. */
export function seriesClasses(nodes: readonly GraphNode[]): Map<string, string> {
  const counts = new Map<string, number>();
  return new Map(
    nodes.map((node) => {
      const { id, kind, carrier = '' } = node;
      if (kind === 'carrier') return [id, `carrier-${carrierLook(carrier)}`];
      const trade = id === UNSERVED ? 'trade-unserved' : `trade-${kind}`;
      const colour = TRADES.has(kind) ? trade : (deviceClass(node) ?? '');
      // What is bought, used or sold of another carrier stands in another chart.
      const alike = TRADES.has(kind) ? `${colour} ${carrier}` : colour;
      const count = counts.get(alike) ?? 0;
      counts.set(alike, count + 1);
      return [id, `${colour} texture-${count % TEXTURES}`];
    }),
  );
}

/** The same number as in Python (algorithm/export/diagram/look.py). */
function nameHash(name: string): number {
  let hash = 0;
  for (const character of name) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
  return hash;
}
