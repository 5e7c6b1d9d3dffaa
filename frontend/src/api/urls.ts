// The addresses of a search: its page, and its resource in the HTTP interface.

export function jobPage(job: string): string {
  return `/jobs/${encodeURIComponent(job)}`;
}

export function jobApi(job: string): string {
  return `/api/v1${jobPage(job)}`;
}
