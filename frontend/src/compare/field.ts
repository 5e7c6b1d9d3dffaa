// One figure of a requirement, with its label and unit, so that two requirements can be compared.

export interface Field {
  label: string;
  /** The unit of a number. */
  unit: string;
  /** Values by the step are summarised by their mean or their annual sum. */
  value: number | string;
  /** The values by the step: two fields may differ in these alone. */
  course?: string;
  /** Shown for a requirement without this field; by default a dash. */
  lacking?: string;
}

/** By their path in the requirement. */
export type Fields = Map<string, Field>;
