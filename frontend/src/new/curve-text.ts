// The description of a curve in words, for screen readers and for those who want its figures.

import { carrierName } from '../diagram/carriers.ts';
import { energy, figure, list, percent, size } from '../i18n/format.ts';
import { t, translate } from '../i18n/texts.ts';
import { unitName } from '../i18n/unit-name.ts';
import type { Curve } from './preview.ts';

const HOURS_A_YEAR = 8760;

/** Labels of the catalogue's weather profiles. */
const WEATHER: Record<string, string> = {
  sun: t('Photovoltaic output'),
  wind: t('Wind'),
  'solar-heat': t('Solar collector output'),
  'heat-pump-input': t('Heat pump input'),
};

export function curveName({ role, name }: Curve): string {
  switch (role) {
    case 'price':
      return t('Price of %(what)s', { what: carrierName(name) });
    case 'sale':
      return t('Export price of %(what)s', { what: carrierName(name) });
    case 'weather':
      return WEATHER[name] ?? translate(name);
  }
  return carrierName(name);
}

export function curveText(curve: Curve): string {
  switch (curve.role) {
    case 'demand':
      return ofDemand(curve);
    case 'weather':
      return ofWeather(curve);
  }
  return t('%(least)s to %(most)s %(unit)s, %(mean)s on average', {
    least: figure(curve.least),
    most: figure(curve.most),
    mean: figure(curve.mean),
    unit: unitName(curve.unit),
  });
}

function ofDemand({ mean, most }: Curve): string {
  return t('%(energy)s per year, peak %(peak)s, load factor %(share)s', {
    energy: energy(mean * HOURS_A_YEAR),
    peak: size(most, 'kW'),
    share: percent(mean, most),
  });
}

function ofWeather({ name, mean, least, most, devices = [], devices_i18n = [] }: Curve): string {
  const yearly = figure(Math.round(mean * HOURS_A_YEAR));
  switch (name) {
    case 'sun':
    case 'wind':
      return t('%(n)s kWh per year per kW installed', { n: yearly });
    case 'solar-heat':
      return t('%(n)s kWh of heat per year per m²', { n: yearly });
    case 'heat-pump-input':
      return t('%(least)s to %(most)s kW per kW of heat', {
        least: figure(least),
        most: figure(most),
      });
  }
  return t('%(mean)s on average, for %(devices)s', {
    mean: figure(mean),
    devices: list(devices.map((label, at) => translate(label, devices_i18n[at]))),
  });
}
