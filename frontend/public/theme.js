// Puts the chosen theme on the page before it is first painted; without a choice the system decides
// (style/tokens.css). Choosing is in src/theme.ts.
try {
  const theme = localStorage.getItem('theme');
  if (theme) document.documentElement.dataset.theme = theme;
} catch {
  // Storage is switched off: the system's theme it is.
}
