// A year's energy in each plan, as its graph has it: what comes in, what devices give, what is sold.

import { carrierName } from '../diagram/carriers.ts';
import type { Graph, GraphLink, GraphNode, NodeKind } from '../diagram/graph.ts';
import * as format from '../i18n/format.ts';
import { t } from '../i18n/texts.ts';
import type { Compared } from './column.ts';
import { figures, type Group, type Row, type Table, withShares } from './table.ts';

/** The energy of one node and carrier, by column. */
interface Flow {
  label: string;
  kwh: (number | undefined)[];
}

export function energyTable(columns: readonly Compared[]): Table {
  const graphs = columns.map(({ plan }) => plan.graph);
  const lacking = t('not in %(column)s', { column: columns[0]?.letter ?? '' });
  const group = (title: string, ends: 'source' | 'target', ...of: NodeKind[]): Group => ({
    title,
    rows: flows(graphs, ends, of).map((flow) => energyRow(flow, lacking)),
  });
  const groups = [
    group(t('Purchased, or from sun and wind'), 'source', 'supply'),
    group(t('Output of devices'), 'source', 'device'),
    group(t('Discharged from stores'), 'source', 'storage'),
    group(t('Sold'), 'target', 'export'),
    differing(group(t('Demand, where it differs'), 'target', 'demand')),
  ];
  return {
    caption: t('Energy per year'),
    notes: [],
    groups: groups.filter(({ rows }) => rows.length > 0),
  };
}

/** Demands are usually the same in all plans. */
function differing({ title, rows }: Group): Group {
  const differs = ({ cells: [first, ...others] }: Row) =>
    others.some(({ text }) => text !== first?.text);
  return { ...(title && { title }), rows: rows.filter(differs) };
}

function energyRow({ label, kwh }: Flow, lacking: string): Row {
  return withShares(figures(kwh, { label, unit: 'kWh', write: format.energy, lacking }));
}

/** The energy out of (or into) nodes of these kinds, largest first. */
function flows(
  graphs: readonly Graph[],
  end: 'source' | 'target',
  kinds: readonly NodeKind[],
): Flow[] {
  const found = new Map<string, Flow>();
  graphs.forEach((graph, column) => {
    const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
    for (const link of graph.links) {
      const node = nodes.get(link[end]);
      if (!node || !kinds.includes(node.kind)) continue;
      const key = JSON.stringify([node.id, link.carrier]);
      const flow = found.get(key) ?? emptyFlow(node, link, graphs.length);
      flow.kwh[column] = (flow.kwh[column] ?? 0) + link.kwh;
      found.set(key, flow);
    }
  });
  const most = ({ kwh }: Flow) => Math.max(...kwh.map((one) => one ?? 0));
  return [...found.values()].toSorted((a, b) => most(b) - most(a));
}

function emptyFlow(node: GraphNode, { carrier }: GraphLink, columns: number): Flow {
  const given = carrierName(carrier);
  const isItself = node.label.toLowerCase() === given.toLowerCase();
  return {
    label: isItself ? node.label : t('%(what)s: %(carrier)s', { what: node.label, carrier: given }),
    kwh: Array(columns).fill(undefined),
  };
}
