import assert from "node:assert/strict";
import { test } from "node:test";

import { createRollcall, SessionEnded, type Session } from "../src/index.js";

const EXPIRED = { code: "token_expired", status: 401, request_id: "r" };

/** An API that knows one valid access token at a time. */
function fakeApi() {
  const seen: { path: string; key: string | null; authorization: string | null }[] = [];
  let generation = 0;
  const answer = (status: number, body: unknown) =>
    new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
  const fetch = async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url);
    const authorization = request.headers.get("Authorization");
    seen.push({ path: pathname, key: request.headers.get("Idempotency-Key"), authorization });
    if (pathname === "/auth/refresh") {
      const { refresh_token } = (await request.json()) as { refresh_token: string };
      if (refresh_token !== `refresh-${generation}`) return answer(401, { ...EXPIRED, code: "refresh_token_reused" });
      generation += 1;
      const user = {};
      return answer(200, { access_token: `access-${generation}`, refresh_token: `refresh-${generation}`, expires_in: 900, token_type: "Bearer", user });
    }
    return authorization === `Bearer access-${generation}` ? answer(201, {}) : answer(401, EXPIRED);
  };
  return { seen, fetch, expire: () => (generation += 1) };
}

const session = (generation: number, expiresIn: number): Session => ({
  accessToken: `access-${generation}`,
  refreshToken: `refresh-${generation}`,
  expiresAt: performance.now() + expiresIn,
});

test("three calls with an expired token share one refresh", async () => {
  const { fetch, seen } = fakeApi();
  const changes: (Session | undefined)[] = [];
  const { api } = createRollcall({ baseUrl: "http://x", session: session(0, 0), fetch, onSession: (it) => changes.push(it) });
  const answers = await Promise.all([1, 2, 3].map(() => api.GET("/clock")));
  assert.deepEqual(answers.map(({ response }) => response.status), [201, 201, 201]);
  assert.equal(seen.filter(({ path }) => path === "/auth/refresh").length, 1);
  assert.deepEqual(changes.map((it) => it?.refreshToken), ["refresh-1"]);
});

test("a call that meets an expired token is repeated with the same key", async () => {
  const { fetch, seen } = fakeApi();
  const rollcall = createRollcall({ baseUrl: "http://x", session: session(0, 900_000), fetch: withStaleFirst(fetch) });
  const { response } = await rollcall.api.POST("/clock/in", { body: { remark: "late train" } });
  assert.equal(response.status, 201);
  const keys = seen.filter(({ path }) => path === "/clock/in").map(({ key }) => key);
  assert.equal(keys.length, 1);
  assert.notEqual(keys[0], null);
  assert.equal(firstKey, keys[0]);
});

/** Answers the first punch as if its token had expired on the way. */
let firstKey: string | null = null;
function withStaleFirst(fetch: (request: Request) => Promise<Response>) {
  let isFirst = true;
  return async (request: Request): Promise<Response> => {
    if (isFirst && request.url.endsWith("/clock/in")) {
      isFirst = false;
      firstKey = request.headers.get("Idempotency-Key");
      return new Response(JSON.stringify(EXPIRED), { status: 401 });
    }
    return fetch(request);
  };
}

test("a refused refresh token ends the session", async () => {
  const { fetch, expire } = fakeApi();
  expire();
  const changes: (Session | undefined)[] = [];
  const { api } = createRollcall({ baseUrl: "http://x", session: session(0, 0), fetch, onSession: (it) => changes.push(it) });
  await assert.rejects(api.GET("/clock"), SessionEnded);
  assert.deepEqual(changes, [undefined]);
});

test("a refresh that can't be reached keeps the session", async () => {
  const fetch = async (): Promise<Response> => new Response(JSON.stringify({ message: "Service Unavailable" }), { status: 503 });
  const rollcall = createRollcall({ baseUrl: "http://x", session: session(0, 0), fetch });
  await assert.rejects(rollcall.api.GET("/clock"), /try again later/);
  assert.equal(rollcall.session?.refreshToken, "refresh-0");
});

test("GETs and sign-ins carry no idempotency key", async () => {
  const { fetch, seen } = fakeApi();
  const rollcall = createRollcall({ baseUrl: "http://x", session: session(0, 900_000), fetch });
  await rollcall.api.GET("/clock");
  await rollcall.signIn("ada", "a fine long password");
  assert.deepEqual(seen.map(({ key }) => key), [null, null]);
});
