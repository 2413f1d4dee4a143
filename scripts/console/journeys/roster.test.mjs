// Managers plan: they type into the sheet, copy weeks, swap, set patterns, and import sheets. Typed plans are never lost.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { call, launch, open, settled, signIn, token } from "../browser.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

/** Returns whether a fault is the browser's own message about a response that a journey expects. */
const isWanted = (fault) => /status of (409|412|422)/.test(fault);
/** A week that no other journey uses. */
const WEEK = "2027-02-01";
const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"];

/** Returns the number of a person's row in the grid. */
async function rowOf(page, name) {
  return Number((await page.getAttribute(`.roster-row:has([role=rowheader]:has-text("${name}")) .roster-cell >> nth=0`, "id")).split("-")[1]);
}

/** Returns the selector of the cell in a row and a column. */
const cell = (row, col) => `#roster-${row}-${col}`;

/** Returns the API's plan of a week. */
async function planned(name) {
  const { items } = await call("GET", `/roster?from=${WEEK}&to=2027-02-07&limit=200`, { token: await token("ada") });
  return items.find((row) => row.full_name === name).days.map((day) => day.shifts.map((shift) => `${shift.start_at.slice(11, 16)}-${shift.end_at.slice(11, 16)}`).join(","));
}

async function save(page, reason) {
  await page.click(".roster-unsaved .button.primary");
  await page.fill("dialog textarea", reason);
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog", { state: "detached" });
}

test("shifts are typed into cells, kept through a reload, and saved together", async () => {
  const { page, context, faults } = await open(browser);
  await signIn(page, "ada", `roster?date=${WEEK}`);
  await page.waitForSelector(".roster-cell");
  const row = await rowOf(page, "Omar Haddad");
  await page.click(cell(row, 0));
  await page.keyboard.type("7-15/30");
  await page.keyboard.press("Tab");
  await page.keyboard.type("off");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".roster-unsaved:has-text('2 changes')");
  page.on("dialog", (dialog) => dialog.accept());
  await page.reload();
  await page.waitForSelector(".roster-unsaved:has-text('2 changes')");
  assert.match(await page.textContent(cell(row, 0)), /07:00–15:00/);
  await save(page, "Inventory");
  await page.waitForSelector(".roster-unsaved", { state: "detached" });
  assert.deepEqual((await planned("Omar Haddad")).slice(0, 2), ["07:00-15:00", ""]);
  assert.deepEqual(faults.filter((fault) => !isWanted(fault)), []);
  await context.close();
});

test("what speaks against a shift is said while it is typed", async () => {
  const { page, context } = await open(browser);
  await signIn(page, "ada", `roster?date=${WEEK}`);
  await page.waitForSelector(".roster-cell");
  const row = await rowOf(page, "Sven Thomsen");
  await page.click(cell(row, 2));
  await page.keyboard.type("22-21");
  await page.keyboard.press("Enter");
  await page.waitForSelector(`${cell(row, 2)}.refused`);
  await page.waitForSelector(".roster-doubts:has-text('Sven Thomsen')");
  await page.click("text=Discard all");
  await page.waitForSelector(".roster-unsaved", { state: "detached" });
  await context.close();
});

test("cells and weeks are copied, cells are swapped, and a step is undone", async () => {
  const { page, context, faults } = await open(browser);
  await signIn(page, "ada", `roster?date=${WEEK}`);
  await page.waitForSelector(".roster-cell");
  const [one, other] = [await rowOf(page, "Lena Fischer"), await rowOf(page, "Tom Becker")];
  await page.click(cell(one, 0));
  await page.keyboard.type("6-12");
  await page.keyboard.press("Enter");
  await page.click(cell(one, 0));
  await page.keyboard.press("Control+c");
  await page.click(cell(other, 1));
  await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("Control+v");
  await page.waitForSelector(".roster-unsaved:has-text('3 changes')");
  assert.match(await page.textContent(cell(other, 2)), /06:00–12:00/);
  await page.keyboard.press("Control+z");
  await page.waitForSelector(".roster-unsaved:has-text('1 change')");
  await page.click(cell(one, 0));
  await page.click("text=Swap");
  await page.click(cell(other, 0));
  assert.match(await page.textContent(cell(other, 0)), /06:00–12:00/);
  await page.click("text=Copy week");
  await page.waitForURL(/date=2027-02-08/);
  await page.waitForSelector("text=Paste week");
  await settled(page);
  await page.click("text=Paste week");
  assert.match(await page.textContent(cell(other, 0)), /06:00–12:00/);
  await page.click("text=Discard all");
  assert.deepEqual(faults.filter((fault) => !isWanted(fault)), []);
  await context.close();
});

