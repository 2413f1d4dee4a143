// The kiosk tablet: paired once, then used with username and PIN.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PASSWORD, call, launch, newKiosk, newcomer, open, signIn, token, url } from "../browser.mjs";

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
  // A second punch within ten seconds needs a confirmation.
  await page.fill("[name=username]", "sven");
  await page.fill("[name=pin]", "739154");
  await page.keyboard.press("Enter");
  await page.waitForSelector("[role=alert]:has-text('You have just punched')");
  assert.deepEqual(faults, []);
  // The pairing stays after a restart.
  await page.reload();
  await page.waitForSelector(".pin-pad");
  await context.close();
});

test("a wrong PIN is refused, and nothing of it stays", async () => {
  const kiosk = await newKiosk("Gate");
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

test("a badge is assigned and scanned, and a second scan asks first", async () => {
  const { page, context, faults } = await open(browser);
  const ada = await token("ada");
  const me = await call("GET", "/auth/me", { token: await token("rui") });
  await signIn(page, "ada", `people?person=${me.id}`);
  await page.click(".day-panel >> text=Badge");
  await page.fill("dialog .input", "04 A2 19 F3 7C");
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog", { state: "detached" });
  const kiosk = await newKiosk("Studio");
  const tablet = await open(browser);
  await tablet.page.addInitScript((key) => localStorage.setItem("rollcall.kiosk", key), kiosk.device_token);
  await tablet.page.goto(`${url}/app/kiosk`);
  await tablet.page.waitForSelector(".pin-pad");
  // A badge reader types faster than people and then presses Enter. The events have explicit times, because a busy machine presses keys slowly.
  const keyboard = await tablet.context.newCDPSession(tablet.page);
  const scan = async () => {
    await tablet.page.focus("[name=username]");
    const began = Date.now() / 1000;
    for (const [index, key] of [..."04A219F37C"].entries()) {
      const timestamp = began + index / 500;
      await keyboard.send("Input.dispatchKeyEvent", { type: "keyDown", key, text: key, timestamp });
      await keyboard.send("Input.dispatchKeyEvent", { type: "keyUp", key, timestamp });
    }
    await tablet.page.keyboard.press("Enter");
  };
  await scan();
  await tablet.page.waitForSelector(".confirmation:has-text('Rui Tavares')");
  await scan();
  await tablet.page.waitForSelector("[role=alert]:has-text('You have just punched')");
  assert.equal(await tablet.page.inputValue("[name=username]"), "");
  assert.deepEqual([...faults.filter((fault) => !/status of 404/.test(fault)), ...tablet.faults], []);
  await tablet.context.close();
  await context.close();
});

test("a phone that scans the kiosk's code clocks in with it", async () => {
  const kiosk = await newKiosk("Dock");
  const tablet = await open(browser);
  await tablet.page.addInitScript((key) => localStorage.setItem("rollcall.kiosk", key), kiosk.device_token);
  await tablet.page.goto(`${url}/app/kiosk`);
  await tablet.page.waitForSelector(".kiosk-code .qr");
  const { code } = await call("GET", "/kiosk/qr", { token: kiosk.device_token });
  const { page, context, faults } = await open(browser, { size: "phone" });
  await signIn(page, "piotr", encodeURIComponent(`today?kiosk_code=${code}`));
  await page.waitForSelector(".notice:has-text('The kiosk’s code is read')");
  assert.equal(new URL(page.url()).search, "", "a code that holds once isn’t left in the address");
  const before = (await call("GET", "/clock", { token: await token("piotr") })).presence;
  await page.click(".punch-button");
  await page.waitForSelector(".toast");
  assert.notEqual((await call("GET", "/clock", { token: await token("piotr") })).presence, before);
  // The person types the code on a phone that can't scan.
  await page.click("text=Scan the kiosk’s code");
  await page.fill("dialog .input", `${url}/app/today?kiosk_code=kc1.none`);
  await page.click("dialog [type=submit]");
  await page.waitForSelector(".notice:has-text('The kiosk’s code is read')");
  assert.deepEqual([...faults, ...tablet.faults], []);
  await tablet.context.close();
  await context.close();
});

/** Opens a kiosk in its own browser context. `script` runs before the page's own scripts. */
async function tabletOf(kiosk, { script, ...options } = {}) {
  const opened = await open(browser, options);
  if (script) await opened.page.addInitScript(script);
  await opened.page.addInitScript((key) => localStorage.getItem("rollcall.kiosk") ?? localStorage.setItem("rollcall.kiosk", key), kiosk.device_token);
  await opened.page.goto(`${url}/app/kiosk`);
  return opened;
}

/** The time that a person needs for a tap, and the time of a call. They are fixed, because the machine's speed says nothing about the kiosk. */
const TAP_MS = 350;
const CALL_MS = 500;

/** Records the delays of timers that fire, if they were started after `waits` was emptied. Preact's own delays are shorter. */
function countWaits() {
  const later = window.setTimeout.bind(window);
  window.waits = [];
  window.setTimeout = (run, delay = 0, ...values) => {
    const { waits } = window;
    return later((...given) => (delay >= 100 && waits.push(delay), run(...given)), delay, ...values);
  };
}

test("a name is tapped where the settings show names, and only the PIN is typed", async () => {
  const ada = await token("ada");
  const kiosk = await newKiosk("Lobby");
  const person = await newcomer("Yağmur Yıldız", { site_id: kiosk.site_id });
  await call("PUT", `/users/${person.id}/pin`, { token: ada, body: { pin: "739154" } });
  await call("PATCH", "/settings", { token: ada, body: { kiosk: { show_names: true } } });
  const { page, context, faults } = await tabletOf(kiosk, { script: countWaits });
  await page.waitForSelector(".kiosk-people .line:has-text('Yağmur Yıldız'):has-text('Not at work')");
  await page.fill("[name=username]", "yildiz");
  assert.equal(await page.locator(".kiosk-people .line").count(), 1, "names are found without their accents");
  const calls = [];
  page.on("request", (request) => request.method() === "POST" && calls.push(new URL(request.url()).pathname));
  const taps = [".kiosk-people .line", ...[..."739154"].map((digit) => `.keys >> text="${digit}"`), ".punch-button"];
  await page.evaluate(() => (window.waits = []));
  for (const target of taps) await page.click(target);
  await page.waitForSelector(".confirmation:has-text('Yağmur Yıldız')");
  const waited = (await page.evaluate(() => window.waits)).reduce((sum, delay) => sum + delay, 0);
  assert.deepEqual(calls, ["/kiosk/punch"], "one call, and nothing is loaded in between");
  const total = taps.length * TAP_MS + waited + CALL_MS;
  assert.ok(total <= 5_000, `${taps.length} taps, and ${waited} ms that the page itself waits: ${total} ms`);
  await page.fill("[name=username]", "yağmur");
  await page.waitForSelector(".kiosk-people .line:has-text('At work')");
  await call("PATCH", "/settings", { token: ada, body: { kiosk: { show_names: false } } });
  assert.deepEqual(faults, []);
  await context.close();
});

test("what was typed is forgotten after a minute, unless the person asks for more time", async () => {
  const { page, context, faults } = await tabletOf(await newKiosk("Hall"));
  await page.waitForSelector(".pin-pad");
  await page.clock.install();
  await page.fill("[name=username]", "sven");
  await page.clock.runFor(45_000);
  await page.click("text=More time");
  await page.clock.runFor(35_000);
  assert.equal(await page.inputValue("[name=username]"), "sven");
  await page.clock.runFor(30_000);
  assert.equal(await page.inputValue("[name=username]"), "");
  assert.deepEqual(faults, []);
  await context.close();
});

test("a kiosk renews its token before it expires, and says so when it is revoked", async () => {
  const kiosk = await newKiosk("Depot");
  const { page, context, faults } = await open(browser);
  await page.addInitScript((key) => localStorage.getItem("rollcall.kiosk") ?? localStorage.setItem("rollcall.kiosk", key), kiosk.device_token);
  // The tablet receives a token that seems about to expire.
  await page.route(/\/kiosk$/, async (route) => {
    if (route.request().resourceType() !== "fetch") return route.continue();
    const answer = await route.fetch();
    const body = await answer.json();
    await route.fulfill({ response: answer, json: { ...body, token_expires_at: body.now } });
  });
  const renewed = page.waitForResponse(/\/kiosk\/token$/);
  await page.goto(`${url}/app/kiosk`);
  assert.ok((await renewed).ok());
  await page.waitForSelector(".pin-pad");
  await page.unroute(/\/kiosk$/);
  const kept = await page.evaluate(() => localStorage.getItem("rollcall.kiosk"));
  assert.notEqual(kept, kiosk.device_token);
  await page.reload();
  await page.waitForSelector(".pin-pad");
  assert.deepEqual(faults, []);
  await call("DELETE", `/kiosks/${kiosk.id}`, { token: await token("ada") });
  await page.reload();
  await page.waitForSelector("h1:has-text('This kiosk was revoked')");
  await page.click("text=Set up this kiosk");
  await page.waitForSelector("[name=password]");
  await context.close();
});

test("a kiosk fills the screen, stays on, and loads a new release when nothing is typed", async () => {
  const { page, context, faults } = await open(browser);
  await page.addInitScript(() => {
    const every = setInterval;
    // The test runs the hourly timer every half second.
    window.setInterval = (run, ms, ...more) => every(run, ms === 3_600_000 ? 500 : ms, ...more);
    const asked = (window.asked = { full: 0, lock: 0 });
    Object.defineProperty(document, "fullscreenEnabled", { get: () => true });
    Object.defineProperty(document, "fullscreenElement", { get: () => (asked.full > 0 ? document.documentElement : null) });
    Element.prototype.requestFullscreen = async () => void (asked.full++, document.dispatchEvent(new Event("fullscreenchange")));
    Object.defineProperty(navigator, "wakeLock", { value: { request: async () => void asked.lock++ } });
  });
  const asked = () => page.evaluate(() => window.asked);
  await page.goto(`${url}/app/kiosk`);
  await page.fill("[name=username]", "ada");
  await page.fill("[name=password]", PASSWORD);
  await page.click("form [type=submit]");
  await page.fill("[name=kiosk]", "Lobby");
  await page.click("form [type=submit]");
  await page.waitForSelector(".pin-pad");
  assert.deepEqual(await asked(), { full: 1, lock: 1 });
  assert.equal(await page.locator("text=Full screen").count(), 0);

  let loads = 0;
  page.on("request", (request) => request.isNavigationRequest() && loads++);
  await page.fill("[name=username]", "sve");
  let isNew = true;
  await page.route(`${url}/app/`, (route) => (isNew && route.request().resourceType() === "fetch" ? route.fulfill({ contentType: "text/html", body: '<script src="./abcdef012345/app.js"></script>' }) : route.continue()));
  await page.waitForTimeout(2_000);
  assert.equal(loads, 0, "somebody is typing");
  const loaded = page.waitForEvent("domcontentloaded");
  await page.fill("[name=username]", "");
  await loaded;
  isNew = false;
  await page.waitForSelector(".pin-pad");
  assert.equal(loads, 1);
  // A reload ends full screen, and the first touch restores it.
  assert.deepEqual((await asked()).full, 0);
  await page.click(".kiosk-clock");
  assert.deepEqual((await asked()).full, 1);
  assert.deepEqual(faults, []);
  await context.close();
});

test("a refused punch and an error stay until they are seen, also with a new release", async () => {
  const { page, context } = await tabletOf(await newKiosk("Shed"), {
    script: () => {
      const every = setInterval;
      // The test runs the hourly timer every half second.
      window.setInterval = (run, ms, ...more) => every(run, ms === 3_600_000 ? 500 : ms, ...more);
    },
  });
  const notice = page.locator(".notice", { hasText: "weren’t recorded" });
  const enter = async () => {
    await page.fill("[name=username]", "nobody.here");
    await page.fill("[name=pin]", "000000");
    await page.keyboard.press("Enter");
  };
  await page.waitForSelector(".pin-pad");
  await context.setOffline(true);
  await enter();
  await page.click("[role=alert] .button:has-text('Clock in')");
  await page.waitForSelector("text=1 punch waits");
  await page.click(".confirmation");
  await context.setOffline(false);
  await notice.waitFor({ timeout: 30_000 });
  let loads = 0;
  page.on("request", (request) => request.isNavigationRequest() && loads++);
  let isNew = true;
  await page.route(`${url}/app/`, (route) => (isNew && route.request().resourceType() === "fetch" ? route.fulfill({ contentType: "text/html", body: '<script src="./abcdef012345/app.js"></script>' }) : route.continue()));
  await page.waitForTimeout(2_000);
  assert.equal(loads, 0, "a refused punch is shown");
  await page.reload();
  await notice.waitFor();
  await enter();
  await page.waitForSelector("form [role=alert]");
  await notice.locator("button").click();
  await notice.waitFor({ state: "detached" });
  await page.waitForTimeout(2_000);
  assert.equal(loads, 1, "an error is shown");
  isNew = false;
  await page.reload();
  await page.waitForSelector(".pin-pad");
  assert.equal(await notice.count(), 0);
  await context.close();
});
