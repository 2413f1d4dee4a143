// From the week to payroll: a person submits the timesheet, a manager approves it, and an administrator sees the blockers of a period.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { call, go, launch, open, settled, signIn, token } from "../browser.mjs";

/** The last complete week of the demo company. */
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

/** Returns a person of a manager whose week can be signed. */
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
  await mine.page.waitForFunction(() => document.activeElement?.id === "timesheet");

  const { page, context, faults } = await open(browser);
  await signIn(page, "jonas", "pay");
  await go(page, `pay?period=${WEEK}&status=submitted`);
  await page.click(`.line:has-text('${person.full_name}')`);
  await page.waitForSelector(".split-detail #timesheet");
  await page.click(".split-detail button:has-text('Approve')");
  await page.waitForSelector(".split-detail .badge:has-text('Approved')");
  const [file] = await Promise.all([page.waitForEvent("download"), page.click("[aria-label='Download as PDF'], [title='Download as PDF']")]);
  assert.match(file.suggestedFilename(), /\.pdf$/);
  assert.deepEqual([...faults, ...mine.faults], []);
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
  await page.waitForSelector("[role=alert]:has-text('approved yet')");
  // Each person is listed, with a button to their timesheet.
  const waiting = page.locator("[role=alert] li:has(button)").first();
  const name = await waiting.locator("button").textContent();
  assert.match(await waiting.textContent(), /Not submitted|Submitted|Rejected/);
  await waiting.locator("button").click();
  await page.waitForSelector(`.split-detail #timesheet:has-text("${name}")`);
  await page.click("button:has-text('Start a run'):not([aria-disabled])");
  await page.waitForSelector("section:has(#runs) .badge:has-text('done')", { timeout: 30_000 });
  const [file] = await Promise.all([page.waitForEvent("download"), page.click("section:has(#runs) .item button")]);
  assert.match(file.suggestedFilename(), /^payroll-/);
  assert.deepEqual(faults.filter((fault) => !/status of 409/.test(fault)), []);
  await context.close();
});

test("pay codes, cost centers and payroll files are added, and a rule uses the new code", async () => {
  const { page, context, faults } = await open(browser);
  await signIn(page, "ada", "company?part=pay_codes");
  await settled(page);
  const save = async () => {
    await page.click("dialog [type=submit]");
    await page.waitForSelector("dialog", { state: "detached" });
  };
  const field = (label) => page.locator("dialog").getByLabel(label, { exact: typeof label === "string" });
  await page.click("text=Add a pay code");
  await field("Code").fill("Weekend!");
  await field("Name").fill("Weekend premium");
  await field("Percent of an hour’s pay").fill("50");
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog .error");
  await field("Code").fill("weekend");
  await save();
  await page.waitForSelector(".item:has-text('Weekend premium'):has-text('50% on top of the hour')");

  await go(page, "company?part=pay_rules");
  await page.click("text=Add pay rules");
  assert.equal(await page.locator("dialog .notice.warn").count(), 0);
  await page.check("dialog >> text=A manager approves");
  await page.waitForSelector("dialog .notice.warn:has-text('must be paid')");
  await page.uncheck("dialog >> text=A manager approves");
  await page.click("text=Add a premium");
  await page.waitForSelector("dialog option:has-text('Weekend premium')", { state: "attached" });
  await page.keyboard.press("Escape");

  await go(page, "company?part=cost_centers");
  await page.click("text=Add a cost center");
  await field("Code").fill("P-7");
  await field("Name").fill("Refit of the Albatros");
  await save();
  await page.click(".item:has-text('Refit of the Albatros') button");
  await field("Work can be assigned to it").uncheck();
  await save();
  await page.waitForSelector(".item:has-text('Refit of the Albatros') .badge:has-text('No longer used')");

  await go(page, "company?part=pay_templates");
  await page.click("text=Add a template");
  await field("Name").fill("lodas");
  await field("Format").selectOption("datev_lodas");
  await field(/^Consultant number/).fill("1234567");
  await field(/^Client number/).fill("0");
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog .notice.bad, dialog .error");
  await field(/^Client number/).fill("4711");
  await save();
  await page.waitForSelector(".item:has-text('DATEV LODAS'):has-text('1234567')");
  await page.click(".item:has-text('DATEV LODAS'):has-text('1234567') [aria-label^=Delete]");
  await save();
  assert.deepEqual(faults.filter((fault) => !/status of 422/.test(fault)), []);
  await context.close();
});

/** Sets the pay profile of a person. @param {string} name */
async function profileOf(name, profile) {
  const ada = await token("ada");
  const person = (await call("GET", `/users?q=${name}`, { token: ada })).items[0];
  await call("PUT", `/users/${person.id}/pay-profile`, { token: ada, body: { personnel_number: `J-${name}`, account: false, effective_from: "2026-11-16", ...profile } });
  return person;
}

