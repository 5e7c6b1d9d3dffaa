// Shortcuts that work anywhere on the page, except while somebody types.

/** `keys`: the action of each key, for as long as the page lives. */
export function bindKeys(keys: Readonly<Record<string, () => void>>): void {
  document.addEventListener('keydown', (event) => {
    const action = keys[event.key];
    if (!action || event.ctrlKey || event.metaKey || event.altKey || isTaken(event)) return;
    if (document.querySelector('dialog[open]')) return;
    event.preventDefault();
    action();
  });
}

/** Whether the focused element handles it: letters in a field, the space bar on a button. */
function isTaken({ key, target }: KeyboardEvent): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.matches('input:not([type="checkbox"]), textarea, select') ||
      (key === ' ' && target.matches('button, input')))
  );
}
