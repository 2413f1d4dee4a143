// Without a network, a punch is stored with its time and sent later, even after the page was closed. A kiosk stores punches too.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { call, launch, newKiosk, newcomer, open, setClock, settled, signIn, token, url, withWorker } from "../browser.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

/** Returns whether a fault is the browser's own message about a missing network. */
const isWanted = (fault) => /ERR_INTERNET_DISCONNECTED|ERR_FAILED|status of 401/.test(fault);

/** Sets the device's date to the stack's fixed clock. */
async function asOfStack(page) {
  await page.clock.setFixedTime((await call("GET", "/clock", { token: await token("ada") })).now);
}

test("a punch without a network is kept, shown as waiting, and sent", async () => {
  const { page, context, faults } = await open(browser, { size: "phone" });
  await asOfStack(page);
  // The page loads the modules for offline use a moment later.
  const ahead = page.waitForResponse(/queue-list\.js/);
  await signIn(page, "beatriz");
  await ahead;
  await settled(page);
  const before = (await call("GET", "/clock", { token: await token("beatriz") })).presence;
  await context.setOffline(true);
  await page.click(".punch-button");
  await page.waitForSelector("#queue");
  await page.waitForSelector(".badge:has-text('Waiting')");
  assert.equal((await call("GET", "/clock", { token: await token("beatriz") })).presence, before);
  await context.setOffline(false);
  await page.waitForSelector("#queue", { state: "detached", timeout: 30_000 });
  assert.notEqual((await call("GET", "/clock", { token: await token("beatriz") })).presence, before);
  assert.deepEqual(faults.filter((fault) => !isWanted(fault)), []);
  await context.close();
});

test("what is punched without a network counts from its own time", async () => {
  const person = await newcomer("Timo Time");
  const { now } = await call("GET", "/clock", { token: person.token });
  await setClock(new Date(Date.parse(now) - 7_200_000).toISOString());
  for (const way of ["in", "out"]) await call("POST", `/clock/${way}`, { token: person.token, body: {} });
  await setClock(now);
  const { page, context } = await open(browser, { size: "phone" });
  await asOfStack(page);
  const ahead = page.waitForResponse(/queue-list\.js/);
  await signIn(page, person.username);
  await ahead;
  await settled(page);
  await context.setOffline(true);
  await page.click(".punch-button");
  await page.waitForSelector(".punch:has-text('since 10:42')");
  // The stopwatch is running.
  await page.waitForFunction(() => document.querySelector(".stopwatch").textContent > "0:00:00");
  await page.click(".punch-other");
  await page.waitForSelector(".punch:has-text('On a break')");
  await context.close();
});

test("all that can be opened to punch is there without a network", async () => {
  // The device's zone differs from the person's.
  const { page, context } = await open(browser, { size: "phone", serviceWorkers: "allow", timezoneId: "America/New_York" });
  await asOfStack(page);
  const person = await newcomer("Olga Open");
  await signIn(page, person.username);
  await withWorker(page);
  await settled(page);
  // The list of modules that punching loads on demand, with all their imports.
  const missing = await page.evaluate(async () => {
    const base = document.querySelector("script[type=module]").src.replace(/[^/]*$/, "");
    const cached = new Set((await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()))).flat().map(({ url }) => url));
    const roots = ["pages/today.js", "components/punch.js", "pages/offline.js", "pages/kiosk.js"].map((path) => base + path);
    const found = new Set(roots);
    for (const address of found) {
      const source = await (await fetch(address)).text();
      const loaded = roots.includes(address) ? source.matchAll(/(?<!typeof )\bimport\("(\.[^"]+)"\)(?!\.)/g) : [];
      for (const [, path] of [...source.matchAll(/^(?:import|export|\} from)[^\n]*"(\.[^"]+)";$/gm), ...loaded]) found.add(new URL(path, address).href);
    }
    return [...found].filter((address) => !cached.has(address)).map((address) => address.slice(base.length));
  });
  assert.deepEqual(missing, []);
  await context.setOffline(true);
  await page.click(".punch-more summary");
  await page.fill(".punch-more input", "From the train");
  await page.click("text=Forgot to clock in or out?");
  await page.waitForSelector("dialog [type=time]");
  await page.keyboard.press("Escape");
  await page.click("text=Scan");
  await page.waitForSelector("dialog");
  assert.equal(await page.locator(".toast").count(), 0);
  await page.reload();
  await page.click("html[data-page=offline] .punch-button");
  await page.waitForSelector("section[aria-labelledby=queue] .item:has-text('26 Nov 10:42')");
  await context.close();
});

