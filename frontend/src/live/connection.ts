// The one socket of a page. It rests while nobody looks at the page, comes back by itself, and when
// it is refused, finds out whether the session has ended, or websockets are blocked on the way: then
// the page asks by HTTP, until they work. Socket.IO's own polling is not for that: it wants each of a
// page's requests at the same web process.

import { io, type Socket } from 'socket.io-client';
import { isSignedIn, leaveForSignIn } from '../api/calls.ts';
import type { HttpPolling } from './http-polling.ts';

/** A tab hidden for longer than this lets its socket go, ms. */
const HIDDEN_MS = 30_000;
/** After a refusal by a server that still knows our session, ms. */
const REFUSED_RETRY_MS = 5_000;
/** How long an acknowledgement may take, ms. */
const ANSWER_TIMEOUT_MS = 10_000;
/** How long a handshake may take, ms: some proxies let it through and nothing after it. */
const HANDSHAKE_TIMEOUT_MS = 8_000;
/** At most so long between two attempts of the socket, ms; the latter while the page asks by HTTP. */
const RECONNECT_MAX_MS = 5_000;
const RECONNECT_MAX_POLLING_MS = 15_000;
/** So many handshakes in a row fail while HTTP works: one may do so while a server starts. */
const BLOCKED_AFTER = 2;

export interface ConnectionListener {
  /** The server is there, or by HTTP it's time again: what is to be known is to be asked for. */
  connected(): void;
  disconnected(): void;
  /** The socket was let go, because the page is hidden. */
  suspended(): void;
  /** The page is seen again, and the socket on its way back. */
  resumed(): void;
  /** How often updates come by HTTP, ms; undefined: they come live. */
  paced(every: number | undefined): void;
  /** The session has ended; without this, the page leaves for the sign-in. */
  signedOut?(): void;
}

export class Connection {
  private readonly socket: Socket;
  private readonly listener: ConnectionListener;
  /** Fetched where it's needed. */
  private polling: HttpPolling | undefined;
  /** Handshakes that failed in a row while HTTP worked. */
  private refusals = 0;

  constructor(listener: ConnectionListener) {
    this.listener = listener;
    this.socket = io({
      transports: ['websocket'],
      timeout: HANDSHAKE_TIMEOUT_MS,
      reconnectionDelayMax: RECONNECT_MAX_MS,
    });
    this.socket.on('connect', () => {
      this.refusals = 0;
      this.polling?.stop();
      listener.connected();
    });
    this.socket.on('disconnect', (reason) => {
      if (reason === 'io client disconnect') return;
      listener.disconnected();
      if (!this.socket.active) this.recover();
    });
    this.socket.on('connect_error', () => this.recover());
    this.suspendWhileHidden();
  }

  on<Payload>(event: string, handle: (payload: Payload) => void): this {
    this.socket.on(event, handle);
    return this;
  }

  /** Sends `event`; resolves with the acknowledgement, rejects if there is none in time. */
  ask<Answer>(event: string, payload: unknown): Promise<Answer> {
    if (this.polling?.isOn) return this.polling.ask(event, payload) as Promise<Answer>;
    // Without a connection it would be kept and sent later, when nobody waits for it any more.
    if (!this.socket.connected) return Promise.reject(new Error('not connected'));
    return this.socket.timeout(ANSWER_TIMEOUT_MS).emitWithAck(event, payload) as Promise<Answer>;
  }

  /** The client retries by itself, except where the server turned it away. */
  private async recover(): Promise<void> {
    const signedIn = await isSignedIn();
    if (this.socket.connected) return;
    if (signedIn === false) {
      if (!this.listener.signedOut) return leaveForSignIn();
      this.listener.signedOut();
    }
    this.refusals = signedIn ? this.refusals + 1 : 0;
    if (this.refusals >= BLOCKED_AFTER) void this.startPolling();
    if (this.socket.active) return;
    setTimeout(() => {
      if (!document.hidden) this.socket.connect();
    }, REFUSED_RETRY_MS);
  }

  private async startPolling(): Promise<void> {
    const { listener } = this;
    const { HttpPolling } = await import('./http-polling.ts');
    this.polling ??= new HttpPolling({
      round: () => listener.connected(),
      failed: () => listener.disconnected(),
      paced: (every) => {
        this.socket.io.reconnectionDelayMax(every ? RECONNECT_MAX_POLLING_MS : RECONNECT_MAX_MS);
        listener.paced(every);
      },
    });
    if (!this.socket.connected && !document.hidden) this.polling.start();
  }

  private suspendWhileHidden(): void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    document.addEventListener('visibilitychange', () => {
      clearTimeout(timer);
      if (!document.hidden) {
        if (!this.socket.active) {
          this.listener.resumed();
          this.socket.connect();
        }
        return;
      }
      timer = setTimeout(() => {
        this.socket.disconnect();
        this.polling?.stop();
        this.listener.suspended();
      }, HIDDEN_MS);
    });
  }
}
