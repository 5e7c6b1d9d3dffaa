// The one socket of a page. It rests while nobody looks at the page, comes back by itself, and when
// the server refuses it, finds out whether the session has ended.

import { io, type Socket } from 'socket.io-client';
import { isSignedOut, leaveForSignIn } from './api.ts';

/** A tab hidden for longer than this lets its socket go, ms. */
const HIDDEN = 30_000;
/** After a refusal by a server that still knows our session, ms. */
const REFUSED = 5_000;
/** How long an acknowledgement may take, ms. */
const ANSWER = 10_000;

export interface ConnectionListener {
  connected(): void;
  disconnected(): void;
  /** The socket was let go, because the page is hidden. */
  suspended(): void;
  /** The page is seen again, and the socket on its way back. */
  resumed(): void;
  /** The session has ended; without this, the page leaves for the sign-in. */
  signedOut?(): void;
}

export class Connection {
  private readonly socket: Socket;
  private readonly listener: ConnectionListener;

  constructor(listener: ConnectionListener) {
    this.listener = listener;
    this.socket = io({ transports: ['websocket', 'polling'], tryAllTransports: true });
    this.socket.on('connect', () => listener.connected());
    this.socket.on('disconnect', (reason) => {
      if (reason === 'io client disconnect') return;
      listener.disconnected();
      this.recover();
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
    // Without a connection it would be kept and sent later, when nobody waits for it any more.
    if (!this.socket.connected) return Promise.reject(new Error('not connected'));
    return this.socket.timeout(ANSWER).emitWithAck(event, payload) as Promise<Answer>;
  }

  /** The client retries by itself, except where the server turned it away. */
  private async recover(): Promise<void> {
    if (this.socket.active) return;
    if (await isSignedOut()) {
      if (!this.listener.signedOut) return leaveForSignIn();
      this.listener.signedOut();
    }
    setTimeout(() => {
      if (!document.hidden) this.socket.connect();
    }, REFUSED);
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
        this.listener.suspended();
      }, HIDDEN);
    });
  }
}
