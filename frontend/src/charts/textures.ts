// Devices of one technology have one colour in a chart; stripes and dashes tell them apart, as in
// the swatches of the legend (style/diagram.css).

/** Of a line, by texture, px. */
export const DASHES: readonly number[][] = [[], [9, 4], [3, 3], [12, 3, 3, 3]];

/** Of a pattern's tile, which repeats, px of the canvas. */
const TILE = 12;
const STRIPE = 3;

/** Which texture a swatch has; 0 is plain. */
export function textureOf(swatch: HTMLElement): number {
  return Number(/texture-(\d)/.exec(swatch.className)?.[1] ?? 0);
}

/** The colour, striped in that of the card behind the chart. */
export function filled(colour: string, texture: number, at: HTMLElement): string | CanvasPattern {
  const tile = document.createElement('canvas');
  tile.width = TILE;
  tile.height = TILE;
  const context = tile.getContext('2d');
  if (texture === 0 || !context) return colour;
  context.fillStyle = colour;
  context.fillRect(0, 0, TILE, TILE);
  context.strokeStyle = getComputedStyle(at).getPropertyValue('--card');
  context.lineWidth = STRIPE;
  for (const [fromX, fromY, toX, toY] of STRIPES[texture] ?? []) {
    context.moveTo(fromX, fromY);
    context.lineTo(toX, toY);
  }
  context.stroke();
  return context.createPattern(tile, 'repeat') ?? colour;
}

type Line = readonly [fromX: number, fromY: number, toX: number, toY: number];

/** By texture; what leaves a tile at one side enters it at the other. */
const STRIPES: Record<number, readonly Line[]> = {
  1: [-TILE, 0, TILE].map((x) => [x, TILE, x + TILE, 0]),
  2: [-TILE, 0, TILE].map((x) => [x, 0, x + TILE, TILE]),
  3: [[0, TILE / 2, TILE, TILE / 2]],
};
