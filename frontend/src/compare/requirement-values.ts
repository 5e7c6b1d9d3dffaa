// A value of a requirement: a number, one number a step, or the name of a profile; and one figure
// that summarises it.

export type Stated = Readonly<Record<string, unknown>>;

/** The mean of all values, and the values themselves, if there are several. */
interface Standing {
  value: number;
  course?: string;
}

/** Summarises a number, values by the step, or a profile by its name. */
export function stands(stated: unknown, requirement: Stated): Standing {
  const values = valuesOf(stated, requirement);
  return { value: mean(values), ...courseOf(values) };
}

export function valuesOf(stated: unknown, { profiles }: Stated): readonly number[] {
  if (typeof stated === 'string') return valuesOf(record(profiles)[stated] ?? [], {});
  return Array.isArray(stated) ? stated : [Number(stated)];
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

export function highest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), -Infinity);
}

export function courseOf(values: readonly number[]): { course?: string } {
  return values.length > 1 ? { course: values.join() } : {};
}

export function number(stated: unknown): number | undefined {
  return typeof stated === 'number' ? stated : undefined;
}

export function record(stated: unknown): Stated {
  return isRecord(stated) ? stated : {};
}

export function isRecord(stated: unknown): stated is Stated {
  return typeof stated === 'object' && stated !== null && !Array.isArray(stated);
}
