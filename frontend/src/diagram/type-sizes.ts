// The type sizes and the spacing of a diagram. Lengths in px of the layout, which is scaled to the
// available room: larger type stays readable in small diagrams and from a distance.

export interface TypeSizes {
  /** Of the type and of its lines. */
  scale: number;
  /** A label of more letters is broken in two lines. */
  long: number;
  /** Whether what a site's end is and how much it brings or takes stand in lines of their own. */
  stacked: boolean;
  /** On both sides of a box's text together. */
  padding: number;
  narrowest: number;
  /** From one column to the next, where no wire runs between them. */
  gap: number;
}

export const USUAL: TypeSizes = {
  scale: 1,
  long: 16,
  stacked: false,
  padding: 28,
  narrowest: 92,
  gap: 28,
};

export const LARGE: TypeSizes = {
  scale: 2,
  long: 8,
  stacked: true,
  padding: 28,
  narrowest: 0,
  gap: 16,
};

/** The usual one first; the last are for a high room and for a wide one. */
export const TYPE_SIZES: readonly TypeSizes[] = [USUAL, LARGE, { ...LARGE, stacked: false }];