test("a cell is swapped by dragging its grip, and Escape leaves it", async () => {
  const { page, context, faults } = await open(browser);
  await signIn(page, "ada", `roster?date=${WEEK}`);
  await page.waitForSelector(".roster-cell");
  // The first two rows, because nothing covers them.
  const [one, other] = [0, 1];
  await page.click(cell(one, 3));
  await page.keyboard.type("5-11");
  await page.keyboard.press("Enter");
  await page.click(cell(one, 3));
  const drag = async (isDropped) => {
    await page.hover(".roster-grip");
    await page.mouse.down();
    await page.hover(cell(other, 3), { force: true });
    await page.waitForSelector(`${cell(other, 3)}.target`);
    if (!isDropped) await page.keyboard.press("Escape");
    await page.mouse.up();
  };
  await drag(false);
  assert.match(await page.textContent(cell(one, 3)), /05:00–11:00/);
  await page.click(cell(one, 3));
  await drag(true);
  assert.match(await page.textContent(cell(other, 3)), /05:00–11:00/);
  await page.click("text=Discard all");
  assert.deepEqual(faults.filter((fault) => !isWanted(fault)), []);
  await context.close();
});

test("a pattern is previewed before it is saved", async () => {
  const { page, context, faults } = await open(browser);
  await signIn(page, "ada", `roster?date=${WEEK}`);
  await page.waitForSelector(".roster-cell");
  await page.click(cell(await rowOf(page, "Nina Kowalska"), 0));
  await page.click("text=Pattern");
  await page.waitForSelector("dialog .roster-week");
  await page.fill("dialog [type=date]", WEEK);
  for (let day = 0; day < 5; day++) await page.fill(`dialog .roster-week input >> nth=${day}`, "6-14/30");
  await page.waitForSelector("dialog .roster-changes ins:has-text('06:00–14:00')");
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog", { state: "detached" });
  assert.deepEqual((await planned("Nina Kowalska")).slice(0, 5), Array(5).fill("06:00-14:00"));
  assert.deepEqual(faults.filter((fault) => !isWanted(fault)), []);
  await context.close();
});

test("a sheet with a wrong value is marked in its cell, and one without is taken in", async () => {
  const { page, context } = await open(browser);
  await signIn(page, "ada", `roster?date=${WEEK}`);
  await page.waitForSelector(".roster-cell");
  await page.click("[aria-label='Import a sheet']");
  const sheet = (start) => `username,date,start,end,break_minutes,reason\nrui,2027-02-03,${start},16:00,30,Fair\n`;
  await page.fill("dialog textarea", sheet("25:00"));
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog td.is-fault:has-text('25:00')");
  await page.fill("dialog textarea", sheet("08:00"));
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog", { state: "detached" });
  assert.equal((await planned("Rui Tavares"))[2], "08:00-16:00");
  await context.close();
});

