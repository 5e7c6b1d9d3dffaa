// The choice between the light, the dark and the system's theme. public/theme.js applies it to the
// next page before its first paint.

const CHOICES = ['system', 'light', 'dark'];

export function bindTheme(select: HTMLSelectElement): void {
  const { dataset } = document.documentElement;
  select.value = CHOICES.includes(dataset.theme ?? '') ? (dataset.theme as string) : 'system';
  select.addEventListener('change', () => {
    if (select.value === 'system') delete dataset.theme;
    else dataset.theme = select.value;
    try {
      localStorage.setItem('theme', dataset.theme ?? '');
    } catch {
      // Without storage the choice holds for this page alone.
    }
  });
}
