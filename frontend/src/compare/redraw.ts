// Redraws a part of the page without losing the reader's place: focus, horizontal scroll and the
// position in the window are restored.

/** Selectors of what scrolls sideways; elements of a kind scroll together. */
export const SCROLLED = ['.compare-scroll', '.diagram-scroll'];

/** The attributes that identify an element after a redraw. */
const NAMES = ['aria-label', 'href', 'data-node-id'];

export function redraw(place: HTMLElement, draw: () => void): void {
  const { activeElement } = document;
  const focused = activeElement && place.contains(activeElement) ? nameOf(activeElement) : '';
  const aside = SCROLLED.map((kind) => place.querySelector(kind)?.scrollLeft ?? 0);
  const parts = [...place.children];
  const first = parts.findIndex((part) => part.getBoundingClientRect().top >= 0);
  const stood = parts[first]?.getBoundingClientRect().top ?? 0;
  draw();
  SCROLLED.forEach((kind, at) => {
    for (const one of place.querySelectorAll(kind)) one.scrollLeft = aside[at] ?? 0;
  });
  const stands = place.children[first]?.getBoundingClientRect().top ?? stood;
  scrollBy({ top: stands - stood, behavior: 'instant' });
  if (focused) place.querySelector<HTMLElement>(focused)?.focus({ preventScroll: true });
}

/** A selector: a diagram's node is identified together with its plan. */
function nameOf(element: Element): string {
  const plan = element.closest('section[aria-label]')?.getAttribute('aria-label');
  const within = plan ? `section[aria-label="${CSS.escape(plan)}"] ` : '';
  return within + element.localName + NAMES.map((name) => attribute(element, name)).join('');
}

function attribute(element: Element, name: string): string {
  const value = element.getAttribute(name);
  return value === null ? `:not([${name}])` : `[${name}="${CSS.escape(value)}"]`;
}
