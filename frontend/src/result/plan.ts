// A search's result, as the server sends it.

import { translated as translatedGraph } from '../diagram/graph.ts';
import { translate } from '../i18n/texts.ts';
import type { StoredResult } from '../schema/generated.ts';

export type {
  Assumption,
  Costs,
  LinkedPlan as Plan,
  PlanDevice as Device,
} from '../schema/generated.ts';

type AddedLater = 'warnings' | 'assumptions';

/** Older results lack some of it. */
export type SearchResult = Omit<StoredResult, AddedLater> & Partial<Pick<StoredResult, AddedLater>>;

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
  return { ...result, plans: plans as SearchResult['plans'] };
}
