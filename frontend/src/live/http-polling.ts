// Polls over HTTP for what the socket would send: for pages whose websockets are blocked, as by
// some companies' proxies. Any web process can answer each request.

import { get, Refusal } from '../api/calls.ts';
import type { JobList } from '../api/types.ts';
import { jobApi } from '../api/urls.ts';
import type { Missed } from '../schema/generated.ts';
import { NEWEST } from './feed.ts';
import type { Question } from './watcher.ts';

const POLL_MS = 3_000;
const ANSWER_TIMEOUT_MS = 10_000;

export interface HttpPollingListener {
  /** Ask for everything now. */
  round(): void;
  /** The server can't be reached by HTTP either. */
  failed(): void;
  /** The polling interval, ms; undefined: polling has stopped. */
  paced(every: number | undefined): void;
}

/** The socket's commands, as the HTTP interface answers them. */
const commands: Record<string, (payload: never) => Promise<object>> = {
  async watch({ job, ...position }: Question) {
    const query = new URLSearchParams(
      Object.entries(position).map(([name, value]) => [name, String(value)]),
    );
    const { snapshot, events } = await ask<Missed>(`${jobApi(job)}/events?${query}`);
    return { events, ...(snapshot && { snapshot }) };
  },
  watch_all: () => ask<JobList>(`/api/v1/jobs?per_page=${NEWEST}`),
  unwatch: async () => ({}),
};

export class HttpPolling {
  private timer: ReturnType<typeof setInterval> | undefined;
  /** Requests without an answer: the next round waits for them. */
  private open = 0;
  private readonly listener: HttpPollingListener;

  constructor(listener: HttpPollingListener) {
    this.listener = listener;
  }

  get isOn(): boolean {
    return this.timer !== undefined;
  }

  start(): void {
    if (this.isOn) return;
    this.timer = setInterval(() => {
      if (this.open === 0) this.listener.round();
    }, POLL_MS);
    this.listener.paced(POLL_MS);
    this.listener.round();
  }

  stop(): void {
    if (!this.isOn) return;
    clearInterval(this.timer);
    this.timer = undefined;
    this.listener.paced(undefined);
  }

  /** Answers as the socket does; rejects if there is no answer. */
  async ask(event: string, payload: unknown): Promise<object> {
    this.open += 1;
    try {
      return { ok: true, ...(await commands[event]?.(payload as never)) };
    } catch (refusal) {
      if (refusal instanceof Refusal && isOurs(refusal)) {
        return { ok: false, error: refusal.message };
      }
      if (this.isOn) this.listener.failed();
      throw refusal;
    } finally {
      this.open -= 1;
    }
  }
}

function ask<Body>(url: string): Promise<Body> {
  return get<Body>(url, AbortSignal.timeout(ANSWER_TIMEOUT_MS));
}

/** Whether our server refused, and not a proxy in front of it. */
function isOurs({ status }: Refusal): boolean {
  return status === 503 || (status >= 400 && status < 500 && status !== 401);
}
