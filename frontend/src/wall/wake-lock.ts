// Keeps the screen on, where the browser can: the lock is released whenever the page is hidden.

export function keepAwake(): void {
  const ask = () => {
    // Refused on low battery, or missing without TLS: then the screen's own settings decide.
    if (!document.hidden) navigator.wakeLock?.request('screen').catch(() => {});
  };
  document.addEventListener('visibilitychange', ask);
  ask();
}
