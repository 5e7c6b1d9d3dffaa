// A search's result, as the server sends it.

import { type Graph, translated as translatedGraph } from '../diagram/graph.ts';
import type { Warning } from '../dom/warning-list.ts';
import type { Message } from '../i18n/message.ts';
import { translate } from '../i18n/texts.ts';

/** Costs and investments in the result's currency, energy in kWh, CO2 in kg, gaps relative. */
export interface Plan {
  /** Which steps its sizes and its dispatch are for. */
  basis: 'typical days' | 'whole horizon';
  cost_per_year: number;
  co2_kg_per_year: number;
  /** Proven on the whole horizon; null where that was not asked for. */
  gap: number | null;
  /** Currency per year, by category. */
  costs: Costs;
  investment: number;
  devices: Device[];
  graph: Graph;
  /** The address of the plan's dispatch. */
  dispatch_url: string;
}

export interface Costs {
  investment: number;
  maintenance: number;
  operation: number;
  energy: number;
  peak: number;
  unserved: number;
  export_revenue: number;
  co2: number;
}

export interface Device {
  name: string;
  kind: string;
  label: string;
  label_i18n?: Message;
  size: number;
  unit: string;
  investment: number;
  cost_per_year: number;
  kwh_per_year: number;
}

/** A default that the requirement doesn't override. */
export interface Assumption {
  /** Its dotted path in the requirement. */
  field: string;
  /** A text is a date, or the name of a profile. */
  value: number | string;
  unit: string;
  origin: string;
  origin_i18n?: Message;
}

export interface SearchResult {
  name: string;
  currency: string;
  /** Whether the search was stopped early. */
  stopped: boolean;
  options: { goal: 'cheapest' | 'alternatives' | 'front' };
  search: {
    typical_days: number | null;
    /** Proven on the typical days. */
    gap: number | null;
  };
  /** Missing in older results, like the next one. */
  warnings?: Warning[];
  assumptions?: Assumption[];
  /** The best one first; there is no result without one. */
  plans: [Plan, ...Plan[]];
}

/** The same with all labels in the page's language. */
export function translated(result: SearchResult): SearchResult {
  const plans = result.plans.map((plan) => ({
    ...plan,
    devices: plan.devices.map((device) => ({
      ...device,
      label: translate(device.label, device.label_i18n),
    })),
    graph: translatedGraph(plan.graph),
  }));
  return { ...result, plans: plans as [Plan, ...Plan[]] };
}
