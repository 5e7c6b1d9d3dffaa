// A search's result, as the server gives it.

import type { Graph } from '../diagram/graph.ts';

/** Costs and investments in EUR, energy in kWh, CO2 in kg, gaps relative. */
export interface Plan {
  cost_per_year: number;
  co2_kg_per_year: number;
  /** Proven on the whole horizon; null where that was not asked for. */
  gap: number | null;
  /** EUR per year, by what they are for. */
  costs: Costs;
  investment: number;
  devices: Device[];
  graph: Graph;
}

export interface Costs {
  investment: number;
  maintenance: number;
  energy: number;
  peak: number;
  export_revenue: number;
  co2: number;
}

export interface Device {
  name: string;
  kind: string;
  label: string;
  size: number;
  unit: string;
  investment: number;
  cost_per_year: number;
  kwh_per_year: number;
}

export interface SearchResult {
  search: {
    seconds: number;
    typical_days: number | null;
    /** Proven on the typical days. */
    gap: number | null;
  };
  /** The best one first; there is no result without one. */
  plans: [Plan, ...Plan[]];
}
