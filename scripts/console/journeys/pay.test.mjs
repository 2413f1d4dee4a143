// From the week to payroll: a person submits the timesheet, a manager approves it, and an administrator sees what keeps a period open.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { call, go, launch, open, settled, signIn, token } from "../browser.mjs";

/** The last whole week of the demo company. */
const WEEK = "2026-11-16..2026-11-22";

let browser;
before(async () => {
  browser = await launch();
  await call("PATCH", "/settings", { token: await token("ada"), body: { pay_period: { kind: "week", anchor: "2024-01-01" } } });
});
after(async () => {
  await call("PATCH", "/settings", { token: await token("ada"), body: { pay_period: null } });
  await browser.close();
});

/** Somebody of a manager whose week can be signed. */
async function signer(manager) {
  const access = await token(manager);
  const { items } = await call("GET", `/pay/periods/${WEEK}/timesheets?limit=200`, { token: access });
  for (const { user_id: id, status } of items) {
    const timesheet = await call("GET", `/pay/periods/${WEEK}/timesheets/${id}`, { token: access });
    if (status !== "open" || timesheet.blockers.length > 0) continue;
    const person = await call("GET", `/users/${id}`, { token: access });
    if (person.role === "employee") return person;
  }
  throw new Error("nobody's week can be signed");
}

test("a timesheet is submitted on a phone and approved at a desk", async () => {
  const person = await signer("jonas");
  const mine = await open(browser, { size: "phone" });
  await signIn(mine.page, person.username);
  await mine.page.click("[aria-haspopup=menu]");
  await mine.page.click("[role=menuitem]:has-text('Timesheet')");
  await mine.page.waitForSelector("#timesheet");
  await go(mine.page, `timesheet?period=${WEEK}`);
  await mine.page.waitForSelector(".timesheet-days tbody tr");
  await mine.page.getByRole("button", { name: "Submit", exact: true }).click();
  await mine.page.waitForSelector(".badge:text-is('Submitted')");

  const { page, context, faults } = await open(browser);
  await signIn(page, "jonas", "pay");
  await go(page, `pay?period=${WEEK}&status=submitted`);
  await page.click(`.line:has-text('${person.full_name}')`);
  await page.waitForSelector(".split-detail #timesheet");
  await page.click(".split-detail button:has-text('Approve')");
  await page.waitForSelector(".split-detail .badge:has-text('Approved')");
  const [file] = await Promise.all([page.waitForEvent("download"), page.click("[aria-label='Download as PDF'], [title='Download as PDF']")]);
  assert.match(file.suggestedFilename(), /\.pdf$/);
  assert.deepEqual([...faults, ...mine.faults].filter((fault) => !/status of 409/.test(fault)), []);
  await mine.context.close();
  await context.close();
});

test("a rejection says why, and the person submits again", async () => {
  const person = await signer("jonas");
  const access = await token(person.username);
  await call("POST", `/pay/periods/${WEEK}/timesheets/me/submit`, { token: access, body: {} });
  const { page, context } = await open(browser, { size: "phone" });
  await signIn(page, "jonas");
  await go(page, `pay?period=${WEEK}&person=${person.id}`);
  await page.click(".split-detail button:has-text('Reject')");
  await page.fill("dialog textarea", "Wednesday lacks the afternoon");
  await page.click("dialog [type=submit]");
  await page.waitForSelector(".split-detail .badge:has-text('Rejected')");
  const mine = await open(browser);
  await signIn(mine.page, person.username);
  await go(mine.page, `timesheet?period=${WEEK}`);
  await mine.page.waitForSelector("text=Wednesday lacks the afternoon");
  await mine.page.getByRole("button", { name: "Submit", exact: true }).click();
  await mine.page.waitForSelector(".badge:text-is('Submitted')");
  await mine.context.close();
  await context.close();
});

test("a period that isn’t ready isn’t closed, and says whose timesheets wait; a preview for payroll is made", async () => {
  const { page, context, faults } = await open(browser);
  await signIn(page, "ada");
  await go(page, `pay?period=${WEEK}`);
  await settled(page);
  await page.click("text=Close the period");
  await page.waitForSelector("[role=alert]:has-text('open')");
  await page.click("button:has-text('Start a run'):not([aria-disabled])");
  await page.waitForSelector("section:has(#runs) .badge:has-text('done')", { timeout: 30_000 });
  const [file] = await Promise.all([page.waitForEvent("download"), page.click("section:has(#runs) .item button")]);
  assert.match(file.suggestedFilename(), /^payroll-/);
  assert.deepEqual(faults.filter((fault) => !/status of 409/.test(fault)), []);
  await context.close();
});

test("the pages are not named while the company has no pay periods", async () => {
  await call("PATCH", "/settings", { token: await token("ada"), body: { pay_period: null } });
  const { page, context } = await open(browser);
  await signIn(page, "jonas");
  await settled(page);
  assert.equal(await page.locator(".tabs a[href$=pay], .tabs a[href$=timesheet]").count(), 0);
  await call("PATCH", "/settings", { token: await token("ada"), body: { pay_period: { kind: "week", anchor: "2024-01-01" } } });
  await context.close();
});
