// The phases of a search in people's words.

const NAMES: Record<string, string> = {
  days: 'Choosing typical days',
  model: 'Writing the model',
  solve: 'Looking for the best plan',
  plan: 'Completing the plan',
};

/** A phase without a name here is shown as the search calls it. */
export function phaseName(phase: string): string {
  return NAMES[phase] ?? phase;
}
