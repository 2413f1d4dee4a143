import type { Client } from "openapi-fetch";

import type { paths } from "./schema.js";

/** A message of the server (docs/live.md). Ignore types and fields that you don't know. */
export interface LiveMessage {
  readonly type: string;
  readonly id: string;
  readonly at: string;
  readonly data: unknown;
}

/** The part of a WebSocket that a live connection uses. */
export interface Socket {
  send(data: string): void;
  close(): void;
  addEventListener(type: "open" | "close", listener: () => void): void;
  addEventListener(type: "message", listener: (event: { data: unknown }) => void): void;
}

export interface LiveOptions {
  /** Called with each message, in the order in which they arrive. A notification that was seen before isn't repeated. */
  onMessage: (message: LiveMessage) => void;
  /** Called when the connection opens and when it is lost. */
  onState?: (state: "open" | "waiting" | "closed") => void;
  /** The id of the newest notification that is known already, for example from `GET /notifications`. */
  since?: string;
  /** Opens a socket. Default: the global `WebSocket`; Node.js 20 needs the package `ws`. */
  open?: (url: string) => Socket;
}

/** API Gateway ends connections that were idle for ten minutes. */
const PING_MS = 5 * 60_000;
const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 30_000;

/** A live connection that comes back after a loss, with a new ticket, and asks for the notifications that it missed. */
export class LiveConnection {
  readonly #api: Client<paths>;
  readonly #options: LiveOptions;
  #socket: Socket | undefined;
  #since: string | undefined;
  #pause = FIRST_PAUSE_MS;
  #isClosed = false;
  #ping: ReturnType<typeof setInterval> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(api: Client<paths>, options: LiveOptions) {
    this.#api = api;
    this.#options = options;
    this.#since = options.since;
    void this.#connect();
  }

  /** Ends the connection for good. */
  close(): void {
    this.#isClosed = true;
    clearInterval(this.#ping);
    clearTimeout(this.#retry);
    this.#socket?.close();
    this.#options.onState?.("closed");
  }

  async #connect(): Promise<void> {
    const url = await this.#ticket();
    if (this.#isClosed) return;
    if (url === undefined) return this.#wait();
    const open = this.#options.open ?? ((address: string): Socket => new WebSocket(address));
    const socket = open(url);
    this.#socket = socket;
    socket.addEventListener("open", () => {
      this.#pause = FIRST_PAUSE_MS;
      if (this.#since !== undefined) socket.send(JSON.stringify({ action: "resume", since: this.#since }));
      this.#ping = setInterval(() => socket.send(JSON.stringify({ action: "ping" })), PING_MS);
      this.#options.onState?.("open");
    });
    socket.addEventListener("message", ({ data }) => this.#receive(String(data)));
    socket.addEventListener("close", () => {
      clearInterval(this.#ping);
      if (!this.#isClosed) this.#wait();
    });
  }

  /** The address with a ticket; nothing when there is none to be had now. */
  async #ticket(): Promise<string | undefined> {
    try {
      const { data } = await this.#api.POST("/live/tickets");
      return data?.url;
    } catch {
      // Offline, or the session has ended: the next try tells.
      return undefined;
    }
  }

  #wait(): void {
    this.#options.onState?.("waiting");
    // Full jitter, so that the clients of a restarted server don't come back at once.
    this.#retry = setTimeout(() => void this.#connect(), Math.random() * this.#pause);
    this.#pause = Math.min(2 * this.#pause, MAX_PAUSE_MS);
  }

  #receive(text: string): void {
    const message = JSON.parse(text) as LiveMessage;
    if (message.type === "notification") {
      // Ids are ordered by time; a message may arrive twice.
      if (this.#since !== undefined && message.id <= this.#since) return;
      this.#since = message.id;
    }
    this.#options.onMessage(message);
  }
}
