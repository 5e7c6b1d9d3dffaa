// Copies the page's address: everybody who is signed in can watch a search.

import { find, setText } from '../dom/element.ts';
import { t } from '../i18n/texts.ts';

/** How long the button confirms the copy. */
const CONFIRMATION_MS = 2500;

export function bindShare(announce: (text: string) => void): void {
  const button = find<HTMLButtonElement>('[data-action="share"]');
  const label = button.textContent ?? '';
  // Before this a click would have been lost.
  button.disabled = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  button.addEventListener('click', async () => {
    const address = location.origin + location.pathname;
    const copied = await copy(address);
    setText(button, copied ? t('Link copied') : t('Copy it from the address bar'));
    announce(button.textContent ?? '');
    clearTimeout(timer);
    timer = setTimeout(() => setText(button, label), CONFIRMATION_MS);
  });
}

async function copy(text: string): Promise<boolean> {
  try {
    // Missing on pages that come without TLS.
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

function copyBySelection(text: string): boolean {
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'visually-hidden';
  const focused = document.activeElement;
  document.body.append(area);
  area.select();
  const copied = document.execCommand('copy');
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return copied;
}