test("a manager adjusts a time account and pays out of it; the person reads why", async () => {
  const { id, username } = await profileOf("omar", { account: true });
  const { page, context, faults } = await open(browser);
  await signIn(page, "jonas", "pay");
  await go(page, `pay?period=${WEEK}&person=${id}`);
  await page.click("section:has(#account) >> text=Adjust");
  await page.fill("dialog .input >> nth=0", "ten");
  await page.waitForSelector("dialog .error:has-text('Type hours')");
  await page.fill("dialog .input >> nth=0", "40:30");
  await page.fill("dialog .input >> nth=1", "Taken over from the old system");
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog", { state: "detached" });
  await page.click("section:has(#account) >> text=Pay out");
  await page.fill("dialog .input >> nth=0", "1.5");
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog", { state: "detached" });
  await page.waitForSelector("section:has(#account) .item:has-text('Paid out')");
  const mine = await open(browser, { size: "phone" });
  await signIn(mine.page, username, "timesheet");
  await mine.page.waitForSelector("section:has(#account) .item:has-text('Taken over from the old system')");
  assert.equal(await mine.page.locator("section:has(#account) button:has-text('Adjust')").count(), 0, "nobody adjusts their own");
  assert.deepEqual([...faults, ...mine.faults], []);
  await mine.context.close();
  await context.close();
});

test("overtime that needs approval waits in the inbox, and is approved there", async () => {
  const ada = await token("ada");
  const overtime = [{ per: "day", after: { minutes: 240 }, code: "overtime", needs_approval: true }];
  const rules = await call("POST", "/pay/rules", { token: ada, body: { name: "Approved overtime", versions: [{ effective_from: "2020-01-01", overtime }] } });
  await profileOf("omar", { account: true, rules_id: rules.id });
  const jonas = await token("jonas");
  const waiting = async () => (await call("GET", "/approvals?limit=1", { token: jonas })).counts.pay_approval;
  // The stream computes the days a moment later.
  for (let attempt = 0; (await waiting()) === 0 && attempt < 50; attempt++) await new Promise((resolve) => setTimeout(resolve, 200));
  const before = await waiting();
  const { page, context, faults } = await open(browser);
  await signIn(page, "jonas", "approvals?kind=pay_approval");
  await page.click(".approval .line:has-text('Omar Haddad')");
  await page.waitForSelector(".split-detail .facts:has-text('Overtime')");
  await page.click(".split-detail .actions >> text=Approve");
  await page.waitForSelector(".toast:has-text('Approved: Omar Haddad')");
  assert.equal(await waiting(), before - 1);
  assert.deepEqual(faults, []);
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

test("pay rules that somebody else changes meanwhile are shown, and what was typed stays", async () => {
  const ada = await token("ada");
  const { id } = await call("POST", "/pay/rules", { token: ada, body: { name: "Yard rules", versions: [{ effective_from: "2026-01-01" }] } });
  const { page, context, faults } = await open(browser);
  await signIn(page, "ada", "company?part=pay_rules");
  await page.click(".item:has-text('Yard rules') button");
  const field = (label) => page.locator("dialog").getByLabel(label, { exact: true });
  await field("Rounding of paid time").selectOption("15");
  const theirs = { name: "Dock rules", versions: [{ effective_from: "2026-02-01", before_shift: "ignore" }] };
  await call("PUT", `/pay/rules/${id}`, { token: ada, body: theirs });
  await page.click("dialog [type=submit]");
  const conflict = page.locator("dialog [role=alert]:has(.before-after)");
  await conflict.waitFor();
  assert.match(await conflict.innerText(), /Somebody else changed this[\s\S]+Dock rules[\s\S]+from 1 Feb 2026/);
  // Fields that only the other administrator has changed show the new values, and values chosen here stay.
  const shown = async () => Promise.all(["Name", "Work before the first shift", "Rounding of paid time"].map((label) => field(label).inputValue()));
  assert.deepEqual(await shown(), ["Dock rules", "ignore", "15"]);
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog", { state: "detached" });
  const saved = await call("GET", `/pay/rules/${id}`, { token: ada });
  assert.deepEqual([saved.name, ...saved.versions.map(({ before_shift: before, rounding }) => `${before} ${rounding?.step_minutes}`)], ["Dock rules", "ignore undefined", "ignore 15"]);
  await call("DELETE", `/pay/rules/${id}`, { token: ada });
  assert.deepEqual(faults.filter((fault) => !/status of 412/.test(fault)), []);
  await context.close();
});