test("a rotation has a second week", async () => {
  const { page, context, faults } = await open(browser);
  await signIn(page, "ada", `roster?date=${WEEK}`);
  await page.waitForSelector(".roster-cell");
  await page.click(cell(await rowOf(page, "Clara Duarte"), 0));
  await page.click("text=Pattern");
  await page.waitForSelector("dialog .roster-week");
  await page.fill("dialog [type=date]", WEEK);
  await page.click("text=Add a week to the rotation");
  for (let day = 0; day < 5; day++) {
    await page.getByLabel(`${WEEKDAYS[day]}, Week 1`).fill("6-14/30");
    await page.getByLabel(`${WEEKDAYS[day]}, Week 2`).fill("14-22/30");
  }
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog", { state: "detached" });
  const { items } = await call("GET", `/roster?from=${WEEK}&to=2027-02-14&limit=200`, { token: await token("ada") });
  const { days } = items.find((row) => row.full_name === "Clara Duarte");
  assert.deepEqual([0, 7].map((at) => days[at].shifts[0].start_at.slice(11, 16)), ["06:00", "14:00"]);
  assert.deepEqual(faults.filter((fault) => !isWanted(fault)), []);
  await context.close();
});

test("a date is planned in a dialog with a break, and the sheet is downloaded", async () => {
  const { page, context, faults } = await open(browser);
  await signIn(page, "ada", `roster?date=${WEEK}`);
  await page.waitForSelector(".roster-cell");
  await page.click(cell(await rowOf(page, "Beatriz Nunes"), 4));
  await page.click("text=Plan date");
  // The dialog offers no shift to a person who is off on that date.
  await page.click("dialog .segments label:has-text('Shifts')");
  const field = (label) => page.locator("dialog").getByLabel(label, { exact: true });
  await field("Begins").fill("07:15");
  await field("Ends").fill("12:45");
  await field("Unpaid break in minutes").fill("15");
  await page.click("dialog [type=submit]");
  await page.waitForSelector(".roster-unsaved:has-text('1 change')");
  await save(page, "Short Friday");
  await page.waitForSelector(".roster-unsaved", { state: "detached" });
  assert.equal((await planned("Beatriz Nunes"))[4], "07:15-12:45");
  const [file] = await Promise.all([page.waitForEvent("download"), page.click("[aria-label='Download as CSV']")]);
  assert.match(await readFile(await file.path(), "utf8"), /^Beatriz Nunes,.*,07:15-12:45/m);
  assert.deepEqual(faults.filter((fault) => !isWanted(fault)), []);
  await context.close();
});

test("a date that somebody else has changed is shown in both versions, and the manager chooses", async () => {
  const admin = await token("ada");
  const { items } = await call("GET", `/roster?from=${WEEK}&to=2027-02-07&limit=200`, { token: admin });
  const { user_id: id } = items.find((row) => row.full_name === "Omar Haddad");
  const plan = (date, start) => call("PUT", `/roster/${id}/days/${date}`, { token: admin, body: { shifts: [{ start, end: "20:00", break_minutes: 0 }], reason: "Inventory" } });
  const { page, context, faults } = await open(browser);
  await signIn(page, "ada", `roster?date=${WEEK}`);
  await page.waitForSelector(".roster-cell");
  const row = await rowOf(page, "Omar Haddad");
  for (const col of [2, 3, 4]) {
    await page.click(cell(row, col));
    await page.keyboard.type("8-12");
    await page.keyboard.press("Enter");
  }
  await plan("2027-02-03", "14:00");
  await plan("2027-02-04", "15:00");
  await save(page, "Short days");
  await page.waitForSelector(".roster-unsaved:has-text('2 changes')");
  assert.deepEqual((await planned("Omar Haddad")).slice(2, 5), ["14:00-20:00", "15:00-20:00", "08:00-12:00"]);
  const contested = (date) => page.locator(`.roster-contested > li:has-text('${date}')`);
  assert.match(await contested("3 Feb").textContent(), /Saved by somebody else.*14:00-20:00.*Yours, not saved.*08:00-12:00/);
  assert.equal(await page.getAttribute(".roster-unsaved .button.primary", "aria-disabled"), "true");
  await contested("3 Feb").locator("text=Keep the saved one").click();
  await contested("4 Feb").locator("text=Keep mine").click();
  await save(page, "Short days");
  await page.waitForSelector(".roster-unsaved", { state: "detached" });
  assert.deepEqual((await planned("Omar Haddad")).slice(2, 5), ["14:00-20:00", "08:00-12:00", "08:00-12:00"]);
  assert.deepEqual(faults.filter((fault) => !isWanted(fault)), []);
  await context.close();
});

