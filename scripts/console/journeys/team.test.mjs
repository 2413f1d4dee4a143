// A manager's morning: missing people, events, and a person's day that is edited, excused, and edited by two people at once.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { call, clocked, go, launch, open, signIn, soon, token } from "../browser.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const line = (page, name) => page.locator(".board .line", { hasText: name });

async function board(who, options) {
  const opened = await open(browser, options);
  await signIn(opened.page, who);
  await go(opened.page, "team");
  await opened.page.waitForSelector(".board .line");
  return opened;
}

/** Returns the API's day of a person. */
async function dayOf(name, manager) {
  const access = await token(manager);
  const { date, items } = await call("GET", "/attendance/board", { token: access });
  const { user_id: id } = items.find((item) => item.full_name === name);
  return { access, path: `/attendance/${id}/${date}`, day: await call("GET", `/attendance/${id}/${date}`, { token: access }) };
}

test("who is missing and late comes first, and states narrow the board", async () => {
  const { page, context, faults } = await board("maria");
  // Other journeys change the demo people, so the page is compared with the API's current data.
  const { items } = await call("GET", "/attendance/board?limit=200", { token: await token("maria") });
  const late = items.filter((one) => one.late_seconds > 0 && !one.flags.includes("excused")).map((one) => one.full_name);
  const rows = await page.locator(".board .line").allTextContents();
  const isLate = (text) => late.some((name) => text.includes(name));
  const ranks = rows.map((text) => (/Missing for/.test(text) ? 0 : isLate(text) ? 1 : 2));
  assert.deepEqual(ranks, [...ranks].sort(), rows.join("\n"));
  await page.check("input[value=late]");
  await page.waitForURL(/state=late/);
  const isNarrowed = () => page.waitForFunction((count) => document.querySelectorAll(".board .line").length === count, late.length);
  await isNarrowed();
  await page.reload();
  await isNarrowed();
  await page.check("input[value=on_leave]");
  await page.click("text=Show everyone");
  assert.equal(await page.locator(".board .line").count(), rows.length);
  assert.deepEqual(faults, []);
  await context.close();
});

test("the keyboard opens a day, closes it, and is back at its line", async () => {
  const { page, context } = await board("maria");
  await line(page, "Tom Becker").focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement?.id === "day-name");
  await page.waitForSelector(".events");
  assert.match(await page.textContent(".day-panel"), /after the shift started at 09:00/);
  await page.click(".explanation summary");
  await page.waitForSelector(".explanation li");
  assert.match(await page.textContent(".explanation"), /Late/);
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => document.activeElement?.textContent?.includes("Tom Becker"));
  await context.close();
});

test("a department that the manager doesn’t manage isn’t offered, and shows nobody", async () => {
  const { page, context } = await board("jonas");
  assert.equal(await page.locator("select[aria-label=Department]").count(), 0, "one department is no choice");
  const { items } = await call("GET", "/departments", { token: await token("ada") });
  await go(page, `team?department=${items.find(({ name }) => name === "Office").id}`);
  await page.waitForSelector(".split-list [role=alert]");
  assert.equal(await page.locator(".board .line").count(), 0);
  await page.selectOption("select[aria-label=Department]", { label: "All departments" });
  await page.waitForSelector(".board .line");
  await context.close();
});

test("a manager moves the beginning of a day, and its history has before and after", async () => {
  const { page, context, faults } = await board("jonas", { size: "phone" });
  await line(page, "Nina Kowalska").click();
  await page.click("text=Edit times");
  await page.fill("dialog input[type=time] >> nth=0", "08:45");
  await page.click("dialog >> text=Save");
  await page.waitForFunction(() => document.activeElement?.matches("dialog [required][aria-invalid=true]"));
  await page.click("dialog >> text=Add work");
  await page.click("dialog >> text=Save");
  await page.waitForFunction(() => document.activeElement?.getAttribute("aria-label") === "Work 2: From");
  await page.click("dialog [aria-label='Remove: Work 2']");
  await page.fill("dialog .field .input[required]", "Seen at the gate at 08:45");
  await page.click("dialog >> text=Save");
  await page.waitForSelector("dialog", { state: "detached" });
  await page.waitForSelector(".history .differs");
  const history = await page.textContent(".history");
  assert.match(history, /08:51/);
  assert.match(history, /08:45/);
  assert.match(history, /Seen at the gate/);
  const { day } = await dayOf("Nina Kowalska", "jonas");
  assert.match(day.sessions[0].clock_in.at, /T08:45:00/);
  assert.deepEqual(faults, []);
  await context.close();
});

test("an end of a day is moved on its timeline, by the arrow keys and by dragging", async () => {
  const { page, context, faults } = await board("jonas");
  await line(page, "Nina Kowalska").click();
  await page.click("text=Edit times");
  const typed = () => page.inputValue("dialog input[type=time] >> nth=0");
  const grip = page.locator("dialog [role=slider][aria-label='Work 1: From']");
  const minutes = (text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
  const before = minutes(await typed());
  await grip.focus();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Shift+ArrowLeft");
  assert.equal(minutes(await typed()), before - 6);
  await page.waitForSelector("dialog .lane.was", { state: "attached" });
  const { x, y, width, height } = await grip.boundingBox();
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + width / 2 - 60, y + height / 2, { steps: 4 });
  await page.mouse.up();
  const after = minutes(await typed());
  assert.ok(after < before - 6 && after % 5 === 0, `${after}`);
  assert.equal(Number(await grip.getAttribute("aria-valuenow")) % 60, after % 60);
  await page.keyboard.press("Escape");
  assert.deepEqual(faults, []);
  await context.close();
});

