// The phases of a search in people's words.

const NAMES: Record<string, string> = {
  days: 'Choosing typical days',
  model: 'Writing the model',
  solve: 'Choosing the devices',
  year: 'Sizing them on the whole horizon',
  bound: 'Proving how good it can be',
  improve: 'Closing the gap',
  front: 'Looking for the least CO₂',
  plan: 'Completing the plan',
};

/** A phase without a name here is shown as the search calls it. */
export function phaseName(phase: string): string {
  return NAMES[phase] ?? phase;
}
