// Texts with placeholders: "%(count)s watching".

export type Values = Record<string, string | number>;

/** What isn't given stays as it is. */
export function filled(text: string, values: Values): string {
  return text.replace(/%\((\w+)\)s/g, (place, name: string) => String(values[name] ?? place));
}