test("a conflict of two edits shows both, and keeps what was typed", async () => {
  const { page, context } = await board("jonas");
  await line(page, "Omar Haddad").click();
  await page.click("text=Edit times");
  await page.fill("dialog input[type=time] >> nth=0", "08:30");
  await page.fill("dialog .field .input[required]", "The terminal was out of order");
  // Another manager saves first.
  const { path, day } = await dayOf("Omar Haddad", "jonas");
  const sessions = day.sessions.map(({ id, clock_in: { at }, clock_out: out }) => ({
    id,
    clock_in: at.replace(/T\d\d:\d\d:\d\d/, "T08:20:00"),
    clock_out: out?.at ?? null,
    breaks: [],
  }));
  await call("PUT", path, { token: await token("ada"), body: { sessions, reason: "As on the paper" } });
  await page.click("dialog >> text=Save");
  await page.waitForSelector("dialog [role=alert] .before-after");
  const conflict = await page.textContent("dialog [role=alert]");
  assert.match(conflict, /08:20/);
  assert.match(conflict, /08:30/);
  assert.equal(await page.inputValue("dialog .field .input[required]"), "The terminal was out of order");
  await page.click("dialog >> text=Save mine");
  await page.waitForSelector("dialog", { state: "detached" });
  const after = await dayOf("Omar Haddad", "jonas");
  assert.match(after.day.sessions[0].clock_in.at, /T08:30:00/);
  await context.close();
});

test("lateness is excused with a reason", async () => {
  const { page, context, faults } = await board("maria");
  await line(page, "Tom Becker").click();
  await page.click(".actions >> text=Excuse");
  await page.fill("dialog textarea", "The train was cancelled");
  await page.click("dialog >> button:has-text('Excuse')");
  await page.waitForSelector("dialog", { state: "detached" });
  await page.waitForSelector(".history >> text=The train was cancelled");
  await page.waitForSelector(".board .line:has-text('Tom Becker') >> text=Excused");
  assert.deepEqual(faults, []);
  await context.close();
});

test("a punch is on the board within two seconds, and moves no line under the pointer", async () => {
  const nina = await clocked("nina", true);
  // The person uses a browser of their own.
  const own = await open(browser, { size: "phone" });
  await signIn(own.page, "nina");
  await own.page.waitForSelector(".punch-other:has-text('Start a break')");
  const { page, context } = await board("jonas");
  await page.waitForSelector("[data-live=open]");
  await line(page, "Sven Thomsen").hover();
  const before = await line(page, "Sven Thomsen").boundingBox();
  const timeout = await soon();
  await own.page.click(".punch-other");
  await page.waitForSelector(".board .line:has-text('Nina Kowalska') >> text=On a break", { timeout });
  await page.waitForSelector(".feed >> text=Started a break", { timeout });
  assert.deepEqual(await line(page, "Sven Thomsen").boundingBox(), before);
  await page.mouse.move(5, 5);
  await call("POST", "/breaks/end", { token: nina, body: {} });
  await page.waitForSelector(".feed >> text=Back from a break", { timeout });
  await own.context.close();
  await context.close();
});

test("paused updates wait until they are resumed", async () => {
  const omar = await clocked("omar", true);
  const { page, context } = await board("jonas");
  await page.waitForSelector("[data-live=open]");
  await page.click("[aria-label='Pause updates']");
  await call("POST", "/breaks/start", { token: omar, body: {} });
  await page.waitForTimeout(1500);
  assert.match(await line(page, "Omar Haddad").textContent(), /At work/);
  await page.click("[aria-label='Resume updates']");
  await page.waitForSelector(".board .line:has-text('Omar Haddad') >> text=On a break");
  await call("POST", "/breaks/end", { token: omar, body: {} });
  await context.close();
});

test("the board shows photos on request, and a day shows its own", async () => {
  const beatriz = await clocked("beatriz", true);
  const { page, context, faults } = await board("ada");
  // The picture isn't from a camera.
  const base64 = await page.evaluate(() => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 240 });
    const draw = canvas.getContext("2d");
    for (const [at, colour] of ["teal", "gold", "navy"].entries()) Object.assign(draw, { fillStyle: colour }).fillRect(at * 107, 0, 107, 240);
    return canvas.toDataURL("image/jpeg").split(",")[1];
  });
  await call("POST", "/clock/out", { token: beatriz, body: { photo: { base64 } } });
  await page.check("text=Show photos");
  // Photos are loaded when their row is in view.
  await line(page, "Beatriz Nunes").scrollIntoViewIfNeeded();
  await page.waitForFunction(() => [...document.querySelectorAll(".board img.avatar")].some((image) => image.naturalWidth > 0));
  await line(page, "Beatriz Nunes").click();
  await page.click(".events .photo-button");
  await page.waitForFunction(() => document.querySelector("dialog .photo-large")?.naturalWidth === 320);
  assert.deepEqual(faults, []);
  await context.close();
});
