// The first visit, the sign-in, and the navigation between pages, also by keyboard and on narrow screens.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PASSWORD, call, go, launch, newcomer, open, settled, signIn, token, url, withWorker } from "../browser.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

test("nobody is let in with a wrong password, and is told so", async () => {
  const { page, context } = await open(browser, { size: "phone" });
  await page.goto(`${url}/app/`);
  await page.waitForURL(/sign-in/);
  await page.fill("[name=username]", "lena");
  await page.fill("[name=password]", "not-the-password");
  await page.click("form [type=submit]");
  await page.waitForSelector("[role=alert]");
  assert.match(await page.textContent("[role=alert]"), /isn’t right/);
  await context.close();
});

test("a demo person signs in by one click", async () => {
  const { page, context, faults } = await open(browser, { size: "phone" });
  await page.goto(`${url}/app/`);
  await page.click(".demo-people >> text=Tom Becker");
  await page.waitForSelector(".shell h1");
  await page.waitForFunction(() => /^Today · (Rollcall|Harbour)/.test(document.title));
  assert.deepEqual(faults, []);
  await context.close();
});

test("the session outlives a reload, and ends with signing out", async () => {
  const { page, context } = await open(browser);
  await signIn(page, "tom");
  await page.reload();
  await page.waitForSelector(".shell h1");
  await page.click("[aria-haspopup=menu]");
  await page.click("[role=menuitem]:last-child");
  await page.waitForURL(/sign-in/);
  await page.goto(`${url}/app/`);
  await page.waitForURL(/sign-in/);
  await context.close();
});

test("the keyboard alone signs in, and focus follows the page", async () => {
  const { page, context } = await open(browser);
  await page.goto(`${url}/app/sign-in`);
  await page.focus("[name=username]");
  await page.keyboard.type("tom");
  await page.keyboard.press("Tab");
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await page.waitForSelector(".shell h1");
  await go(page, "preferences");
  await page.waitForFunction(() => document.activeElement?.tagName === "H1");
  await context.close();
});

test("the first visit takes at most 20 files and 120 kB", async () => {
  const { page, context } = await open(browser, { size: "phone" });
  await signIn(page, "tom");
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.setCacheDisabled", { cacheDisabled: true });
  const files = new Map();
  session.on("Network.responseReceived", ({ requestId, response }) => {
    if (new URL(response.url).pathname.startsWith("/app/")) files.set(requestId, { url: response.url, bytes: 0 });
  });
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (files.has(requestId)) files.get(requestId).bytes = encodedDataLength;
  });
  await page.reload();
  await settled(page);
  const bytes = [...files.values()].reduce((sum, file) => sum + file.bytes, 0);
  console.log(`first visit: ${files.size} files, ${Math.round(bytes / 1000)} kB`);
  assert.ok(files.size > 5 && files.size <= 20, [...files.values()].map((file) => `${file.bytes} ${file.url}`).join("\n"));
  assert.ok(bytes <= 120_000, `${bytes} bytes`);
  await context.close();
});

test("the page opens without a network once it was visited", async () => {
  const { page, context } = await open(browser, { serviceWorkers: "allow" });
  await signIn(page, "tom");
  await withWorker(page);
  await context.setOffline(true);
  await page.reload();
  await page.waitForSelector("html[data-page=offline] h1");
  await context.close();
});

test("a link to a page is kept through the sign-in", async () => {
  const { page, context } = await open(browser);
  await page.goto(`${url}/app/calendar?date=2026-11-24`);
  await page.waitForURL(/sign-in/);
  await page.fill("[name=username]", "tom");
  await page.fill("[name=password]", PASSWORD);
  await page.click("form [type=submit]");
  await page.waitForURL(/calendar\?date=2026-11-24/);
  await context.close();
});

test("a module that a deployment removed loads the page again, once", async () => {
  const { page, context } = await open(browser);
  await signIn(page, "tom");
  let loads = 0;
  page.on("request", (request) => request.isNavigationRequest() && loads++);
  await page.route("**/pages/inbox.js", (route) => route.fulfill({ status: 404 }));
  await go(page, "inbox").catch(() => {});
  await page.waitForSelector("[role=alert]");
  assert.equal(loads, 1);
  await context.close();
});

