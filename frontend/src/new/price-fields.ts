// The prices and limits of a site, to be changed. An empty field means that there is none.

import { carrierName } from '../diagram/carriers.ts';
import { html } from '../dom/element.ts';
import { currencyName } from '../i18n/format.ts';
import { t, translate } from '../i18n/texts.ts';
import type { Draft } from './draft.ts';
import { NumberField, type NumberFieldOptions } from './number-field.ts';
import type { Preview } from './preview.ts';

type Named = Record<string, Record<string, unknown>>;

export class PriceFields {
  fields: NumberField[] = [];
  private readonly place: HTMLElement;
  private readonly draft: Draft;

  constructor(place: HTMLElement, draft: Draft) {
    this.place = place;
    this.draft = draft;
  }

  /** Shows the fields of another site. */
  show({ currency, areas }: Preview): void {
    const money = currencyName(currency);
    const { supplies = {}, exports = {} } = this.draft.site.requirement;
    this.fields = [];
    this.place.replaceChildren(
      this.group(t('The whole site'), ofSite(money)),
      ...Object.entries(supplies as Named).map(([name, supply]) =>
        this.group(
          t('Purchase: %(name)s', { name: carrierName(name) }),
          ofSupply(name, supply, money),
        ),
      ),
      ...Object.keys(exports).map((name) =>
        this.group(t('Export: %(name)s', { name: carrierName(name) }), ofExport(name, money)),
      ),
      ...(areas.length > 0 ? [this.group(t('Areas'), areas.map(ofArea))] : []),
    );
  }

  private group(title: string, options: NumberFieldOptions[]): HTMLElement {
    const fields = options.map((one) => new NumberField(this.draft, one));
    this.fields.push(...fields);
    return html(
      'fieldset',
      { class: 'numbers' },
      html('legend', {}, title),
      ...fields.map(({ element }) => element),
    );
  }
}

function ofSite(money: string): NumberFieldOptions[] {
  const none = t('none');
  return [
    { path: ['co2_price'], label: t('Price of CO₂'), unit: `${money}/t`, fallback: '0' },
    { path: ['co2_limit'], label: t('CO₂ limit per year'), unit: 't', fallback: none },
    { path: ['budget'], label: t('Investment limit'), unit: money, fallback: none },
    {
      path: ['interest_rate'],
      label: t('Interest rate'),
      unit: '%',
      scale: 100,
      fallback: '5',
    },
  ];
}

function ofSupply(
  name: string,
  supply: Record<string, unknown>,
  money: string,
): NumberFieldOptions[] {
  const path = (field: string) => ['supplies', name, field];
  const peak =
    supply.peak_period === 'month'
      ? t('Demand charge, monthly peak')
      : t('Demand charge, annual peak');
  return [
    { path: path('price'), label: t('Price'), unit: `${money}/kWh` },
    { path: path('co2'), label: t('CO₂'), unit: 'kg/kWh', fallback: '0' },
    { path: path('limit'), label: t('Maximum power'), unit: 'kW', fallback: t('none') },
    { path: path('peak_price'), label: peak, unit: `${money}/kW`, fallback: '0' },
  ];
}

function ofExport(name: string, money: string): NumberFieldOptions[] {
  const path = (field: string) => ['exports', name, field];
  return [
    { path: path('price'), label: t('Price'), unit: `${money}/kWh` },
    { path: path('co2'), label: t('CO₂ avoided elsewhere'), unit: 'kg/kWh', fallback: '0' },
    { path: path('limit'), label: t('Maximum power'), unit: 'kW', fallback: t('none') },
  ];
}

function ofArea(area: string): NumberFieldOptions {
  return {
    path: ['areas', area],
    label: translate(area),
    unit: 'm²',
    fallback: t('unlimited'),
  };
}
