// Keys that work anywhere on the page, but not while somebody types.

/** `keys`: what each does. Returns nothing to undo: they hold as long as the page. */
export function bindKeys(keys: Readonly<Record<string, () => void>>): void {
  document.addEventListener('keydown', (event) => {
    const act = keys[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey || isTaken(event)) return;
    if (document.querySelector('dialog[open]')) return;
    event.preventDefault();
    act();
  });
}

/** Whether it belongs to what has the focus: letters to a field, the space bar to a button. */
function isTaken({ key, target }: KeyboardEvent): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.matches('input:not([type="checkbox"]), textarea, select') ||
      (key === ' ' && target.matches('button, input')))
  );
}
