// The server's preview of a draft.

import type {
  Converter,
  Link,
  LoadShift,
  PreviewDevice,
  Preview as Sent,
  Store,
} from '../schema/generated.ts';

export type { Curve } from '../schema/generated.ts';

export type Preview = Omit<Sent, 'devices'> & { devices: Device[] };
export type Device = Omit<PreviewDevice, 'figures'> & { figures: Figures };

/** The figures of a device with all defaults, and values by the step as their mean. */
export type Figures = Means<Converter> | Means<Store> | Means<Link> | Means<LoadShift>;

type Means<Kind> = { [Name in keyof Kind]-?: Mean<Exclude<Kind[Name], undefined>> };
type Mean<Value> = Series extends Value
  ? number
  : Value extends Record<string, Series>
    ? Record<string, number>
    : Value;
type Series = number | [number, ...number[]] | string;
