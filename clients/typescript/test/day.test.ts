/**
 * A company's first day through the client, against a running stack (scripts/check-clients.sh starts one):
 * ROLLCALL_URL and ROLLCALL_SETUP_TOKEN say which.
 */
import assert from "node:assert/strict";
import { test } from "node:test";

import { WebSocket } from "ws";

import { createRollcall, type components, type LiveMessage, type Problem, type Rollcall, type Socket } from "../src/index.js";

const baseUrl = process.env["ROLLCALL_URL"];
const setupToken = process.env["ROLLCALL_SETUP_TOKEN"] ?? "";
const PASSWORD = "a fine long password";
const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

/** The data of an answer that must have succeeded. */
function ok<T>(answer: { data?: T; error?: unknown; response: Response }): T {
  assert.ok(answer.response.ok, `${answer.response.status} ${JSON.stringify(answer.error)}`);
  return answer.data as T;
}

async function local(method: string, path: string, body?: unknown): Promise<void> {
  const init: RequestInit = { method };
  if (body !== undefined) Object.assign(init, { body: JSON.stringify(body), headers: { "content-type": "application/json" } });
  const response = await fetch(`${baseUrl}${path}`, init);
  assert.ok(response.ok, `${method} ${path} ${response.status} ${await response.text()}`);
}

async function signedIn(username: string): Promise<Rollcall> {
  const rollcall = createRollcall({ baseUrl: baseUrl ?? "" });
  ok(await rollcall.signIn(username, PASSWORD));
  return rollcall;
}

