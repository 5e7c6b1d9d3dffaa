// A message of the server or of a search, as it stands beside its English text: `status_i18n` beside
// `status`.

export interface Message {
  /** The English template: "Found a better plan: %(cost)s a year". */
  id: string;
  values: { readonly [name: string]: Value };
}

export type Value = string | number | Message | Value[];
