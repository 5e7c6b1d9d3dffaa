// The server's preview of a draft.

import type { Warning } from '../dom/warning-list.ts';
import type { Message } from '../i18n/message.ts';

export interface Preview {
  name: string;
  currency: string;
  /** The first day, as a date. */
  start: string;
  step_hours: number;
  steps: number;
  /** The time that each value of a curve represents: a step, or a day. */
  drawn_every_h: number;
  curves: Curve[];
  areas: string[];
  devices: Device[];
  warnings: Warning[];
}

export interface Curve {
  role: 'demand' | 'weather' | 'price' | 'sale';
  name: string;
  carrier: string;
  unit: string;
  mean: number;
  least: number;
  most: number;
  /** Absent where it is one number. */
  values?: number[];
  /** Where values are daily means: minimum and maximum of each day. */
  low?: number[];
  high?: number[];
  /** For weather: what depends on it. */
  devices?: string[];
  devices_i18n?: Message[];
}

export interface Device {
  name: string;
  /** The device of the catalogue that its other figures come from. */
  like: string | null;
  label: string;
  label_i18n?: Message;
  group: string | null;
  group_name: string | null;
  source: string | null;
  year: number | null;
  /** The figures that the site states itself. */
  stated: string[];
  figures: Figures;
}

/** Values by the step as their mean. */
export interface Figures {
  kind: 'converter' | 'store' | 'link' | 'load_shift';
  unit: string;
  size: number | null;
  min_size: number;
  max_size: number | null;
  unit_size: number | null;
  area: Record<string, number>;
  investment: number;
  investment_fixed: number;
  maintenance: number;
  life: number;
  operation: number;
  inputs?: Record<string, number>;
  outputs?: Record<string, number>;
  min_load?: number;
  carrier?: string;
  charge_efficiency?: number;
  discharge_efficiency?: number;
  hours?: number;
  loss?: number;
  power_investment?: number;
  source?: string;
  target?: string;
  demand?: string;
  share?: number;
  earlier_hours?: number;
  later_hours?: number;
}
