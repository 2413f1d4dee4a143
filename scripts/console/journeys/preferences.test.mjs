// A person's preferences: the language, the notifications and their channels, and the active sessions.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PASSWORD, call, launch, newcomer, open, settled, signIn, url } from "../browser.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

test("a language is chosen, and the account has it on other devices too", async () => {
  const person = await newcomer("Lale Language");
  const { page, context, faults } = await open(browser, { size: "phone" });
  await signIn(page, person.username, "preferences");
  await page.click(".segments label:has-text('Türkçe')");
  await page.waitForSelector("h1:has-text('Tercihler')");
  assert.equal(await page.getAttribute("html", "lang"), "tr");
  await settled(page);
  assert.equal((await call("GET", "/auth/me", { token: person.token })).language, "tr");
  const other = await open(browser);
  await signIn(other.page, person.username, "preferences");
  await other.page.waitForSelector("h1:has-text('Tercihler')");
  assert.deepEqual([...faults, ...other.faults], []);
  await other.context.close();
  await context.close();
});

test("somebody who never chose a language chooses the one that is shown", async () => {
  const person = await newcomer("Lino Language");
  const { page, context, faults } = await open(browser);
  await signIn(page, person.username, "preferences");
  const languages = page.locator("section:has(h2:has-text('Language'))");
  assert.equal(await languages.locator("input:checked").count(), 0);
  await languages.locator("label:has-text('English')").click();
  await settled(page);
  assert.equal((await call("GET", "/auth/me", { token: person.token })).language, "en");
  assert.equal(await languages.locator("label:has-text('English') input:checked").count(), 1);
  assert.deepEqual(faults, []);
  await context.close();
});

test("notifications are muted, and chosen for e-mail", async () => {
  const person = await newcomer("Nele News");
  const { page, context, faults } = await open(browser);
  await signIn(page, person.username, "preferences");
  await page.uncheck("section:has(#news) .check:has-text('Decided leave') input");
  await settled(page);
  await page.check("[aria-label='Requested swaps: E-mail']");
  await settled(page);
  await page.click("section:has(#channels) .segments label:has-text('Once a day')");
  await settled(page);
  const { muted, channels, email_delivery } = await call("GET", "/notifications/preferences", { token: person.token });
  assert.deepEqual([muted, channels.email, email_delivery], [["leave_decided"], ["swap_requested"], "daily"]);
  assert.deepEqual(faults, []);
  await context.close();
});

test("a preference that isn't saved is taken back, and its own section says why", async () => {
  const person = await newcomer("Egon Error");
  const { page, context } = await open(browser);
  await signIn(page, person.username, "preferences");
  const refusal = { status: 503, contentType: "application/problem+json", body: JSON.stringify({ code: "unavailable", title: "The service is busy" }) };
  await page.route(`${url}/notifications/preferences`, (route) => (route.request().method() === "PUT" ? route.fulfill(refusal) : route.continue()));
  const alerts = (section) => page.locator(`section:has(#${section}) [role=alert]:has-text('The service is busy')`);
  await page.click("[aria-label='Requested swaps: E-mail']");
  await alerts("channels").waitFor();
  assert.equal(await alerts("news").count(), 0);
  assert.equal(await page.isChecked("[aria-label='Requested swaps: E-mail']"), false);
  await page.click("section:has(#news) .check:has-text('Decided leave') input");
  await alerts("news").waitFor();
  assert.equal(await alerts("channels").count(), 0);
  assert.equal(await page.isChecked("section:has(#news) .check:has-text('Decided leave') input"), true);
  await context.close();
});

test("a session of another device is ended, and this one goes on", async () => {
  const person = await newcomer("Senta Session");
  const other = await open(browser, { size: "phone" });
  await signIn(other.page, person.username);
  const { page, context, faults } = await open(browser);
  await signIn(page, person.username, "preferences");
  const sessions = page.locator("section:has(h2:has-text('Sessions')) .item");
  await sessions.first().waitFor();
  // The calls of this journey also have sessions.
  const count = await sessions.count();
  assert.equal(await sessions.locator("text=This device").count(), 1);
  while ((await sessions.locator(".button").count()) > 0) {
    const left = await sessions.count();
    await sessions.locator(".button").first().click();
    await page.waitForFunction((left) => [...document.querySelectorAll("section")].some((one) => one.querySelector("h2")?.textContent === "Sessions" && one.querySelectorAll(".item").length < left), left);
  }
  assert.ok(count > 1 && (await sessions.count()) === 1);
  await other.page.reload();
  await other.page.waitForURL(/sign-in/);
  await page.reload();
  await page.waitForSelector("h1:has-text('Preferences')");
  await call("POST", "/auth/login", { body: { username: person.username, password: PASSWORD } });
  assert.deepEqual(faults, []);
  await context.close();
  await other.context.close();
});
