// Sign-ins with more than a password: a temporary one is replaced, a second factor is set up, and sensitive changes are confirmed.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";
import { PASSWORD, call, launch, open, setClock, settled, signIn, token, url } from "../browser.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

/** Returns whether a fault is the browser's own message about a response that a journey expects. */
const isWanted = (fault) => /status of (401|403|404)/.test(fault);
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Creates a person with a temporary password, and returns the password. */
async function newcomer(username, more = {}) {
  const made = await call("POST", "/users", { token: await token("ada"), body: { username, full_name: `${username} Test`, hired_on: "2026-11-26", ...more } });
  return made.temporary_password;
}

/** Returns the code of an authenticator app at the stack's time. */
async function code(secret, access) {
  const bits = [...secret].map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const { now } = await call("GET", "/clock", { token: access ?? (await token("ada")) });
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.parse(now) / 30_000)));
  const hash = createHmac("sha1", key).update(counter).digest();
  return String((hash.readUInt32BE(hash[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** Moves the clock by 30 seconds, because a code is valid for 30 seconds and only once. */
async function later() {
  const { now } = await call("GET", "/clock", { token: await token("ada") });
  await setClock(new Date(Date.parse(now) + 30_000).toISOString());
}

async function submit(page, username, password) {
  await page.goto(`${url}/app/sign-in?next=preferences`);
  await page.fill("[name=username]", username);
  await page.fill("[name=password]", password);
  await page.click("form [type=submit]");
}

/** Replaces the temporary password by the person's own. */
async function choose(page, temporary, own) {
  await page.waitForSelector("h1:has-text('Choose a password of your own')");
  await page.fill("[autocomplete=current-password]", temporary);
  await page.fill("[autocomplete=new-password]", own);
  await page.click("form [type=submit]");
}

test("a session that ended elsewhere is named, and the next sign-in goes on where it was", async () => {
  const temporary = await newcomer("edda");
  const { page, context } = await open(browser);
  await submit(page, "edda", temporary);
  await choose(page, temporary, "lantern-over-the-quay");
  await page.waitForSelector('html[data-page="preferences"]');
  await settled(page);
  const { access_token: access } = await call("POST", "/auth/login", { body: { username: "edda", password: "lantern-over-the-quay" } });
  await call("POST", "/auth/logout-all", { token: access, body: {} });
  await page.reload();
  await page.waitForSelector("main [role=status]:has-text('Your session has ended')");
  await page.fill("[name=username]", "edda");
  await page.fill("[name=password]", "lantern-over-the-quay");
  await page.click("form [type=submit]");
  await page.waitForSelector('html[data-page="preferences"]');
  await page.click("[aria-haspopup=menu]");
  await page.click("[role=menuitem]:has-text('Sign out')");
  await page.waitForSelector("[name=username]");
  assert.equal(await page.locator("main [role=status]").count(), 0);
  await context.close();
});

test("a temporary password is replaced before anything else", async () => {
  const temporary = await newcomer("mila");
  const { page, context, faults } = await open(browser, { size: "phone" });
  await submit(page, "mila", temporary);
  await choose(page, temporary, "harbour-light-at-dusk");
  await page.waitForSelector('html[data-page="preferences"]');
  await settled(page);
  assert.deepEqual(faults.filter((fault) => !isWanted(fault)), []);
  await context.close();
});

test("a second factor is set up, asked for, and replaced by a recovery code", async () => {
  const temporary = await newcomer("levi");
  const { page, context, faults } = await open(browser);
  await submit(page, "levi", temporary);
  await choose(page, temporary, "harbour-light-at-dusk");
  await page.waitForSelector('html[data-page="preferences"]');
  await page.click("button:has-text('Set up a second factor')");
  await page.waitForSelector(".qr");
  const secret = await page.inputValue("details .secret");
  await page.fill("[name=code]", await code(secret));
  await page.click("text=Turn on");
  await page.waitForSelector(".recovery-codes");
  const recovery = await page.locator(".recovery-codes li").allTextContents();
  assert.equal(recovery.length, 10);
  await page.click("text=I have kept them");
  await page.waitForSelector("text=Recovery codes left: 10");
  await later();
  for (const next of [await code(secret), recovery[0]]) {
    await page.click(".menu button");
    await page.click("[role=menuitem]:has-text('Sign out')");
    await submit(page, "levi", "harbour-light-at-dusk");
    await page.fill("[name=code]", "000000");
    await page.click("form [type=submit]");
    await page.waitForSelector("[role=alert]");
    await page.fill("[name=code]", next);
    await page.click("form [type=submit]");
    await page.waitForSelector(".shell h1");
  }
  assert.deepEqual(faults.filter((fault) => !isWanted(fault)), []);
  await context.close();
});

test("a sensitive change asks for the password once the sign-in is older", async () => {
  const { page, context, faults } = await open(browser);
  await signIn(page, "nina", "preferences");
  await settled(page);
  const { now } = await call("GET", "/clock", { token: await token("ada") });
  await setClock(new Date(Date.parse(now) + 11 * 60_000).toISOString());
  await page.fill("[name=pin]", "739281");
  await page.click("text=Set PIN");
  await page.waitForSelector("dialog h2:has-text('Confirm that it’s you')");
  await page.fill("dialog [name=password]", "not-the-password");
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog [role=alert]");
  await page.fill("dialog [name=password]", PASSWORD);
  await page.click("dialog [type=submit]");
  await page.waitForSelector(".toast:has-text('Your PIN is set.')");
  assert.deepEqual(faults.filter((fault) => !isWanted(fault)), []);
  await setClock(now);
  await context.close();
});

test("an account that needs a second factor sets it up before anything else", async () => {
  const temporary = await newcomer("nele", { role: "admin" });
  const ada = await token("ada");
  await call("PATCH", "/settings", { token: ada, body: { second_factor_required_for: "admins" } });
  try {
    const { page, context, faults } = await open(browser, { size: "phone" });
    await submit(page, "nele", temporary);
    await choose(page, temporary, "harbour-light-at-dusk");
    await page.waitForSelector("h1:has-text('second factor')");
    await page.click("button:has-text('Set up a second factor')");
    await page.waitForSelector(".qr");
    await page.fill("[name=code]", await code(await page.inputValue("details .secret"), ada));
    await page.click("text=Turn on");
    await page.click("text=I have kept them");
    await page.waitForSelector('html[data-page="preferences"]');
    await settled(page);
    assert.deepEqual(faults.filter((fault) => !isWanted(fault)), []);
    await context.close();
  } finally {
    await call("PATCH", "/settings", { token: ada, body: { second_factor_required_for: "nobody" } });
  }
});

test("an administrator removes the second factor of somebody who has lost the phone", async () => {
  const username = "lotta.lost";
  const temporary = await newcomer(username);
  const entered = await call("POST", "/auth/login", { body: { username, password: temporary } });
  await call("PUT", "/auth/password", { token: entered.access_token, body: { current_password: temporary, new_password: PASSWORD } });
  const { access_token } = await call("POST", "/auth/login", { body: { username, password: PASSWORD } });
  const { secret } = await call("POST", "/auth/mfa", { token: access_token, body: {} });
  await call("POST", "/auth/mfa/confirm", { token: access_token, body: { code: await code(secret, access_token) } });
  const { id } = await call("GET", "/auth/me", { token: access_token });
  const { page, context, faults } = await open(browser);
  await signIn(page, "ada", `people?person=${id}`);
  await page.click(".day-panel >> text=Second factor");
  await page.click("dialog [type=submit]");
  await page.waitForSelector(".toast:has-text('is removed')");
  const { access_token: again } = await call("POST", "/auth/login", { body: { username, password: PASSWORD } });
  assert.ok(again, "the password alone is enough");
  assert.deepEqual(faults, []);
  await context.close();
});