test("a company's first day", { skip: baseUrl === undefined ? "ROLLCALL_URL isn't set" : false }, async () => {
  await local("PUT", "/_local/clock", { now: "2026-11-02T08:00:00+00:00" });
  const first = createRollcall({ baseUrl: baseUrl ?? "" });
  ok(await first.api.POST("/auth/setup", {
    body: { setup_token: setupToken, username: "ada", full_name: "Ada Admin", password: PASSWORD },
  }));
  const ada = await signedIn("ada");
  const sales = ok(await ada.api.POST("/departments", { body: { name: "Sales" } }));
  const people = [];
  for (const username of ["maria", "omar"]) {
    people.push(ok(await ada.api.POST("/users", {
      body: { username, full_name: `${username} Example`, password: PASSWORD, department_id: sales.id, hired_on: "2026-01-01" },
    })));
  }
  const maria = await signedIn("maria");
  const omar = await signedIn("omar");

  // A punch with an uploaded photo, a break, and the clock-out.
  await local("PUT", "/_local/clock", { now: "2026-11-02T08:58:00+00:00" });
  const upload = ok(await maria.api.POST("/clock/photos", { body: { content_type: "image/png", content_length: PIXEL.length } }));
  const stored = await fetch(upload.url, { method: upload.method, headers: upload.headers, body: PIXEL });
  assert.ok(stored.ok, `the upload: ${stored.status}`);
  const day = ok(await maria.api.POST("/clock/in", { body: { remark: "From the train", photo: { upload_id: upload.upload_id } } }));
  assert.equal(day.sessions[0]?.clock_in.has_photo, true);
  const twice = await maria.api.POST("/clock/in", { body: {} });
  assert.equal((twice.error as Problem).code, "already_clocked_in");
  await local("PUT", "/_local/clock", { now: "2026-11-02T12:00:00+00:00" });
  ok(await maria.api.POST("/breaks/start", { body: {} }));
  await local("PUT", "/_local/clock", { now: "2026-11-02T12:45:00+00:00" });
  ok(await maria.api.POST("/breaks/end", { body: {} }));
  await local("PUT", "/_local/clock", { now: "2026-11-02T18:00:00+00:00" });
  const over = ok(await maria.api.POST("/clock/out", { body: {} }));
  assert.equal(over.worked_seconds, 9 * 3600 + 2 * 60 - 45 * 60);

  // An employee's first screen, in one call.
  const screen = ok(await maria.api.GET("/bootstrap"));
  assert.equal(screen.user.username, "maria");
  assert.equal(screen.now, "2026-11-02T18:00:00+00:00");
  assert.equal(screen.clock.actions.find((button) => button.action === "out")?.reason, "not_clocked_in");
  assert.deepEqual(screen.departments.map((department) => department.name), ["Sales"]);

  // What leave would come to, before it is asked for.
  const preview = ok(await maria.api.POST("/leave/requests/preview", {
    body: { start_date: "2026-11-06", end_date: "2026-11-10" },
  }));
  assert.equal(preview.days, 3);
  assert.deepEqual(preview.dates.map((date) => date.days), [1, 0, 0, 1, 1]);

  // Leave, decided by the admin, who hears of it at once.
  // The connection opens now, because the clock ends connections of two hours.
  const messages: LiveMessage[] = [];
  let opened: () => void = () => {};
  let notified: (message: LiveMessage) => void = () => {};
  const isOpen = new Promise<void>((resolve) => (opened = resolve));
  const notification = new Promise<LiveMessage>((resolve) => (notified = resolve));
  const live = ada.live({
    onMessage: (message) => {
      messages.push(message);
      if (message.type === "notification") notified(message);
    },
    onState: (state) => state === "open" && opened(),
    open: (url) => new WebSocket(url) as unknown as Socket,
  });
  await isOpen;
  const leave = ok(await maria.api.POST("/leave/requests", {
    body: { start_date: "2026-11-09", end_date: "2026-11-10", reason: "A short rest" },
  }));
  assert.equal(leave.days, 2);
  assert.equal((await notification).type, "notification");
  // It is on a manager's first screen and in the list of what waits, and is decided there.
  const managers = ok(await ada.api.GET("/bootstrap"));
  assert.equal(managers.badges.approvals.leave_request, 1);
  const [waiting] = ok(await ada.api.GET("/approvals")).items;
  assert.ok(waiting?.kind === "leave_request");
  assert.deepEqual(waiting.leave_request.allowed_actions, ["approve", "reject", "cancel"]);
  const decided = ok(await ada.api.POST("/approvals/decisions", {
    body: { decisions: [{ kind: "leave_request", id: leave.id, status: "approved" }] },
  }));
  assert.equal(decided.results[0]?.leave_request?.status, "approved");

  // A kiosk's screen, by its device token.
  const site = ok(await ada.api.POST("/sites", { body: { name: "Pier 3", time_zone: "UTC" } }));
  const kiosk = ok(await ada.api.POST("/kiosks", { body: { site_id: site.id, name: "Entrance" } }));
  const shown = await fetch(`${baseUrl}/kiosk`, { headers: { authorization: `Bearer ${kiosk.device_token}` } });
  const kioskScreen = (await shown.json()) as components["schemas"]["KioskScreen"];
  assert.equal(kioskScreen.site.name, "Pier 3");

  // A swap within the department.
  const swap = ok(await maria.api.POST("/roster/swaps", {
    body: { my_date: "2026-11-04", with_user_id: people[1]?.id ?? "" },
  }));
  const accepted = await omar.api.POST("/roster/swaps/{id}/decision", {
    params: { path: { id: swap.id } },
    body: { status: "accepted" },
  });
  // Both work the default shift, so taking it over would put two shifts at once.
  assert.equal((accepted.error as Problem).code, "would_overlap");

  const report = ok(await ada.api.GET("/reports/monthly-work", { params: { query: { year: 2026, month: 11 } } }));
  // The same path also answers CSV and pictures, so that the type is one of several.
  const { rows } = report as components["schemas"]["MonthlyWork"];
  assert.equal(rows.find((row) => row.full_name === "maria Example")?.worked_seconds, over.worked_seconds);
  const sheet = ok(await ada.api.GET("/reports/monthly-work", {
    params: { query: { year: 2026, month: 11, format: "csv" } },
    parseAs: "text",
  }));
  assert.match(String(sheet), /maria Example/);

  live.close();
  await maria.signOut();
  assert.equal(maria.session, undefined);
});
