// Puts the colours and the dashes of look.ts on the page, as rules of a style sheet.

import { LOOK, SHAPES } from './look.ts';

interface Colours {
  light: string;
  dark: string;
  dash?: string;
}

function* rules(): Iterable<string> {
  const { carriers, other_carriers, technologies, other_technologies, trades } = LOOK;
  for (const [name, { dash, ...colours }] of named(carriers, other_carriers)) {
    const dashed = dash ? `--dash: ${dash};` : '';
    yield `.carrier-${name} { --carrier: ${colour(colours)}; ${dashed} }`;
  }
  for (const [name, colours] of named(technologies, other_technologies)) {
    yield `.technology-${name} { --series: ${colour(colours)}; }`;
  }
  for (const [name, colours] of Object.entries(trades)) {
    yield `.trade-${name} { --series: ${colour(colours)}; }`;
  }
  const { outline, mark_width, label_size, measure_size, ground_share } = SHAPES;
  yield `:root {
    --outline: ${outline};
    --mark-width: ${mark_width};
    --label-size: ${label_size}px;
    --measure-size: ${measure_size}px;
    --ground-share: ${100 * ground_share}%;
  }`;
}

function named(known: Record<string, Colours>, others: readonly Colours[]): [string, Colours][] {
  const rest = others.map((look, place): [string, Colours] => [`other-${place}`, look]);
  return [...Object.entries(known), ...rest];
}

function colour({ light, dark }: Colours): string {
  return `light-dark(${light}, ${dark})`;
}

const sheet = new CSSStyleSheet();
sheet.replaceSync([...rules()].join('\n'));
document.adoptedStyleSheets.push(sheet);
