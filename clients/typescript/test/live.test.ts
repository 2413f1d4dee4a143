import assert from "node:assert/strict";
import { mock, test } from "node:test";

import createClient from "openapi-fetch";

import { LiveConnection, type LiveMessage, type paths, type Socket } from "../src/index.js";

class FakeSocket implements Socket {
  readonly sent: unknown[] = [];
  readonly #listeners = new Map<string, ((event: never) => void)[]>();
  constructor(readonly url: string) {}
  send(data: string): void {
    this.sent.push(JSON.parse(data));
  }
  close(): void {
    this.emit("close");
  }
  addEventListener(type: string, listener: (event: never) => void): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }
  emit(type: string, event?: unknown): void {
    for (const listener of this.#listeners.get(type) ?? []) listener(event as never);
  }
  receive(type: string, id: string): void {
    this.emit("message", { data: JSON.stringify({ type, id, at: "2026-11-02T08:00:00Z", data: {} }) });
  }
}

function connection() {
  const sockets: FakeSocket[] = [];
  const received: LiveMessage[] = [];
  let tickets = 0;
  const api = createClient<paths>({
    baseUrl: "http://x",
    fetch: async () => Response.json({ ticket: "t", url: `ws://x/live?ticket=${(tickets += 1)}`, expires_in: 30 }),
  });
  const live = new LiveConnection(api, {
    onMessage: (message) => received.push(message),
    open: (url) => {
      const socket = new FakeSocket(url);
      sockets.push(socket);
      return socket;
    },
  });
  const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
  return { live, sockets, received, settled };
}

test("a lost connection comes back with a new ticket and resumes", async () => {
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  const { live, sockets, received, settled } = connection();
  await settled();
  sockets[0]?.emit("open");
  assert.deepEqual(sockets[0]?.sent, []);
  sockets[0]?.receive("notification", "01A");
  sockets[0]?.receive("presence", "01Z");
  sockets[0]?.emit("close");
  mock.timers.tick(1_000);
  await settled();
  assert.equal(sockets[1]?.url, "ws://x/live?ticket=2");
  sockets[1]?.emit("open");
  assert.deepEqual(sockets[1]?.sent, [{ action: "resume", since: "01A" }]);
  sockets[1]?.receive("notification", "01A");
  sockets[1]?.receive("notification", "01B");
  assert.deepEqual(received.map(({ id }) => id), ["01A", "01Z", "01B"]);
  live.close();
  mock.timers.reset();
});

test("a closed connection doesn't come back", async () => {
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  const { live, sockets, settled } = connection();
  await settled();
  live.close();
  mock.timers.tick(60_000);
  await settled();
  assert.equal(sockets.length, 1);
  mock.timers.reset();
});

test("an idle connection is kept open by pings", async () => {
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  const { live, sockets, settled } = connection();
  await settled();
  sockets[0]?.emit("open");
  mock.timers.tick(5 * 60_000);
  assert.deepEqual(sockets[0]?.sent, [{ action: "ping" }]);
  live.close();
  mock.timers.reset();
});