test("a dialog that a deployment removed loads the page again, once, and then says why", async () => {
  const { page, context } = await open(browser);
  await signIn(page, "tom");
  await go(page, "requests");
  let loads = 0;
  page.on("request", (request) => request.isNavigationRequest() && loads++);
  await page.route("**/components/leave-dialog.js", (route) => route.fulfill({ status: 404 }));
  await page.click("button:has-text('Request leave')");
  await page.waitForEvent("domcontentloaded");
  await page.waitForSelector(".page-head button");
  assert.equal(await page.locator(".toast").count(), 0, "the same release");
  await page.click("button:has-text('Request leave')");
  await page.waitForSelector(".toast:has-text('couldn’t be loaded')");
  assert.equal(loads, 1);
  // The next release contains the dialog, and the page shows that it was updated.
  await page.unroute("**/components/leave-dialog.js");
  await page.evaluate(() => sessionStorage.setItem("rollcall.reloaded", "0123456789ab"));
  await page.reload();
  await page.waitForSelector(".toast:has-text('was updated')");
  await page.click("button:has-text('Request leave')");
  await page.waitForSelector("dialog[open]");
  await context.close();
});

test("two parts that can't be loaded at the start load the page again once, then a message is shown", async () => {
  const { page, context } = await open(browser);
  await signIn(page, "tom");
  let loads = 0;
  page.on("request", (request) => request.isNavigationRequest() && loads++);
  await page.evaluate(() => localStorage.setItem("rollcall.queued", "1"));
  for (const part of ["pages/inbox.js", "offline/queue.js"]) await page.route(`**/${part}`, (route) => route.fulfill({ status: 404 }));
  await go(page, "inbox").catch(() => {});
  await page.waitForSelector("[role=alert]:has-text('couldn’t be loaded')");
  await page.waitForSelector(".toast:has-text('couldn’t be loaded')");
  assert.equal(loads, 1);
  await context.close();
});

test("a part that is missing in the middle of an action deletes nothing that was typed", async () => {
  const { page, context } = await open(browser);
  await signIn(page, "tom");
  let loads = 0;
  page.on("request", (request) => request.isNavigationRequest() && loads++);
  for (const part of ["scan-dialog", "confirm-dialog"]) await page.route(`**/components/${part}.js`, (route) => route.fulfill({ status: 404 }));
  await page.click(".punch-more summary");
  await page.fill(".punch-more input[maxlength]", "From the workshop");
  await page.click("text=Scan the kiosk’s code");
  await page.waitForSelector(".toast:has-text('Copy what you have typed')");
  assert.equal(await page.inputValue(".punch-more input[maxlength]"), "From the workshop");
  // A change that needs the password again.
  await page.route("**/users/*/pin", (route) => route.fulfill({ status: 403, json: { code: "confirmation_required", title: "Confirm" } }));
  await go(page, "preferences");
  await page.fill("[name=pin]", "739281");
  await page.click("text=Set PIN");
  await page.waitForSelector("[role=alert]:has-text('Copy what you have typed')");
  assert.equal(await page.inputValue("[name=pin]"), "739281");
  assert.equal(loads, 0);
  await context.close();
});

test("after a cut-off the live connection resumes, and nothing is missed or doubled", async () => {
  const asker = await newcomer("Cleo Cut");
  const { page, context } = await open(browser);
  /** @type {import("playwright-core").WebSocketRoute | undefined} */
  let socket;
  let isCut = false;
  await page.routeWebSocket(/.*/, (route) => {
    if (isCut) return route.close();
    socket = route;
    route.connectToServer();
  });
  await page.goto(`${url}/app/sign-in?next=inbox`);
  await page.fill("[name=username]", asker.username);
  await page.fill("[name=password]", PASSWORD);
  await page.click("form [type=submit]");
  await page.waitForSelector("[data-live=open]");
  const ask = (date) => call("POST", "/leave/requests", { token: asker.token, body: { type: "unpaid", start_date: date, end_date: date } });
  const decide = async ({ id }) => call("POST", `/leave/requests/${id}/decision`, { token: await token("ada"), body: { status: "approved" } });
  await decide(await ask("2027-03-01"));
  await page.waitForSelector(".news:has-text('1 Mar')");
  isCut = true;
  await socket.close();
  await page.waitForSelector("[data-live=waiting]");
  await decide(await ask("2027-03-02"));
  await decide(await ask("2027-03-03"));
  isCut = false;
  await page.waitForSelector("[data-live=open]", { timeout: 40_000 });
  for (const date of ["1 Mar", "2 Mar", "3 Mar"]) {
    await page.waitForSelector(`.news:has-text('${date}')`);
    assert.equal(await page.locator(`.news:has-text('${date}')`).count(), 1, date);
  }
  assert.match(await page.textContent("[data-live] .count"), /^3$/);
  await context.close();
});

