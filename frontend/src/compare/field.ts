// One figure of a requirement, with its label and unit, so that two requirements can be compared.

export interface Field {
  label: string;
  /** Of a number. */
  unit: string;
  /** Of values by the step, what stands for them: their mean, or what a year adds up to. */
  value: number | string;
  /** Values by the step themselves: two may differ in these alone. */
  course?: string;
  /** What is said of a requirement without it; a dash if left out. */
  lacking?: string;
}

/** By their place in the requirement. */
export type Fields = Map<string, Field>;
