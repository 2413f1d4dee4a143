// A person's month and week: shifts, worked time, the reason of lateness, the history of a day, a correction, and the feed.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { call, launch, newcomer, open, settled, signIn, token } from "../browser.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

/** The Monday of the week before the current week of the journeys. */
const DATE = "2026-11-16";

/** Creates a person who was 40 minutes late on a past day that a manager then edited. */
async function latecomer() {
  const ada = await token("ada");
  const person = await newcomer("Carla Calendar", { hired_on: "2026-11-02" });
  const { day } = await call("GET", "/clock", { token: person.token });
  const [, offset] = day.shifts[0].start_at.match(/([+-]\d\d:\d\d)$/);
  const edit = (clock_in, reason) =>
    call("PUT", `/attendance/${person.id}/${DATE}`, { token: ada, body: { sessions: [{ clock_in: `${DATE}T${clock_in}:00${offset}`, clock_out: `${DATE}T18:00:00${offset}`, breaks: [] }], reason } });
  await edit("09:00", "As on the paper");
  await edit("09:40", "The door says otherwise");
  return person;
}

for (const size of ["phone", "desk"]) {
  test(`month and week lead to a day that says why it is late on a ${size}`, async () => {
    const person = await latecomer();
    const { page, context, faults } = await open(browser, { size });
    await signIn(page, person.username, `calendar?date=${DATE}`);
    await page.waitForSelector(".grid tbody tr");
    const rows = () => page.locator(".grid tbody tr").count();
    assert.ok((await rows()) >= 5, "a month has at least five weeks");
    assert.match(await page.textContent(".date[aria-pressed=true]"), /16 November/);
    await page.waitForSelector("section:has(#day) .notice:has-text('after the shift started at 09:00')");
    const history = await page.textContent(".history");
    assert.match(history, /As on the paper/);
    assert.match(history, /The door says otherwise.*09:00.*09:40/s);
    await page.click(".segments label:has-text('Week')");
    await page.waitForURL(/view=week/);
    await page.waitForFunction(() => document.querySelectorAll(".grid tbody tr").length === 1);
    await page.click("[aria-label='Next week']");
    await page.waitForURL(/date=2026-11-23/);
    await page.click(".date:has-text('24 November')");
    await page.waitForSelector("#day:has-text('24 November')");
    await page.click(".segments label:has-text('Month')");
    await page.click("[aria-label='Next month']");
    await page.waitForSelector("h2:has-text('December 2026')");
    await settled(page);
    assert.deepEqual(faults, []);
    await context.close();
  });
}

test("a correction is asked for from a day of the past", async () => {
  const person = await latecomer();
  const { page, context, faults } = await open(browser, { size: "phone" });
  await signIn(page, person.username, `calendar?date=${DATE}`);
  await page.click("text=Ask for a correction");
  await page.fill("dialog [type=time] >> nth=0", "09:10");
  await page.fill("dialog .field .input[required]", "The door was locked");
  await page.click("dialog [type=submit]");
  await page.waitForSelector(".toast:has-text('correction')");
  const { items } = await call("GET", "/corrections", { token: person.token });
  assert.deepEqual(items.map((one) => [one.date, one.status, one.reason]), [[DATE, "pending", "The door was locked"]]);
  assert.match(items[0].sessions[0].clock_in, /T09:10:00/);
  assert.deepEqual(faults, []);
  await context.close();
});

test("a feed has an address and a QR code, works without a sign-in, and ends", async () => {
  const person = await newcomer("Fee Feed");
  const { page, context, faults } = await open(browser, { size: "phone" });
  await signIn(page, person.username, "calendar");
  await page.click("text=Subscribe");
  await page.click("text=Create an address");
  await page.waitForSelector("dialog .qr");
  const address = await page.inputValue("dialog input[readonly]");
  assert.match(await page.getAttribute("dialog a.button.primary", "href"), /^webcal:/);
  const feed = await fetch(address);
  assert.match(await feed.text(), /^BEGIN:VCALENDAR[\s\S]*BEGIN:VEVENT/);
  await page.keyboard.press("Escape");
  await page.click("text=Subscribe");
  await page.click("text=End the present address");
  await page.waitForSelector("dialog", { state: "detached" });
  assert.equal((await fetch(address)).status, 404);
  assert.deepEqual(faults, []);
  await context.close();
});
