// The roles of a table's columns where no requirement names them: guessed from their names,
// corrected by a person, and turned into the shortest requirement that uses them.

import { t } from '../i18n/texts.ts';
import type { Columns as Table } from '../schema/generated.ts';
import type { Requirement } from './draft.ts';

export type { Table };

export type Role = string;

export const UNUSED: Role = '';

interface Use {
  role: Role;
  label: string;
  /** Matches the names of its columns. */
  named: RegExp;
  /** Larger values are in another unit. */
  most?: number;
}

/** In the order of guessing: narrower names first. */
const USES: readonly Use[] = [
  {
    role: 'electricity-sale',
    label: t('Electricity export price, per kWh'),
    named:
      /(feed.?in|export|sale|sell|sold).*(price|tariff)|(price|tariff).*(feed|export|sold)|上网/,
  },
  {
    role: 'gas-price',
    label: t('Gas price, per kWh'),
    named: /gas.*(price|tariff|cost)|(price|tariff|cost).*gas|燃?气价/,
  },
  {
    role: 'electricity-price',
    label: t('Electricity purchase price, per kWh'),
    named: /price|tariff|cost|spot|preis|电价/,
  },
  {
    role: 'heat-pump-input',
    label: t('Heat pump: kW of electricity per kW of heat'),
    named: /heat.?pump/,
    most: 2,
  },
  { role: 'temperature', label: t('Outdoor temperature, °C'), named: /temp|t_?air|dry.?bulb|温/ },
  {
    role: 'solar-heat',
    label: t('Solar collectors: kW of heat per m²'),
    named: /solar.?(heat|thermal)|collector|集热/,
    most: 2,
  },
  {
    role: 'sun',
    label: t('Photovoltaics: kW per kW installed'),
    named: /\bsun|solar|\bpv|photovolt|光伏/,
    most: 2,
  },
  {
    role: 'irradiance',
    label: t('Solar irradiance on the panels, W/m²'),
    named: /\bsun|solar|irrad|\bgh[ir]|radiation|辐照|辐射/,
  },
  { role: 'wind', label: t('Wind power: kW per kW installed'), named: /wind|风/, most: 2 },
  { role: 'electricity', label: t('Electricity demand, kW'), named: /electri|strom|电/ },
  { role: 'cooling', label: t('Cooling demand, kW'), named: /cool|chill|cold|k[äa]lte|冷/ },
  { role: 'steam', label: t('Steam demand, kW'), named: /steam|dampf|蒸汽/ },
  { role: 'hydrogen', label: t('Hydrogen demand, kW'), named: /hydrogen|\bh2|氢/ },
  { role: 'heat', label: t('Heat demand, kW'), named: /heat|warm|w[äa]rme|热/ },
  { role: 'electricity', label: t('Electricity demand, kW'), named: /power|load/ },
];

export const DEMANDS: readonly Role[] = ['electricity', 'heat', 'cooling', 'steam', 'hydrogen'];

/** The options of the form: demands, then weather, then prices. */
export function choices(): { role: Role; label: string }[] {
  const shown = [...DEMANDS, 'sun', 'irradiance', 'solar-heat', 'wind', 'temperature'];
  shown.push('heat-pump-input', 'electricity-price', 'electricity-sale', 'gas-price');
  const labels = new Map(USES.map(({ role, label }) => [role, label]));
  return [
    { role: UNUSED, label: t('Not used') },
    ...shown.map((role) => ({ role, label: labels.get(role) ?? role })),
  ];
}

/** The role of each column, guessed from its name; only demands may have several columns. */
export function guessed({ columns }: Table): Map<string, Role> {
  const roles = new Map<string, Role>();
  for (const [name, values] of Object.entries(columns)) {
    const role = USES.find((use) => fits(use, name, values))?.role ?? UNUSED;
    const isTaken = [...roles.values()].includes(role) && !DEMANDS.includes(role);
    roles.set(name, isTaken ? UNUSED : role);
  }
  return roles;
}

