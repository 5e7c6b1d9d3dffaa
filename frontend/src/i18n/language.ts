// The choice of the language. The server renders the page in it, so the page is reloaded.

/** Seconds; a year. */
const COOKIE_MAX_AGE_S = 31_536_000;

export function bindLanguage(select: HTMLSelectElement): void {
  select.addEventListener('change', () => {
    // biome-ignore lint/suspicious/noDocumentCookie: cookieStore is missing without TLS.
    document.cookie = `language=${select.value}; Path=/; Max-Age=${COOKIE_MAX_AGE_S}; SameSite=Lax`;
    location.reload();
  });
}
