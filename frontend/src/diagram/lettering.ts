// How large what is written in a diagram is, and how close everything stands: for those who sit in
// front of it, or for those who look at it from across the room. Lengths in px of the layout, which is
// scaled to the room there is: larger type in a layout that grows less is read from further away.

export interface Lettering {
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

export const NEAR: Lettering = {
  scale: 1,
  long: 16,
  stacked: false,
  padding: 28,
  narrowest: 92,
  gap: 28,
};

const LARGE: Lettering = {
  scale: 2,
  long: 8,
  stacked: true,
  padding: 28,
  narrowest: 0,
  gap: 16,
};

/** For a high room, and for a wide one. */
export const AFAR: readonly Lettering[] = [LARGE, { ...LARGE, stacked: false }];
