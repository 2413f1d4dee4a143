// The links in e-mails: an invitation and a reset lead to a new password and a sign-in, and an expired link shows an error.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PASSWORD, call, launch, open, setClock, signIn, token, url } from "../browser.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

/** Returns whether a fault is the browser's own message about a response that a journey expects. */
const isWanted = (fault) => /status of (400|401|404|410|422)/.test(fault);

/** Returns the link of the newest e-mail to an address, at the tested console. @param {string} address */
async function link(address) {
  await call("POST", "/_local/settle");
  await call("POST", "/_local/schedules/messages");
  await call("POST", "/_local/settle");
  const { items } = await call("GET", "/_local/mail");
  const [found] = items.find((mail) => mail.to === address).links;
  const { pathname, hash } = new URL(found);
  return `${url}${pathname}${hash}`;
}

/** Sets a password with a link, and signs in with it. */
async function setPassword(page, address, username, password) {
  const found = await link(address);
  // The link opens as from a mail program. Without the blank page, only the part after # would change.
  await page.goto("about:blank");
  await page.goto(found);
  assert.match(await page.textContent("h1"), /Set a password/);
  await page.fill("[autocomplete=new-password]", password);
  await page.click("form [type=submit]");
  await page.waitForSelector("[role=status]:has-text('Your password is set')");
  assert.equal(new URL(page.url()).hash, "", "the link doesn’t stay in the address");
  await page.click("a[href*=sign-in]");
  await page.fill("[name=username]", username);
  await page.fill("[name=password]", password);
  await page.click("form [type=submit]");
  await page.waitForSelector(".shell h1");
}

test("a person is invited by e-mail, and later sets a new password by another", async () => {
  const admin = await open(browser);
  await signIn(admin.page, "ada", "people");
  await admin.page.click("text=Add a person");
  const field = (label) => admin.page.locator("dialog").getByLabel(label, { exact: true });
  await field("Full name").fill("Irma Invited");
  await field("Username").fill("irma.invited");
  await field("E-mail address").fill("irma@harbour.example");
  await admin.page.check("dialog .check:has-text('e-mail') input");
  await admin.page.click("dialog [type=submit]");
  await admin.page.waitForSelector("dialog h2:has-text('Irma Invited')");
  assert.equal(await admin.page.locator("dialog .secret").count(), 0, "no password is shown");

  const { page, context, faults } = await open(browser, { size: "phone" });
  await setPassword(page, "irma@harbour.example", "irma.invited", PASSWORD);
  await page.click("[aria-haspopup=menu]");
  await page.click("[role=menuitem]:last-child");
  await page.waitForURL(/sign-in/);
  await page.click("text=Forgot your password?");
  await page.fill("[autocomplete=username]", "irma.invited");
  await page.click("form [type=submit]");
  await page.waitForSelector("[role=status]");
  await setPassword(page, "irma@harbour.example", "irma.invited", "another-harbour-light");
  assert.deepEqual([...faults, ...admin.faults].filter((fault) => !isWanted(fault)), []);
  await context.close();
  await admin.context.close();
});

test("a link that has expired says so", async () => {
  const [username, address] = ["elke.late", "elke@harbour.example"];
  await call("POST", "/users", { token: await token("ada"), body: { username, full_name: "Elke Late", email: address, hired_on: "2026-11-26", invite: true } });
  await call("POST", "/auth/password-reset/confirm", { body: { token: new URL(await link(address)).hash.slice(1), password: PASSWORD } });
  await call("POST", "/auth/password-reset", { body: { username } });
  const expired = await link(address);
  const { now } = await call("GET", "/clock", { token: await token("ada") });
  await setClock(new Date(Date.parse(now) + 61 * 60_000).toISOString());
  const { page, context } = await open(browser, { size: "phone" });
  await page.goto(expired);
  await page.fill("[autocomplete=new-password]", "another-harbour-light");
  await page.click("form [type=submit]");
  await page.waitForSelector("[role=alert]:has-text('link')");
  await setClock(now);
  await call("POST", "/auth/login", { body: { username, password: PASSWORD } });
  await context.close();
});
