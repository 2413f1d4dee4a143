// Administrators and managers manage people: they add, find, change and disable them.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { PASSWORD, call, launch, newKiosk, newcomer, open, settled, signIn, token, url } from "../browser.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

/** Returns whether a fault is the browser's own message about a response that a journey expects. */
const isWanted = (fault) => /status of (412|422)/.test(fault);

test("a person is added, signs in, and is disabled", async () => {
  const { page, context, faults } = await open(browser);
  await signIn(page, "ada", "people");
  await page.click("text=Add a person");
  await page.fill("dialog [maxlength='100']", "Nora Petersen");
  await page.fill("dialog [autocapitalize=none]", "n!");
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog .field:has-text('Username') .error");
  assert.equal(await page.evaluate(() => document.activeElement?.value), "n!", "the focus is where something is wrong");
  await page.fill("dialog [autocapitalize=none]", "nora");
  await page.click("dialog [type=submit]");
  const password = await page.inputValue("dialog .secret");
  await call("POST", "/auth/login", { body: { username: "nora", password } });
  await page.keyboard.press("Escape");

  await page.fill("[type=search]", "nora");
  await page.waitForURL(/q=nora/);
  await page.click(".line:has-text('Nora Petersen')");
  await page.click(".day-panel >> text=Disable");
  await page.click("dialog [type=submit]");
  await page.waitForSelector(".day-panel .badge:has-text('Disabled')");
  await assert.rejects(call("POST", "/auth/login", { body: { username: "nora", password } }));
  assert.deepEqual(faults.filter((fault) => !isWanted(fault)), []);
  await context.close();
});

test("two who change a profile at once see both versions", async () => {
  const { page, context, faults } = await open(browser, { size: "phone", locale: "de-DE" });
  const ada = await token("ada");
  const { items } = await call("GET", "/users?q=piotr", { token: ada });
  await signIn(page, "jonas", `people?person=${items[0].id}`);
  await settled(page);
  await page.click("text=Profil ändern");
  await page.fill("dialog [maxlength='100']", "Piotr Zieliński-Brandt");
  const change = { method: "PATCH", headers: { "Content-Type": "application/json", Authorization: `Bearer ${ada}` }, body: '{"email":"piotr.z@harbour.example"}' };
  assert.ok((await fetch(`${url}/users/${items[0].id}`, change)).ok);
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog .before-after");
  assert.equal(await page.inputValue("dialog [maxlength='100']"), "Piotr Zieliński-Brandt");
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog", { state: "detached" });
  await page.waitForSelector("#person-name:has-text('Piotr Zieliński-Brandt')");
  await page.waitForSelector(".profile:has-text('piotr.z@harbour.example')");
  assert.deepEqual(faults.filter((fault) => !isWanted(fault)), []);
  await context.close();
});

test("a reset password is shown once, and lets the person in", async () => {
  const { page, context } = await open(browser, { size: "phone" });
  const { items } = await call("GET", "/users?q=omar", { token: await token("ada") });
  await signIn(page, "jonas", `people?person=${items[0].id}`);
  await settled(page);
  await page.click("text=Reset password");
  await page.click("dialog [type=submit]");
  const password = await page.inputValue("dialog .secret");
  const { access_token } = await call("POST", "/auth/login", { body: { username: "omar", password } });
  // Other journeys use the password of the demo company.
  await call("PUT", "/auth/password", { token: access_token, body: { current_password: password, new_password: PASSWORD } });
  await context.close();
});

test("a registration is activated by keyboard alone", async () => {
  await call("POST", "/auth/register", { body: { username: "runa", full_name: "Runa Sørensen", password: PASSWORD } });
  const { page, context, faults } = await open(browser);
  await signIn(page, "ada", "people?status=pending");
  await page.focus(".line:has-text('Runa')");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement?.id === "person-name");
  await page.waitForSelector(".day-panel .actions .button");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForSelector("dialog[open]");
  await page.focus("dialog [type=submit]");
  await page.keyboard.press("Enter");
  await page.waitForSelector("dialog", { state: "detached" });
  await page.waitForSelector(".day-panel .badge:has-text('Active')");
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => document.activeElement?.classList.contains("line"));
  await call("POST", "/auth/login", { body: { username: "runa", password: PASSWORD } });
  assert.deepEqual(faults, []);
  await context.close();
});

test("a visitor registers at the address that the policies name, and is told what comes next", async () => {
  const { page, context, faults } = await open(browser);
  await signIn(page, "ada", "company?part=policies");
  const text = await page.textContent("article:has(#policy-requests)");
  const [address] = text.match(/http\S+\/app\/register/) ?? [];
  const visitor = await open(browser, { size: "phone" });
  await visitor.page.goto(address);
  const fill = async (values) => {
    for (const [label, value] of Object.entries(values)) await visitor.page.getByLabel(label, { exact: true }).fill(value);
    await visitor.page.click("form [type=submit]");
  };
  await fill({ "Full name": "Ida Novak", Username: "i!", Password: PASSWORD });
  await visitor.page.waitForSelector(".field:has-text('Username') .error");
  await fill({ Username: "ida.novak" });
  await visitor.page.waitForSelector("[role=status]:has-text('You are registered.')");
  const { items } = await call("GET", "/users?status=pending&q=ida", { token: await token("ada") });
  assert.deepEqual(items.map((one) => one.full_name), ["Ida Novak"]);
  assert.deepEqual([...faults, ...visitor.faults].filter((fault) => !isWanted(fault)), []);
  await visitor.context.close();
  await context.close();
});

