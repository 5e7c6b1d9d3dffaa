// The caption of a node: its label, in two lines where it is long, and below it the node's size or
// its energy.

import { energy, size } from '../i18n/format.ts';
import { t } from '../i18n/texts.ts';
import type { Flow } from './flows.ts';
import type { GraphNode, NodeKind } from './graph.ts';
import type { TypeSizes } from './type-sizes.ts';

export interface Caption {
  /** One line or two. */
  label: string[];
  /** As well; none for a carrier. */
  measure: string[];
}

/** Of a line; the whole of it is said where one looks closer. */
const LONGEST = 36;

/** What the ends of the site are called, by their kind. */
export const ROLE: Partial<Record<NodeKind, string>> = {
  supply: t('Supply'),
  demand: t('Demand'),
  export: t('Export'),
};

export function caption(
  node: GraphNode,
  flows: readonly Flow[],
  { long, stacked }: TypeSizes,
): Caption {
  const label = node.kind === 'carrier' ? [node.label] : broken(node.label, long);
  const measured = measure(node, flows);
  return { label: label.map(cut), measure: stacked ? measured : joined(measured) };
}

function measure({ kind, size: amount, unit }: GraphNode, flows: readonly Flow[]): string[] {
  if (amount !== undefined && unit !== undefined) return [size(amount, unit)];
  const role = ROLE[kind];
  return role ? [role, energy(flows.reduce((sum, { kwh }) => sum + kwh, 0))] : [];
}

function joined(lines: string[]): string[] {
  return lines.length > 0 ? [lines.join(' ')] : [];
}

/** A line that is too long to be drawn, without its end. */
export function cut(line: string): string {
  const characters = [...line];
  return characters.length <= LONGEST ? line : `${characters.slice(0, LONGEST - 1).join('')}…`;
}

/** A long label, broken at the space that leaves the shortest lines. */
function broken(label: string, long: number): string[] {
  if (label.length <= long) return [label];
  const longer = (lines: string[]) => Math.max(...lines.map(({ length }) => length));
  const words = label.split(' ');
  return words
    .map((_, index) => [words.slice(0, index).join(' '), words.slice(index).join(' ')])
    .slice(1)
    .reduce((best, lines) => (longer(lines) <= longer(best) ? lines : best), [label]);
}
