// The layout of an energy system diagram: ELK's layered layout from left to right with orthogonal
// wires, computed in a web worker, so that the page stays responsive.

import ELK, { type ElkNode, type ElkPort } from 'elkjs/lib/elk-api.js';
import workerUrl from 'elkjs/lib/elk-worker.min.js?url';
import type { GraphNode, Wire } from './graph.ts';
import { SHAPES } from './look.ts';

export interface Point {
  x: number;
  y: number;
}

export interface Box extends Point {
  width: number;
  height: number;
}

export interface Layout {
  width: number;
  height: number;
  /** By node id. */
  boxes: Map<string, Box>;
  /** The bends of each wire from end to end, in the order of the wires. */
  paths: Point[][];
}

/** What a node's box must hold, or, for a carrier, the name above its busbar; px. */
export interface Extent {
  width: number;
  height: number;
}

// Starts now, so that its 1.6 MB are there when the result is.
const elk = new ELK({ workerUrl });

/** From one wire to the next on a busbar. */
const PITCH = 18;

const NOTHING: Extent = { width: 0, height: 0 };

const OPTIONS = {
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.separateConnectedComponents': 'false',
  'elk.spacing.nodeNode': '18',
  'elk.spacing.edgeNode': '16',
  'elk.spacing.edgeEdge': '12',
  'elk.layered.spacing.edgeNodeBetweenLayers': '14',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '10',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.layered.nodePlacement.favorStraightEdges': 'true',
  'elk.padding': '[top=4,left=4,bottom=8,right=4]',
};

const BAR_OPTIONS = {
  ...OPTIONS,
  'elk.spacing.nodeNode': '22',
  'elk.spacing.edgeNode': '4',
  'elk.spacing.edgeEdge': '4',
  'elk.layered.spacing.nodeNodeBetweenLayers': '70',
  'elk.layered.spacing.edgeNodeBetweenLayers': '4',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '2',
};

/** `gap`: from one column to the next, px. */
export async function layOut(
  nodes: readonly GraphNode[],
  wires: readonly Wire[],
  extents: ReadonlyMap<string, Extent>,
  gap: number,
): Promise<Layout> {
  const root = await elk.layout({
    id: 'root',
    layoutOptions: { ...OPTIONS, 'elk.layered.spacing.nodeNodeBetweenLayers': String(gap) },
    children: nodes.map((node) => child(node, wires, extents.get(node.id) ?? NOTHING)),
    edges: wires.map((_, index) => ({
      id: String(index),
      sources: [port('source', index)],
      targets: [port('target', index)],
    })),
  });
  return read(root);
}

/** A bar of a Sankey diagram: what stands above it and what hangs below. */
export interface Bar extends Extent {
  id: string;
  above: Extent;
  below: Extent;
}

/** Where bars go, from left to right; how their links run is for the ribbons to say. */
export async function layOutBars(
  bars: readonly Bar[],
  links: readonly { source: string; target: string }[],
): Promise<Layout> {
  const root = await elk.layout({
    id: 'root',
    layoutOptions: BAR_OPTIONS,
    children: bars.map(({ id, width, height, above, below }) => ({
      id,
      width,
      height,
      labels: [hanging(above, 'V_TOP'), hanging(below, 'V_BOTTOM')],
    })),
    edges: links.map(({ source, target }, index) => ({
      id: String(index),
      sources: [source],
      targets: [target],
    })),
  });
  return read(root);
}

function hanging(extent: Extent, side: 'V_TOP' | 'V_BOTTOM') {
  const placement = `OUTSIDE ${side} H_CENTER`;
  return { text: ' ', ...extent, layoutOptions: { 'elk.nodeLabels.placement': placement } };
}

function child(node: GraphNode, wires: readonly Wire[], extent: Extent): ElkNode {
  const incoming = portsOf(node, wires, 'target');
  const outgoing = portsOf(node, wires, 'source');
  const { id } = node;
  const ports = [...incoming, ...outgoing];
  const layoutOptions = { 'elk.portConstraints': 'FIXED_SIDE', 'elk.spacing.portPort': '12' };
  if (node.kind !== 'carrier') {
    const atTheEnd = node.kind === 'demand' || node.kind === 'export';
    const constraint = atTheEnd ? 'LAST' : 'NONE';
    return {
      id,
      ...extent,
      ports,
      layoutOptions: { ...layoutOptions, 'elk.layered.layering.layerConstraint': constraint },
    };
  }
  return {
    id,
    width: SHAPES.bar_width,
    height: Math.max(44, Math.max(incoming.length, outgoing.length) * PITCH + 12),
    ports,
    labels: [{ id: `${id} label`, text: node.label, ...extent }],
    layoutOptions: { ...layoutOptions, 'elk.nodeLabels.placement': 'OUTSIDE V_TOP H_CENTER' },
  };
}

function portsOf({ id }: GraphNode, wires: readonly Wire[], end: 'source' | 'target'): ElkPort[] {
  return wires.flatMap((wire, index) =>
    wire[end] === id
      ? [
          {
            id: port(end, index),
            width: 0,
            height: 0,
            layoutOptions: { 'elk.port.side': end === 'target' ? 'WEST' : 'EAST' },
          },
        ]
      : [],
  );
}

function port(end: 'source' | 'target', wire: number): string {
  return `${end} ${wire}`;
}

function read(root: ElkNode): Layout {
  const boxes = new Map<string, Box>();
  for (const { id, x = 0, y = 0, width = 0, height = 0 } of root.children ?? []) {
    boxes.set(id, { x, y, width, height });
  }
  const paths = (root.edges ?? []).map(({ sections = [] }) =>
    sections.flatMap(({ startPoint, bendPoints = [], endPoint }) => [
      startPoint,
      ...bendPoints,
      endPoint,
    ]),
  );
  return { width: root.width ?? 0, height: root.height ?? 0, boxes, paths };
}
