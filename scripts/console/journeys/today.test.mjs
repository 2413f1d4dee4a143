// A person's day: clock-in, break and clock-out with the main button, a forgotten punch, a photo, and live updates for others.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { call, clocked, launch, newcomer, open, setClock, settled, signIn, soon, token } from "../browser.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const button = (page) => page.locator(".punch-button");

for (const size of ["phone", "desk"]) {
  test(`one large button leads through the day on a ${size}`, async () => {
    const person = await newcomer("Frida Day");
    const { page, context, faults } = await open(browser, { size });
    await signIn(page, person.username);
    await page.waitForSelector(".punch-button");
    assert.match(await button(page).textContent(), /Clock in/);
    await button(page).click();
    await page.waitForSelector(".punch-button:has-text('Clock out')");
    assert.match(await page.textContent(".toasts"), /Clocked in at/);
    await page.click(".punch-other:has-text('Start a break')");
    await page.waitForSelector(".punch-button:has-text('End the break')");
    await button(page).click();
    await page.waitForSelector(".punch-button:has-text('Clock out')");
    await button(page).click();
    await page.waitForSelector(".punch-button:has-text('Clock in')");
    assert.deepEqual(faults, []);
    await context.close();
  });
}

test("a photo is taken with a preview, and goes with the punch", async () => {
  const { page, context, faults } = await open(browser, { size: "phone" });
  await signIn(page, "rui");
  await page.click(".punch-more summary");
  await page.fill(".punch-more input", "From the train");
  await page.click("text=Add a photo");
  await page.click("dialog >> text=Take the photo");
  await page.click("dialog >> text=Use this photo");
  await page.waitForSelector(".photo");
  const before = await button(page).textContent();
  await button(page).click();
  await page.waitForFunction((before) => document.querySelector(".punch-button").textContent !== before, before);
  const { day } = await call("GET", "/clock", { token: await token("rui") });
  const session = day.sessions.at(-1);
  const punch = session.clock_out ?? session.clock_in;
  assert.equal(punch.has_photo, true);
  assert.equal(punch.remark, "From the train");
  assert.deepEqual(faults, []);
  await context.close();
});

test("a forgotten punch is corrected in two taps", async () => {
  const { page, context } = await open(browser, { size: "phone" });
  await signIn(page, "tom");
  await page.click("text=Forgot to clock in or out?");
  // He came late, so the dialog suggests the start of his shift.
  assert.equal(await page.inputValue("dialog [type=time] >> nth=0"), "09:00");
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog", { state: "detached" });
  const { items } = await call("GET", "/corrections", { token: await token("tom") });
  assert.equal(items.filter((one) => one.status === "pending").length, 1);
  await context.close();
});

test("a correction shows what is missing at its field, and sends nothing", async () => {
  await call("PUT", "/pay/cost-centers/4711", { token: await token("ada"), body: { name: "Warehouse North" } }).catch(() => {});
  const person = await newcomer("Cora Correct");
  await call("POST", "/clock/in", { token: person.token, body: {} });
  const { page, context, faults } = await open(browser, { size: "phone" });
  let sent = 0;
  page.on("request", (request) => request.url().endsWith("/corrections") && sent++);
  await signIn(page, person.username);
  await page.click("text=Forgot to clock in or out?");
  await page.click("dialog >> text=Add work");
  await page.waitForSelector("dialog select");
  assert.equal(await page.locator("dialog select").nth(1).evaluate((select) => select.selectedOptions[0]?.textContent), "That of the pay profile");
  assert.equal(await page.locator("dialog .lane.work:not(.was) .bar-work").count(), 1, "the session that is complete stays on the timeline");
  await page.fill("dialog input[required]", "");
  await page.click("dialog [type=submit]");
  await page.waitForFunction(() => document.activeElement?.getAttribute("aria-label") === "Work 2: From");
  assert.match(await page.textContent("dialog .range .error"), /Enter when each session and break began/);
  const { y, height } = await page.locator("dialog .range .error").boundingBox();
  assert.ok(y > 0 && y + height < 844, "the message is in view");
  await page.click("dialog [aria-label='Remove: Work 2']");
  await page.click("dialog [type=submit]");
  await page.waitForFunction(() => document.activeElement?.matches("dialog input[required]"));
  assert.match(await page.textContent("dialog .field .error"), /Enter a reason/);
  assert.equal(sent, 0);
  assert.deepEqual(faults, []);
  await context.close();
});

test("a session that ends before it began ends on the next day, and says so", async () => {
  const person = await newcomer("Nora Night");
  const { page, context, faults } = await open(browser, { size: "phone" });
  await signIn(page, person.username);
  await page.click("text=Forgot to clock in or out?");
  await page.fill("dialog input[aria-label='Work 1: From']", "09:00");
  await page.fill("dialog input[aria-label='Work 1: To']", "08:00");
  await page.waitForSelector("dialog .range >> text=+1 day");
  await page.fill("dialog input[required]", "A typing mistake");
  await page.click("dialog [type=submit]");
  // The API's error appears at its field.
  await page.waitForFunction(() => document.activeElement?.getAttribute("aria-label") === "Work 1: To");
  assert.match(await page.textContent("dialog .range .error"), /future/);
  await page.fill("dialog input[aria-label='Work 1: To']", "10:00");
  await page.waitForSelector("dialog .range >> text=+1 day", { state: "detached" });
  assert.deepEqual(faults.filter((fault) => !/status of 422/.test(fault)), []);
  await context.close();
});