function fits({ named, most = Number.POSITIVE_INFINITY }: Use, name: string, values: number[]) {
  return named.test(name.toLowerCase()) && values.every((value) => value <= most);
}

/** Prices and CO2 without a column for them: those of the samples, to be corrected in the form. */
const SUPPLIES = { electricity: { price: 0.2, co2: 0.35 }, gas: { price: 0.07, co2: 0.198 } };

/** Power is sold through the connection at which it is bought: in each hour one or the other. */
const SOLD = {
  exports: { electricity: { price: 'electricity-sale' } },
  meters: { electricity: { supplies: ['electricity'], exports: ['electricity'] } },
};

/** The shortest requirement in which the columns have their roles. devices: the catalogue's. */
export function requirementOf(
  name: string,
  { columns, ...clock }: Table,
  roles: ReadonlyMap<string, Role>,
  devices: readonly string[],
): Requirement {
  const profiles: Record<string, number[]> = {};
  const demands: Record<string, unknown> = {};
  for (const [column, values] of Object.entries(columns)) {
    const role = roles.get(column) ?? UNUSED;
    if (DEMANDS.includes(role)) demand(demands, profiles, role, column, values);
    else if (role === 'irradiance') profiles.sun = values.map((value) => value / 1000);
    else if (role === 'temperature') profiles['heat-pump-input'] = values.map(heatPumpInput);
    else if (role !== UNUSED) profiles[role] = values;
  }
  const priced = (role: Role, fallback: number) => (profiles[role] ? role : fallback);
  const { electricity, gas } = SUPPLIES;
  return {
    name,
    ...clock,
    profiles,
    demands,
    supplies: {
      electricity: { ...electricity, price: priced('electricity-price', electricity.price) },
      gas: { ...gas, price: priced('gas-price', gas.price) },
    },
    ...(profiles['electricity-sale'] ? SOLD : { exports: {} }),
    ...(profiles['heat-pump-input'] && { devices: withHeatPump(profiles, devices) }),
  };
}

/** The first demand of a carrier has its name; others have the names of their columns. */
function demand(
  demands: Record<string, unknown>,
  profiles: Record<string, number[]>,
  carrier: Role,
  column: string,
  values: number[],
): void {
  const name = demands[carrier] === undefined ? carrier : uniqueName(column, demands);
  profiles[`${name} demand`] = values;
  demands[name] = { carrier, power: `${name} demand` };
}

/** Names consist of letters, digits, spaces and _ @ . - */
function uniqueName(column: string, taken: Record<string, unknown>): string {
  const name =
    column
      .replace(/[^\p{L}\p{N}_ .-]+/gu, ' ')
      .trim()
      .slice(0, 40) || 'demand';
  const base = /^[\p{L}\p{N}_]/u.test(name) ? name : `_${name}`;
  let unique = base;
  for (let number = 2; unique in taken; number++) unique = `${base} ${number}`;
  return unique;
}

/** All devices of the catalogue for which there is weather, the heat pump with its column. */
function withHeatPump(profiles: Record<string, unknown>, devices: readonly string[]) {
  const weather: Record<string, string> = {
    'rooftop-pv': 'sun',
    'ground-pv': 'sun',
    wind: 'wind',
    'solar-thermal': 'solar-heat',
  };
  const there = devices.filter((name) => (weather[name] ?? 'sun') in profiles || !weather[name]);
  const all = Object.fromEntries(there.map((name) => [name, {}]));
  const name = 'air-heat-pump';
  return { ...all, [name]: { like: name, inputs: { electricity: 'heat-pump-input' } } };
}

/** kW of electricity per kW of heat at 50 °C: COP 6.08 − 0.09 ΔT + 0.0005 ΔT² (Ruhnau et al.,
    2019), times 0.85 for real operation, as there; as in the samples. */
export function heatPumpInput(air: number): number {
  const lift = 50 - Math.max(-15, air);
  return 1 / (0.85 * (6.08 - 0.09 * lift + 0.0005 * lift ** 2));
}
