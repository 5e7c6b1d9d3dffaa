// The installed sizes of each plan, one row for every device in any of them.

import * as format from '../i18n/format.ts';
import { t } from '../i18n/texts.ts';
import type { Device } from '../result/plan.ts';
import type { Compared } from './column.ts';
import { figures, type Row, type Table, withShares } from './table.ts';

export function sizesTable(columns: readonly Compared[]): Table {
  const plans = columns.map(({ plan }) => new Map(plan.devices.map((one) => [one.name, one])));
  const devices = dearestFirst(columns.flatMap(({ plan }) => plan.devices));
  const missing = t('not in %(column)s', { column: columns[0]?.letter ?? '' });
  const rows = devices.map(({ name, label, unit }) =>
    sized(
      label,
      unit,
      plans.map((plan) => plan.get(name)),
      missing,
    ),
  );
  const notes = rows.length > 0 ? [] : [t('No devices')];
  return { caption: t('What to install'), notes, groups: [{ rows }] };
}

function sized(
  label: string,
  unit: string,
  devices: readonly (Device | undefined)[],
  lacking: string,
): Row {
  const row = figures(
    devices.map((device) => device?.size),
    {
      label,
      unit,
      write: (size, column) => format.size(size, devices[column]?.unit ?? unit),
      comparable: (column) => devices[column]?.unit === devices[0]?.unit,
      lacking,
    },
  );
  return withShares(row);
}

/** Each device once, by its highest cost in any plan. */
function dearestFirst(devices: readonly Device[]): Device[] {
  const dearest = devices.toSorted((a, b) => b.cost_per_year - a.cost_per_year);
  return [...new Map(dearest.toReversed().map((one) => [one.name, one])).values()].toSorted(
    (a, b) => b.cost_per_year - a.cost_per_year,
  );
}