test("a visit without a network lets the last person punch, and nobody else sends it", async () => {
  const { page, context } = await open(browser, { size: "phone", serviceWorkers: "allow" });
  await signIn(page, "clara");
  await withWorker(page);
  await context.setOffline(true);
  await page.reload();
  await page.waitForSelector("html[data-page=offline] h1:has-text('Clara Duarte')");
  await page.click(".punch-button");
  await page.waitForSelector(".badge:has-text('Waiting')");
  await page.evaluate(() => localStorage.removeItem("rollcall.session"));
  let sent = 0;
  page.on("request", (request) => request.url().endsWith("/clock/batch") && sent++);
  await context.setOffline(false);
  // With the network, the page opens the sign-in automatically.
  await page.waitForSelector("html[data-page=sign-in]");
  await signIn(page, "tom");
  await settled(page);
  assert.equal(await page.locator("#queue").count(), 0);
  assert.equal(sent, 0);
  await context.close();
});

test("a network that answers nothing counts as none, and the session goes on with its return", async () => {
  const { page, context } = await open(browser, { size: "phone" });
  await signIn(page, "clara");
  // The browser reports that it is online.
  await page.route("**/auth/refresh", (route) => route.abort("failed"));
  await page.reload();
  await page.waitForSelector("html[data-page=offline] h1:has-text('Clara Duarte')");
  assert.equal(await page.evaluate(() => navigator.onLine), true);
  await page.unroute("**/auth/refresh");
  await page.click("text=Try again");
  await page.waitForSelector("html[data-page=today] .shell h1");
  await context.close();
});

test("a kiosk without a network asks what to record, keeps no PIN in the clear, and sends it later", async () => {
  const ada = await token("ada");
  const me = await call("GET", "/auth/me", { token: await token("omar") });
  await call("PUT", `/users/${me.id}/pin`, { token: ada, body: { pin: "482913" } });
  const site = (await call("GET", "/sites", { token: ada })).items[0];
  const kiosk = await call("POST", "/kiosks", { token: ada, body: { site_id: site.id, name: "Yard" } });
  const { page, context } = await open(browser);
  await asOfStack(page);
  await page.addInitScript((key) => localStorage.setItem("rollcall.kiosk", key), kiosk.device_token);
  await page.goto(`${url}/app/kiosk`);
  await page.waitForSelector(".pin-pad");
  const before = (await call("GET", "/clock", { token: await token("omar") })).presence;
  await context.setOffline(true);
  await page.fill("[name=username]", "omar");
  await page.fill("[name=pin]", "482913");
  await page.keyboard.press("Enter");
  await page.waitForSelector("text=What do you want to record?");
  await page.click(`[role=alert] .button:has-text("${before === "out" ? "Clock in" : "Clock out"}")`);
  await page.waitForSelector("text=1 punch waits");
  const kept = await page.evaluate(
    () => new Promise((resolve) => (indexedDB.open("rollcall").onsuccess = ({ target }) => (target.result.transaction("kiosk_punches").objectStore("kiosk_punches").getAll().onsuccess = (event) => resolve(JSON.stringify(event.target.result))))),
  );
  assert.ok(!kept.includes("482913") && !kept.includes("omar"), kept);
  await context.setOffline(false);
  await page.waitForSelector("text=1 punch waits", { state: "detached", timeout: 30_000 });
  assert.notEqual((await call("GET", "/clock", { token: await token("omar") })).presence, before);
  await context.close();
});

test("a kiosk says why it refused an offline punch; one with a wrong PIN waits for a manager", async () => {
  const person = await newcomer("Wilma Wrong");
  await call("PUT", `/users/${person.id}/pin`, { token: await token("ada"), body: { pin: "739154" } });
  const kiosk = await newKiosk("Dock");
  const { page, context } = await open(browser);
  await asOfStack(page);
  await page.addInitScript((key) => localStorage.setItem("rollcall.kiosk", key), kiosk.device_token);
  await page.goto(`${url}/app/kiosk`);
  await page.waitForSelector(".pin-pad");
  const answers = [];
  page.on("response", (response) => response.url().endsWith("/kiosk/batch") && answers.push(response.json()));
  await context.setOffline(true);
  for (const [username, waiting] of [[person.username, "1 punch waits"], ["nobody.here", "2 punches wait"]]) {
    await page.fill("[name=username]", username);
    await page.fill("[name=pin]", "000000");
    await page.keyboard.press("Enter");
    await page.click("[role=alert] .button:has-text('Clock in')");
    await page.waitForSelector(`text=${waiting}`);
  }
  await context.setOffline(false);
  const notice = page.locator(".notice", { hasText: "weren’t recorded" });
  await notice.waitFor({ timeout: 30_000 });
  assert.match(await notice.innerText(), /Punches at \d\d:\d\d weren’t recorded\. Nobody has the username or badge that was used\./);
  const results = (await Promise.all(answers)).flatMap((answer) => answer.results);
  assert.deepEqual(results.map(({ status, code }) => `${status} ${code}`).sort(), ["pending_review invalid_credentials", "refused invalid_credentials"]);
  await context.close();
});
