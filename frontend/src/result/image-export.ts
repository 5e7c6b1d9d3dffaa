// A drawing of the page as a file that looks the same elsewhere: colours, dashes and fonts from
// style sheets are written into it. Loaded on the first export.

import { download } from '../dom/download.ts';

/** The properties that style sheets set on a drawing. */
const STYLES = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-opacity',
  'opacity',
  'paint-order',
  'font-family',
  'font-size',
  'font-weight',
] as const;
const MARGIN = 16;
/** Pixels of a PNG for each of the page's. */
const SHARPNESS = 2;

export async function save(
  drawing: SVGSVGElement,
  name: string,
  kind: 'SVG' | 'PNG',
): Promise<void> {
  const text = standalone(drawing);
  const blob =
    kind === 'SVG' ? new Blob([text], { type: 'image/svg+xml' }) : await painted(text, drawing);
  download(blob, `${name}.${kind.toLowerCase()}`);
}

/** The drawing as a standalone SVG document, with the background of the page. */
function standalone(drawing: SVGSVGElement): string {
  const copy = drawing.cloneNode(true) as SVGSVGElement;
  const originals = [drawing, ...drawing.querySelectorAll<SVGElement>('*')];
  const copies = [copy, ...copy.querySelectorAll<SVGElement>('*')];
  originals.forEach((original, at) => {
    const style = getComputedStyle(original);
    for (const property of STYLES) {
      copies[at]?.setAttribute(property, style.getPropertyValue(property));
    }
  });
  // Hit areas of the pointer.
  for (const reach of copy.querySelectorAll('.reach, .wire-reach')) reach.remove();
  for (const element of copies) {
    for (const { name } of [...element.attributes]) {
      if (/^(aria-|data-|class$|role$|tabindex$|style$)/.test(name)) element.removeAttribute(name);
    }
  }
  const { width, height } = sizeOf(drawing);
  const ground = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  const card = drawing.closest('.card') ?? document.body;
  const place = { x: -MARGIN, y: -MARGIN, width, height };
  for (const [name, value] of Object.entries(place)) ground.setAttribute(name, String(value));
  ground.setAttribute('fill', getComputedStyle(card).backgroundColor);
  copy.prepend(ground);
  copy.setAttribute('viewBox', `${-MARGIN} ${-MARGIN} ${width} ${height}`);
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  return new XMLSerializer().serializeToString(copy);
}

function sizeOf({ viewBox }: SVGSVGElement): { width: number; height: number } {
  const { width, height } = viewBox.baseVal;
  return { width: width + 2 * MARGIN, height: height + 2 * MARGIN };
}

async function painted(text: string, drawing: SVGSVGElement): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const { width, height } = sizeOf(drawing);
  const canvas = document.createElement('canvas');
  canvas.width = width * SHARPNESS;
  canvas.height = height * SHARPNESS;
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => {
    canvas.toBlob(resolve, 'image/png');
  });
  if (!blob) throw new Error('The browser made no picture.');
  return blob;
}