test("a pattern that somebody else has changed is shown in both versions", async () => {
  const admin = await token("ada");
  const { page, context, faults } = await open(browser);
  await signIn(page, "ada", `roster?date=${WEEK}`);
  await page.waitForSelector(".roster-cell");
  await page.click(cell(await rowOf(page, "Tom Becker"), 0));
  await page.click("text=Pattern");
  await page.waitForSelector("dialog .roster-week");
  await page.fill("dialog [type=date]", WEEK);
  const { items } = await call("GET", `/roster?from=${WEEK}&to=2027-02-07&limit=200`, { token: admin });
  const { user_id: id } = items.find((row) => row.full_name === "Tom Becker");
  const week = Object.fromEntries(WEEKDAYS.map((name) => [name.toLowerCase(), [{ start: "10:00", end: "18:00", break_minutes: 30 }]]));
  await call("PUT", `/roster/${id}`, { token: admin, body: { effective_from: WEEK, weekly_offs: ["saturday", "sunday"], shifts: week } });
  for (let day = 0; day < 5; day++) await page.fill(`dialog .roster-week input >> nth=${day}`, "6-14/30");
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog .version >> nth=0 >> text=Mon 10:00-18:00/30");
  assert.equal((await planned("Tom Becker"))[0], "10:00-18:00");
  await page.click("dialog [type=submit]:has-text('Save mine')");
  await page.waitForSelector("dialog", { state: "detached" });
  assert.equal((await planned("Tom Becker"))[0], "06:00-14:00");
  assert.deepEqual(faults.filter((fault) => !isWanted(fault)), []);
  await context.close();
});

test("a step that is undone takes its warning with it, and the focus stays in the sheet", async () => {
  const { page, context } = await open(browser);
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute("role"));
  await signIn(page, "ada", `roster?date=${WEEK}`);
  await page.waitForSelector(".roster-cell");
  const target = cell(await rowOf(page, "Sven Thomsen"), 2);
  const type = async (text) => {
    await page.click(target);
    await page.keyboard.type(text);
    await page.keyboard.press("Enter");
  };
  await type("7-11, 10-15");
  await page.waitForSelector(`${target}.refused`);
  await page.click(".roster-unsaved .button:has-text('Undo')");
  await page.waitForSelector(".roster-unsaved", { state: "detached" });
  await page.waitForSelector(`${target}:not(.refused)`);
  assert.equal(await focused(), "grid");
  await type("7-11, 10-15");
  await page.waitForSelector(`${target}.refused`);
  await type("7-11");
  await page.waitForSelector(`${target}:not(.refused)`);
  // A restored change is checked again.
  await page.click(".roster-unsaved .button:has-text('Undo')");
  await page.waitForSelector(`${target}.refused`);
  await page.click("text=Discard all");
  await page.waitForSelector(".roster-unsaved", { state: "detached" });
  assert.equal(await focused(), "grid");
  await type("off");
  await save(page, "Day off");
  await page.waitForSelector(".roster-unsaved", { state: "detached" });
  assert.equal(await focused(), "grid");
  await context.close();
});

test("a text that says no times is refused in words", async () => {
  const { page, context, faults } = await open(browser);
  await signIn(page, "ada", `roster?date=${WEEK}`);
  await page.waitForSelector(".roster-cell");
  await page.click(cell(1, 2));
  await page.keyboard.type("25-30");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".roster-cell [role=alert]:has-text('“25-30” can’t be read as shifts')");
  await page.click(cell(2, 3));
  await page.waitForSelector(".toast:has-text('“25-30” can’t be read as shifts')");
  assert.equal(await page.locator(".roster-unsaved").count(), 0);
  assert.deepEqual(faults, []);
  await context.close();
});
