// The labels of a search's phases.

import { t } from './texts.ts';

const NAMES: Record<string, string> = {
  days: t('Choosing typical days'),
  model: t('Building the model'),
  solve: t('Choosing devices'),
  year: t('Sizing devices for the full year'),
  bound: t('Computing the lower bound'),
  improve: t('Closing the gap'),
  front: t('Minimising CO₂'),
  plan: t('Completing the plan'),
};

/** A phase without a name here is shown as the search calls it. */
export function phaseName(phase: string): string {
  return NAMES[phase] ?? phase;
}