test("a message is shown on every page but the inbox, at most once in ten seconds", async () => {
  const asker = await newcomer("Tilda Toast");
  const { page, context, faults } = await open(browser);
  await signIn(page, asker.username, "requests");
  await page.waitForSelector("[data-live=open]");
  const ada = await token("ada");
  const ask = (date) => call("POST", "/leave/requests", { token: asker.token, body: { type: "unpaid", start_date: date, end_date: date } });
  const decide = ({ id }) => call("POST", `/leave/requests/${id}/decision`, { token: ada, body: { status: "approved" } });
  const [one, two, three, four] = [await ask("2027-05-03"), await ask("2027-05-04"), await ask("2027-05-05"), await ask("2027-05-06")];
  await decide(one);
  const first = await page.waitForSelector(".toast");
  const shown = performance.now();
  const title = await first.textContent();
  assert.doesNotMatch(title, /new messages/);
  await Promise.all([decide(two), decide(three)]);
  await page.waitForSelector(".toast:has-text('2 new messages.')", { timeout: 40_000 });
  assert.ok(performance.now() - shown > 9_000, "ten seconds lie between two of them");
  await go(page, "inbox");
  await decide(four);
  await page.waitForSelector(".news:has-text('6 May')");
  assert.equal(await page.locator(".toast:not(:has-text('new messages'))").filter({ hasText: "6 May" }).count(), 0);
  assert.deepEqual(faults, []);
  await context.close();
});

test("a message moves no row of the inbox that is pointed at, is announced, and can wait", async () => {
  const asker = await newcomer("Ines Inbox");
  const { page, context, faults } = await open(browser);
  await signIn(page, asker.username, "inbox");
  await page.waitForSelector("[data-live=open]");
  const decided = async (date) => {
    const { id } = await call("POST", "/leave/requests", { token: asker.token, body: { type: "unpaid", start_date: date, end_date: date } });
    await call("POST", `/leave/requests/${id}/decision`, { token: await token("ada"), body: { status: "approved" } });
  };
  const row = (text) => page.locator(".news", { hasText: text });
  await decided("2027-04-05");
  await page.waitForSelector("[role=status]:has-text('5 Apr'), [role=status]:has-text('approved')", { state: "attached" });
  await row("5 Apr").hover();
  const before = await row("5 Apr").boundingBox();
  await decided("2027-04-06");
  await row("6 Apr").waitFor();
  assert.deepEqual(await row("5 Apr").boundingBox(), before);
  await page.mouse.move(5, 5);
  await page.waitForSelector("li:first-child > .news:has-text('6 Apr')");
  await page.click("[aria-label='Pause updates']");
  await decided("2027-04-07");
  await page.waitForTimeout(1500);
  assert.equal(await row("7 Apr").count(), 0);
  await page.click("[aria-label='Resume updates']");
  await row("7 Apr").waitFor();
  assert.deepEqual(faults, []);
  await context.close();
});

/**
 * Replaces the API's inbox by an inbox of single letters, three to a page, and the live connection by one that sends the given messages.
 * @param {import("playwright-core").Page} page
 * @param {string} letters The unread messages, oldest first.
 */
async function inboxOf(page, letters) {
  const items = [...letters].map((letter) => item(letter));
  const calls = [];
  /** @type {import("playwright-core").WebSocketRoute | undefined} */
  let socket;
  function item(letter) {
    return { id: `01${letter}`, kind: "day_edited", title: `Message ${letter}`, body: "", data: {}, created_at: "2026-11-26T09:00:00Z", read_at: null };
  }
  await page.routeWebSocket(/.*/, (route) => {
    socket = route;
    route.onMessage(() => {});
  });
  await page.route(/\/notifications(\/|\?|$)/, (route) => {
    const address = new URL(route.request().url());
    const [, , id, action] = address.pathname.split("/");
    const read = (one) => (one.read_at ??= "2026-11-26T09:42:00Z");
    if (route.request().method() === "POST") {
      calls.push(`POST ${address.pathname}`);
      if (id === "read-all") items.forEach(read);
      else if (action === "read") read(items.find((one) => one.id === id));
      return id === "read-all" ? route.fulfill({ status: 204 }) : route.fulfill({ json: items.find((one) => one.id === id) });
    }
    if (!address.searchParams.has("limit")) calls.push(`GET ${address.searchParams.get("cursor") ?? "first"}`);
    const cursor = address.searchParams.get("cursor") ?? "~";
    const found = items.filter((one) => one.id < cursor && (!address.searchParams.has("unread") || one.read_at === null)).reverse();
    return route.fulfill({ json: { items: found.slice(0, 3), next_cursor: found.length > 3 ? found[2].id : null, unread_count: items.filter((one) => one.read_at === null).length } });
  });
  const send = (letter) => {
    items.push(item(letter));
    socket.send(JSON.stringify({ type: "notification", id: `01${letter}`, at: "2026-11-26T09:42:00Z", data: item(letter) }));
  };
  return { items, calls, send, row: (letter) => page.locator(".news", { hasText: `Message ${letter}` }) };
}