test("a remark that is typed during a break goes with the next punch that takes one", async () => {
  const person = await newcomer("Rita Remark");
  await call("POST", "/clock/in", { token: person.token, body: {} });
  await call("POST", "/breaks/start", { token: person.token, body: {} });
  const { page, context, faults } = await open(browser, { size: "phone" });
  await signIn(page, person.username);
  await page.click(".punch-more summary");
  await page.fill(".punch-more input", "Left early with Omar’s consent");
  await button(page).click();
  await page.waitForSelector(".punch-button:has-text('Clock out')");
  assert.equal(await page.inputValue(".punch-more input"), "Left early with Omar’s consent");
  await button(page).click();
  await page.waitForSelector(".punch-button:has-text('Clock in')");
  assert.equal(await page.inputValue(".punch-more input"), "");
  const { day } = await call("GET", "/clock", { token: person.token });
  assert.equal(day.sessions.at(-1).clock_out.remark, "Left early with Omar’s consent");
  assert.deepEqual(faults, []);
  await context.close();
});

test("the window of tomorrow’s shift isn’t named while a clock-in is possible today", async () => {
  const person = await newcomer("Willa Window");
  for (const way of ["in", "out"]) await call("POST", `/clock/${way}`, { token: person.token, body: {} });
  const { can_clock_in: isPossible, window, now } = await call("GET", "/clock", { token: person.token });
  assert.ok(isPossible && Date.parse(window.from) > Date.parse(now));
  const { page, context } = await open(browser, { size: "phone" });
  await signIn(page, person.username);
  await settled(page);
  assert.doesNotMatch(await page.textContent("section[aria-labelledby=shift]"), /You can clock in/);
  await context.close();
});

test("colleagues see a punch within two seconds", async () => {
  await clocked("tom", true);
  const [hers, his] = [await open(browser), await open(browser, { size: "phone" })];
  await signIn(hers.page, "maria");
  await hers.page.waitForSelector("[data-live=open]");
  await settled(hers.page);
  await signIn(his.page, "tom");
  await his.page.waitForSelector(".punch-other:has-text('Start a break')");
  const timeout = await soon();
  await his.page.click(".punch-other");
  await hers.page.waitForSelector("li:has-text('Tom Becker') >> text=On a break", { timeout });
  await hers.context.close();
  await his.context.close();
});

test("why a clock-in isn't possible now is said beside the button", async () => {
  await clocked("piotr", false);
  const ada = await token("ada");
  const { clock_in_window: window } = await call("GET", "/settings", { token: ada });
  await call("PATCH", "/settings", { token: ada, body: { clock_in_window: { ...window, outside: "refuse" } } });
  const { page, context } = await open(browser, { size: "phone" });
  // The clock-in window of the night shift isn't open in the morning.
  await signIn(page, "piotr");
  await page.waitForSelector("#why");
  assert.match(await page.textContent("#why"), /opens at \d\d:\d\d/);
  assert.equal(await button(page).getAttribute("aria-disabled"), "true");
  assert.equal(await button(page).getAttribute("aria-describedby"), "why");
  await context.close();
  await call("PATCH", "/settings", { token: ada, body: { clock_in_window: window } });
});

test("work is assigned to a cost center with the clock-in, and switched while it goes on", async () => {
  await call("PUT", "/pay/cost-centers/4711", { token: await token("ada"), body: { name: "Warehouse North" } }).catch(() => {});
  const person = await newcomer("Costa Center");
  const { page, context, faults } = await open(browser, { size: "phone" });
  await signIn(page, person.username);
  await page.click(".punch-more summary");
  await page.selectOption(".punch-more select", { label: "Warehouse North" });
  await button(page).click();
  await page.waitForSelector(".punch-button:has-text('Clock out')");
  const named = async () => (await call("GET", "/clock", { token: person.token })).day.sessions.at(-1).cost_centers.map((one) => one.cost_center ?? null);
  assert.deepEqual(await named(), ["4711"]);
  await page.waitForSelector(".punch-more:has-text('Now: Warehouse North')");
  await page.selectOption(".punch-more select", { label: "As in my pay profile" });
  const { now } = await call("GET", "/clock", { token: person.token });
  await setClock(new Date(Date.parse(now) + 60_000).toISOString());
  await page.click(".punch-more >> text=Switch");
  await page.waitForSelector(".punch-more:has-text('Now: As in my pay profile')");
  assert.deepEqual(await named(), ["4711", null]);
  await setClock(now);
  assert.deepEqual(faults, []);
  await context.close();
});

test("the place is asked for only where the policy wants it, and is kept with the punch", async () => {
  const ada = await token("ada");
  const { geofence } = await call("GET", "/settings", { token: ada });
  const person = await newcomer("Paula Place");
  const asked = async () => {
    const { page, context, faults } = await open(browser, { size: "phone" });
    await page.addInitScript(() => {
      window.asked = 0;
      const get = navigator.geolocation.getCurrentPosition.bind(navigator.geolocation);
      navigator.geolocation.getCurrentPosition = (...given) => ((window.asked += 1), get(...given));
    });
    await signIn(page, person.username);
    await button(page).click();
    await page.waitForSelector(".toast");
    const count = await page.evaluate(() => window.asked);
    assert.deepEqual(faults, []);
    await context.close();
    return count;
  };
  await call("PATCH", "/settings", { token: ada, body: { geofence: "off" } });
  assert.equal(await asked(), 0);
  await call("PATCH", "/settings", { token: ada, body: { geofence: "flag" } });
  assert.equal(await asked(), 1);
  await call("PATCH", "/settings", { token: ada, body: { geofence } });
  const [session] = (await call("GET", "/clock", { token: person.token })).day.sessions;
  assert.equal(session.clock_in.location ?? null, null);
  // The location of the browser, as set in browser.mjs.
  assert.equal(Math.round(session.clock_out.location.latitude * 100), 5355);
});
