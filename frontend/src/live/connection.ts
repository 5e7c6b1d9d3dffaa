// The socket of a page. It closes while the page is hidden and reconnects by itself. When it is
// refused, it finds out whether the session has ended or websockets are blocked on the way; then
// the page polls over HTTP until they work. Socket.IO's own polling can't do that: it needs all
// requests of a page to reach the same web process.

import { io, type Socket } from 'socket.io-client';
import { isSignedIn, leaveForSignIn } from '../api/calls.ts';
import type { HttpPolling } from './http-polling.ts';

/** A page that is hidden for longer closes its socket. */
const HIDDEN_MS = 30_000;
/** Until the next attempt after a refusal by a server that knows our session. */
const REFUSED_RETRY_MS = 5_000;
const ANSWER_TIMEOUT_MS = 10_000;
/** Some proxies let a handshake through, and nothing after it. */
const HANDSHAKE_TIMEOUT_MS = 8_000;
/** The longest pause between two attempts of the socket; the latter while the page polls. */
const RECONNECT_MAX_MS = 5_000;
const RECONNECT_MAX_POLLING_MS = 15_000;
/** Websockets are taken for blocked after so many failed handshakes: one may fail as a server starts. */
const BLOCKED_AFTER = 2;

export interface ConnectionListener {
  /** Connected, or due to poll: time to ask for everything. */
  connected(): void;
  disconnected(): void;
  /** The socket was closed, because the page is hidden. */
  suspended(): void;
  /** The page is visible again, and the socket reconnects. */
  resumed(): void;
  /** The polling interval, ms; undefined: updates come live. */
  paced(every: number | undefined): void;
  /** The session has ended; without this, the page leaves for the sign-in. */
  signedOut?(): void;
}

export class Connection {
  private readonly socket: Socket;
  private readonly listener: ConnectionListener;
  /** Loaded when it is needed. */
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
    // Without a connection Socket.IO would buffer it, and send it when nobody waits for it any more.
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
