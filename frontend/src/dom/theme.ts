// The choice between light, dark and the system's theme. public/theme.js puts it on the next page
// before that is painted.

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
      // Storage is switched off: the choice holds for this page.
    }
  });
}