test("without a network nothing that was typed is lost", async () => {
  const { page, context } = await open(browser, { size: "phone" });
  await signIn(page, "ada", "people");
  await page.click("text=Add a person");
  await page.fill("dialog [maxlength='100']", "Ole Brandt");
  await context.setOffline(true);
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog [role=alert]:has-text('still here')");
  assert.equal(await page.inputValue("dialog [maxlength='100']"), "Ole Brandt");
  await context.close();
});

test("people are added from a sheet, once what is wrong in its cells is mended", async () => {
  const { page, context, faults } = await open(browser);
  await signIn(page, "ada", "people");
  await settled(page);
  await page.click("text=Import people");
  const sheet = (department) => `full_name,username,department,hired_on\nZoë Ünal,,${department},2026-11-26\nIvo Brandt,ivo.b,Office,2026-11-26\n`;
  // Rows are numbered as in the file, where an empty row counts too.
  await page.fill("dialog textarea", sheet("Offices").replace("\n", "\n\n"));
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog tr:has(th:text-is('3')) td.is-fault:has-text('Offices')");
  await page.fill("dialog textarea", sheet("Office"));
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog .notice.good:has-text('2 entries would be new.')");
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog .notice.good:has-text('Added: 2')", { timeout: 30_000 });
  const [file] = await Promise.all([page.waitForEvent("download"), page.click("text=Download temporary passwords")]);
  const lines = (await readFile(await file.path(), "utf8")).trim().split("\n");
  assert.match(lines[1], /^zoe\.unal,.{8,}/);
  const [username, password] = lines[2].split(",");
  await call("POST", "/auth/login", { body: { username, password } });
  assert.deepEqual(faults.filter((fault) => !isWanted(fault)), []);
  await context.close();
});

test("leave is adjusted with a reason, and payroll gets the person’s number", async () => {
  const { page, context, faults } = await open(browser);
  const person = await newcomer("Levke Leave");
  const pay = async (pay_period) => call("PATCH", "/settings", { token: await token("ada"), body: { pay_period } });
  await pay({ kind: "week", anchor: "2024-01-01" });
  await signIn(page, "ada", `people?person=${person.id}`);
  await page.click(".day-panel >> text=Adjust leave");
  await page.fill("dialog [autofocus]", "-1,5");
  await page.fill("dialog [maxlength='500']", "Carried over too much");
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog", { state: "detached" });
  await page.click(".day-panel [aria-label^='All entries']");
  await page.waitForSelector("dialog .item:has-text('Carried over too much'):has-text('−1.5')");
  await page.keyboard.press("Escape");
  await page.click("text=Change pay profile");
  await page.fill("dialog [maxlength='20']", "00401");
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog [role=alert]");
  await page.fill("dialog [maxlength='20']", "00999");
  await page.check("dialog [type=checkbox]");
  await page.fill("dialog [inputmode=decimal]", "38,5");
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog", { state: "detached" });
  await page.waitForSelector("section:has(#pay-profile):has-text('personnel number 00999'):has-text('38.5 hours a week')");
  await pay(null);
  assert.deepEqual(faults.filter((fault) => !/status of 409/.test(fault)), []);
  await context.close();
});

test("employments are changed, and a PIN is set that a kiosk takes", async () => {
  const ada = await token("ada");
  const kiosk = await newKiosk("Workshop");
  const person = await newcomer("Emma Employed", { site_id: kiosk.site_id });
  const { page, context, faults } = await open(browser, { size: "phone" });
  await signIn(page, "ada", `people?person=${person.id}`);
  await page.click("text=Change employment");
  await page.fill("dialog [type=date] >> nth=0", "2026-11-02");
  await page.fill("dialog [type=date] >> nth=1", "2026-11-01");
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog .error");
  await page.fill("dialog [type=date] >> nth=1", "2027-05-31");
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog", { state: "detached" });
  await page.waitForSelector("section:has(#employments):has-text('31 May 2027')");
  const { employments } = await call("GET", `/users/${person.id}`, { token: ada });
  assert.deepEqual(employments.map(({ from, until }) => [from, until]), [["2026-11-02", "2027-05-31"]]);

  await page.click(".day-panel >> text=Set PIN");
  await page.fill("dialog .input", "1234");
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog .error");
  await page.fill("dialog .input", "739254");
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog", { state: "detached" });
  await call("POST", "/kiosk/punch", { token: kiosk.device_token, body: { username: person.username, pin: "739254" } });
  assert.deepEqual(faults.filter((fault) => !isWanted(fault)), []);
  await context.close();
});
