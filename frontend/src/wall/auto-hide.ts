// Whether somebody is at the wall: while the pointer moves or a key is pressed, the page shows its
// controls and the masthead; a moment later they go, and the cursor with them.

/** After the last movement, ms. */
const HIDE_AFTER_MS = 4000;

export function bindAutoHide(): void {
  const { dataset } = document.body;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const attend = () => {
    dataset.attended = '';
    clearTimeout(timer);
    timer = setTimeout(() => delete dataset.attended, HIDE_AFTER_MS);
  };
  for (const event of ['pointermove', 'pointerdown', 'focusin', 'keydown']) {
    document.addEventListener(event, attend);
  }
}
