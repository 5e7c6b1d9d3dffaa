// Hides the controls, the masthead and the cursor on the wall, unless somebody moves the pointer or
// presses a key.

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