test("a message that falls off the first page stays unread, and a click marks it as read", async () => {
  const { page, context, faults } = await open(browser);
  const { items, calls, send, row } = await inboxOf(page, "bcd");
  await signIn(page, "tom", "inbox");
  await page.waitForSelector("[data-live=open]");
  await row("b").hover();
  send("e");
  await row("e").waitFor();
  assert.match(await row("b").getAttribute("class"), /unread/);
  await row("b").click();
  await page.waitForFunction(() => [...document.querySelectorAll(".news.unread")].length === 3);
  assert.ok(calls.includes("POST /notifications/01b/read"), calls.join());
  // In the unread list, a message that was read elsewhere is shown as read until the pointer and the focus leave the list.
  await page.check("input[value=unread]");
  await row("b").waitFor({ state: "detached" });
  await row("d").hover();
  items.find(({ id }) => id === "01d").read_at = "2026-11-26T09:43:00Z";
  send("f");
  await row("f").waitFor();
  assert.doesNotMatch(await row("d").getAttribute("class"), /unread/);
  assert.match(await row("c").getAttribute("class"), /unread/);
  assert.deepEqual(faults, []);
  await context.close();
});

test("live messages load the first page of the inbox once, and More loads the next page only", async () => {
  const { page, context, faults } = await open(browser);
  const { calls, send, row } = await inboxOf(page, "bcdefghi");
  await signIn(page, "tom", "inbox");
  await page.waitForSelector("[data-live=open]");
  await row("g").waitFor();
  await page.click("text=Show more");
  await row("d").waitFor();
  assert.deepEqual(calls, ["GET first", "GET 01g"]);
  for (const letter of "jkl") send(letter);
  await row("l").waitFor();
  await page.waitForTimeout(1_000);
  assert.deepEqual(calls.splice(0), ["GET first", "GET 01g", "GET first"]);
  assert.deepEqual(await page.locator(".news .strong").allTextContents(), [..."lkj"].map((letter) => `Message ${letter}`), "what lies between isn't known");
  await page.click("text=Show more");
  await row("g").waitFor();
  send("m");
  await row("m").waitFor();
  await page.click("text=Show more");
  await row("d").waitFor();
  assert.deepEqual(calls.splice(0), ["GET 01j", "GET first", "GET 01g"]);
  assert.deepEqual(await page.locator(".news .strong").allTextContents(), [..."mlkjihgfed"].map((letter) => `Message ${letter}`));
  // All pages are marked as read, although only the first is reloaded.
  await page.click("text=Mark all as read");
  await page.waitForSelector(".news.unread", { state: "detached" });
  assert.equal(await page.locator(".news").count(), 10);
  assert.deepEqual(calls, ["POST /notifications/read-all", "GET first"]);
  assert.deepEqual(faults, []);
  await context.close();
});

test("nobody sees the messages of the person who was signed in before", async () => {
  const { page, context } = await open(browser);
  await page.clock.install();
  const { send } = await inboxOf(page, "");
  await signIn(page, "tom", "requests");
  await page.waitForSelector("[data-live=open]");
  send("b");
  await page.waitForSelector(".toast:has-text('Message b')");
  send("c");
  await page.click("[aria-haspopup=menu]");
  await page.click("[role=menuitem]:last-child");
  await page.waitForSelector("form [name=username]");
  assert.equal(await page.locator(".toast").count(), 0, "the message that was shown");
  // The document isn't reloaded, because a reload would delete everything.
  await page.fill("[name=username]", "lena");
  await page.fill("[name=password]", PASSWORD);
  await page.click("form [type=submit]");
  await page.waitForSelector(".shell h1");
  await page.clock.fastForward(11_000);
  await page.waitForTimeout(500);
  assert.equal(await page.locator(".toast").count(), 0, "the message that waited");
  await context.close();
});
