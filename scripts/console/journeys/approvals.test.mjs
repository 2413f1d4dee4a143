// A manager's approvals: by keyboard and in bulk, with the facts, and with live updates for the person who sent the request.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { call, go, launch, open, signIn, soon, token, url } from "../browser.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const row = (page, text) => page.locator(".approval", { hasText: text });

async function inbox(options) {
  const opened = await open(browser, options);
  await signIn(opened.page, "jonas");
  await go(opened.page, "approvals");
  await opened.page.waitForSelector(".approval");
  return opened;
}

/** Requests leave for a person of the workshop. */
async function askLeave(username, date) {
  return call("POST", "/leave/requests", { token: await token(username), body: { start_date: date, end_date: date, reason: "A day off" } });
}

async function statusOf({ id }) {
  return call("GET", `/leave/requests/${id}`, { token: await token("ada") });
}

test("the keyboard alone decides, with the facts at hand", async () => {
  const request = await askLeave("sven", "2027-01-11");
  const { page, context, faults } = await inbox();
  await page.check("input[value=leave_request]");
  await page.keyboard.press("j");
  await page.waitForSelector(".split-detail >> text=A day off");
  await page.waitForSelector(".split-detail >> text=Also away");
  assert.match(await page.textContent(".split-detail"), /Balance without and with it/);
  // The key moves to the last item, which is the newest request.
  for (let i = 0; i < 10; i++) await page.keyboard.press("j");
  assert.match(await page.textContent(".split-detail h2"), /Sven Thomsen/);
  await page.keyboard.press("a");
  await page.waitForSelector(".toast >> text=Approved: Sven Thomsen");
  assert.equal((await statusOf(request)).status, "approved");
  assert.deepEqual(faults, []);
  await context.close();
});

test("a rejection has a note, and reaches the asker within two seconds", async () => {
  const request = await askLeave("omar", "2027-01-12");
  const asker = await open(browser, { size: "phone" });
  await signIn(asker.page, "omar");
  await go(asker.page, "inbox");
  await asker.page.waitForSelector("[data-live=open]");
  const { page, context } = await inbox({ size: "phone" });
  await row(page, "12 Jan").locator(".line").click();
  await page.click(".split-detail >> text=Reject");
  await page.fill("dialog textarea", "We need you for the stocktaking");
  const timeout = await soon();
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog", { state: "detached" });
  await asker.page.waitForSelector(".news.unread >> text=/12 Jan/", { timeout });
  const decided = await statusOf(request);
  assert.equal(decided.status, "rejected");
  assert.equal(decided.note, "We need you for the stocktaking");
  await asker.context.close();
  await context.close();
});

test("many entries are decided at once, each with its own result", async () => {
  const [first, second] = [await askLeave("sven", "2027-01-13"), await askLeave("omar", "2027-01-14")];
  const { page, context } = await inbox();
  for (const date of ["13 Jan", "14 Jan"]) await row(page, date).locator("input").check();
  // Another manager decides one of the requests, and this page can't load a new list.
  await page.route(/\/approvals\?/, (route) => route.abort());
  await call("POST", `/leave/requests/${first.id}/decision`, { token: await token("ada"), body: { status: "approved" } });
  await page.click(".bulk >> text=Approve");
  await page.waitForSelector(".approval:has-text('13 Jan') .refused");
  assert.match(await page.textContent(".toasts"), /1 decided. 1 couldn’t be decided/);
  assert.equal((await statusOf(second)).status, "approved");
  await page.unroute(/\/approvals\?/);
  await page.reload();
  await page.waitForSelector(".approval, .empty");
  assert.equal(await row(page, "14 Jan").count(), 0);
  await context.close();
});

test("a correction is shown with the day before and after", async () => {
  const { page, context, faults } = await inbox();
  await page.check("input[value=correction]");
  await row(page, "Nina Kowalska").locator(".line").first().click();
  await page.waitForSelector(".split-detail .before-after .plus");
  assert.match(await page.textContent(".split-detail"), /Forgot to clock in/);
  assert.deepEqual(faults, []);
  await context.close();
});

test("a notification of something to decide leads to its entry", async () => {
  await askLeave("omar", "2027-01-18");
  const { page, context, faults } = await open(browser);
  await signIn(page, "jonas", "inbox");
  await page.click(".news:has-text('Omar Haddad'):has-text('18 Jan')");
  await page.waitForSelector("html[data-page=approvals] .split-detail h2:has-text('Omar Haddad')");
  assert.match(await page.textContent(".split-detail"), /18 Jan/);
  assert.deepEqual(faults, []);
  await context.close();
});

test("single keys do nothing once they are turned off", async () => {
  const request = await askLeave("sven", "2027-01-15");
  const { page, context } = await inbox();
  await page.evaluate(() => localStorage.setItem("rollcall.shortcuts", "off"));
  await page.goto(`${url}/app/approvals`);
  await row(page, "15 Jan").locator(".line").click();
  await page.keyboard.press("a");
  await page.waitForTimeout(300);
  assert.equal((await statusOf(request)).status, "pending");
  await context.close();
});
