// The tablet at the door: paired once, then username and PIN.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PASSWORD, call, launch, open, token, url } from "../browser.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

test("a kiosk is paired once, and people punch there by username and PIN", async () => {
  const me = await call("GET", "/auth/me", { token: await token("sven") });
  await call("PUT", `/users/${me.id}/pin`, { token: await token("ada"), body: { pin: "739154" } });
  const { page, context, faults } = await open(browser);
  await page.goto(`${url}/app/kiosk`);
  await page.fill("[name=username]", "ada");
  await page.fill("[name=password]", PASSWORD);
  await page.click("form [type=submit]");
  await page.fill("[name=kiosk]", "Entrance");
  await page.click("form [type=submit]");
  await page.waitForSelector(".pin-pad");
  const before = (await call("GET", "/clock", { token: await token("sven") })).presence;
  await page.fill("[name=username]", "sven");
  for (const digit of "739154") await page.click(`.keys >> text="${digit}"`);
  await page.click(".punch-button");
  await page.waitForSelector(".confirmation");
  assert.match(await page.textContent(".confirmation"), /Sven Thomsen/);
  const after = (await call("GET", "/clock", { token: await token("sven") })).presence;
  assert.notEqual(after, before);
  // Once more within ten seconds is asked about first.
  await page.fill("[name=username]", "sven");
  await page.fill("[name=pin]", "739154");
  await page.keyboard.press("Enter");
  await page.waitForSelector("text=Once more?");
  assert.deepEqual(faults, []);
  // The pairing outlives a restart.
  await page.reload();
  await page.waitForSelector(".pin-pad");
  await context.close();
});

test("a wrong PIN is refused, and nothing of it stays", async () => {
  const ada = await token("ada");
  const site = (await call("GET", "/sites", { token: ada })).items[0];
  const kiosk = await call("POST", "/kiosks", { token: ada, body: { site_id: site.id, name: "Gate" } });
  const { page, context } = await open(browser);
  await page.addInitScript((key) => localStorage.setItem("rollcall.kiosk", key), kiosk.device_token);
  await page.goto(`${url}/app/kiosk`);
  await page.fill("[name=username]", "sven");
  await page.fill("[name=pin]", "000000");
  await page.keyboard.press("Enter");
  await page.waitForSelector("[role=alert]");
  assert.equal(await page.inputValue("[name=pin]"), "");
  await context.close();
});
