// Requests to the HTTP interface. Commands never go over the socket, which may send them twice.

import { find } from '../dom/element.ts';
import { t, translate } from '../i18n/texts.ts';
import type { Problem, FieldError as SentError } from '../schema/generated.ts';

/** In the page's language. `field`: the path in the body, e.g. "disabled_devices.0". */
export type FieldError = Pick<SentError, 'field' | 'message'>;

/** The server refused, or didn't answer; the message is for people. */
export class Refusal extends Error {
  /** The HTTP status; 0 if there was no answer. */
  readonly status: number;
  readonly errors: readonly FieldError[];

  constructor(status: number, message: string, errors: readonly FieldError[] = []) {
    super(message);
    this.status = status;
    this.errors = errors;
  }
}

export function get<Body>(url: string, signal?: AbortSignal): Promise<Body> {
  return request<Body>(url, {
    headers: { Accept: 'application/json' },
    ...(signal && { signal }),
  });
}

export function post<Body>(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Body> {
  return send<Body>(url, JSON.stringify(body), { 'Content-Type': 'application/json', ...headers });
}

/** Sends a file as it is. */
export function upload<Body>(url: string, file: Blob): Promise<Body> {
  return send<Body>(url, file, { 'Content-Type': 'application/octet-stream' });
}

function send<Body>(url: string, body: BodyInit, headers: Record<string, string>): Promise<Body> {
  return request<Body>(url, {
    method: 'POST',
    headers: {
      Accept: 'application/json',
      'X-CSRFToken': find<HTMLMetaElement>('meta[name="csrf-token"]').content,
      ...headers,
    },
    body,
  });
}

async function request<Body>(url: string, init: RequestInit): Promise<Body> {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch {
    throw new Refusal(0, t('The server can’t be reached.'));
  }
  if (response.ok) return (await response.json()) as Body;
  const answer = (await response.json().catch(() => ({}))) as Partial<Problem>;
  const { status } = response;
  const errors =
    answer.errors?.map(({ field, message, message_i18n }) => ({
      field,
      message: translate(message, message_i18n),
    })) ?? [];
  const [first, second] = errors;
  if (first && !second) throw new Refusal(status, `${first.field}: ${first.message}`, errors);
  const message = answer.message
    ? translate(answer.message, answer.message_i18n)
    : t('The server answered with an error (%(status)s).', { status });
  throw new Refusal(status, message, errors);
}

/** Whether the session is still valid; undefined if the server doesn't answer. */
export async function isSignedIn(): Promise<boolean | undefined> {
  try {
    await get('/api/v1/me');
  } catch (refusal) {
    return refusal instanceof Refusal && refusal.status === 401 ? false : undefined;
  }
  return true;
}

/** Where one signs in and comes back to this page. */
export function signInUrl(): string {
  return `/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`;
}

export function leaveForSignIn(): void {
  location.assign(signInUrl());
}
