// The labels of a search's phases.

import { t } from './texts.ts';

const NAMES: Record<string, string> = {
  days: t('Choosing typical days'),
  model: t('Writing the model'),
  solve: t('Choosing the devices'),
  year: t('Sizing them on the whole horizon'),
  bound: t('Proving how good it can be'),
  improve: t('Closing the gap'),
  front: t('Looking for the least CO₂'),
  plan: t('Completing the plan'),
};

/** A phase without a name here is shown as the search calls it. */
export function phaseName(phase: string): string {
  return NAMES[phase] ?? phase;
}
