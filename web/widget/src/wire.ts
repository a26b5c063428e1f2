/** The socket as the connection needs it: small enough for a test to stand in. */

import { io, type Socket } from "socket.io-client";

export interface Wire {
  on(event: string, heard: (data: unknown) => void): void;
  emit(event: string, data: unknown): void;
  /** Resolves with the acknowledgement; rejects when none comes within that many milliseconds. */
  request(event: string, data: unknown, within: number): Promise<unknown>;
  /** Does nothing while connected. */
  open(): void;
  close(): void;
}

const LONGEST_PAUSE = 5000;

/** A socket to the server this page came from; it comes back by itself until it is closed. */
export class SocketWire implements Wire {
  private readonly socket: Socket = io({
    path: "/socket.io",
    autoConnect: false,
    // WebSocket first; where a proxy refuses it, long polling.
    transports: ["websocket", "polling"],
    tryAllTransports: true,
    reconnectionDelay: 500,
    reconnectionDelayMax: LONGEST_PAUSE,
    timeout: 10_000,
  });

  on(event: string, heard: (data: unknown) => void): void {
    this.socket.on(event, heard);
  }

  emit(event: string, data: unknown): void {
    this.socket.emit(event, data);
  }

  request(event: string, data: unknown, within: number): Promise<unknown> {
    return this.socket.timeout(within).emitWithAck(event, data);
  }

  open(): void {
    if (this.socket.connected) return;
    // Only a socket that was closed starts at once; one between two tries would sit out its pause.
    if (this.socket.active) this.socket.disconnect();
    this.socket.connect();
  }

  close(): void {
    this.socket.disconnect();
  }
}
