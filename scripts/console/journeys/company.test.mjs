// An administrator sets up the company: departments, sites, holidays, kiosks, types of leave, and policies.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { call, go, launch, newKiosk, newcomer, open, setClock, settled, signIn, token, url } from "../browser.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

/** Returns whether a fault is the browser's own message about a response that a journey expects. */
const isWanted = (fault) => /status of (403|412|422)/.test(fault);
const saved = (page) => page.waitForSelector("dialog", { state: "detached" });

test("departments, sites, holidays and types of leave are added", async () => {
  const { page, context, faults } = await open(browser);
  await signIn(page, "ada", "company?part=departments");
  await settled(page);
  await page.click("text=Add a department");
  await page.fill("dialog .input", "Sail loft");
  await page.click("dialog [type=submit]");
  await saved(page);
  await page.click(".item:has-text('Sail loft') [aria-label^=Delete]");
  await page.click("dialog [type=submit]");
  await saved(page);
  await page.waitForSelector(".item:has-text('Sail loft')", { state: "detached" });

  await go(page, "company?part=sites");
  await page.click("text=Add a site");
  await page.fill("dialog .input >> nth=0", "Dock 4");
  await page.click("text=Use my current position");
  await page.waitForFunction(() => document.querySelector("dialog [inputmode=decimal]")?.value === "53.546100");
  await page.fill("dialog [inputmode=numeric]", "5");
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog .field:has-text('Radius') .error");
  await page.fill("dialog [inputmode=numeric]", "80");
  await page.click("dialog [type=submit]");
  await saved(page);
  assert.match(await page.textContent(".item:has-text('Dock 4')"), /within 80 m/);

  await go(page, "company?part=holidays");
  await page.click("text=Add a holiday");
  await page.fill("dialog .input >> nth=0", "Regatta");
  await page.fill("dialog [type=date]", "2027-07-24");
  await page.click("dialog [type=submit]");
  await saved(page);
  await page.waitForSelector(".item:has-text('Regatta')");

  await go(page, "company?part=leave_types");
  await page.click("text=Add a type");
  await page.fill("dialog .input >> nth=0", "moving");
  await page.fill("dialog .input >> nth=1", "Moving house");
  await page.click("dialog [type=submit]");
  await saved(page);
  await page.waitForSelector(".item:has-text('Moving house')");
  assert.deepEqual(faults.filter((fault) => !isWanted(fault)), []);
  await context.close();
});

test("a tablet becomes a kiosk by the address that is shown once", async () => {
  const { page, context, faults } = await open(browser);
  await signIn(page, "ada", "company?part=kiosks");
  await settled(page);
  await page.click("text=Add a kiosk");
  await page.fill("dialog .input >> nth=0", "Gate");
  await page.waitForSelector("dialog option", { state: "attached" });
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog .qr");
  const address = await page.inputValue("dialog .secret");
  const tablet = await open(browser);
  await tablet.page.goto(address);
  await tablet.page.waitForSelector(".pin-pad");
  assert.equal(new URL(tablet.page.url()).hash, "", "the code doesn’t stay in the address");
  assert.deepEqual([...faults, ...tablet.faults], []);
  await tablet.context.close();
  await context.close();
});

test("every policy that can be computed has an example", async () => {
  const { page, context, faults } = await open(browser);
  await signIn(page, "ada", "company?part=policies");
  const example = (policy) => page.locator(`[aria-labelledby=policy-${policy}]`).textContent();
  await page.waitForSelector("[aria-labelledby=policy-kiosk]");
  assert.match(await example("forgotten"), /not before two hours after the last attended shift.*Example: a person who clocks in at 09:00.*until 18:00/);
  assert.match(await example("kiosk"), /Example: Ada .* types “ada” and the PIN/);
  assert.match(await example("requests"), /Example: two people who agree today to swap .*3 Dec/);
  assert.deepEqual(faults, []);
  await context.close();
});

test("a policy is changed, and a change by somebody else is shown next to it", async () => {
  const { page, context, faults } = await open(browser, { size: "phone" });
  const ada = await token("ada");
  await signIn(page, "ada", "company?part=policies");
  await settled(page);
  const policy = "article:has(#policy-lateness)";
  await page.click(`${policy} .button`);
  await page.fill("dialog .input >> nth=0", "7");
  const before = (await call("GET", "/settings", { token: ada })).late_grace_minutes;
  await call("PATCH", "/settings", { token: ada, body: { early_leave_grace_minutes: 6 } });
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog .before-after:has-text('6 minutes before the end')");
  await page.click("text=Take over the saved values");
  await page.fill("dialog .input >> nth=0", "7");
  await page.click("dialog [type=submit]");
  await saved(page);
  assert.match(await page.textContent(policy), /up to 7 minutes after the start.*up to 6 minutes before the end/);
  // Other journeys depend on the settings of the demo company.
  await call("PATCH", "/settings", { token: ada, body: { late_grace_minutes: before, early_leave_grace_minutes: 5 } });
  assert.deepEqual(faults.filter((fault) => !isWanted(fault)), []);
  await context.close();
});

test("a policy says what it would have meant, before it is saved", async () => {
  const { page, context, faults } = await open(browser);
  await signIn(page, "ada", "company?part=policies");
  await settled(page);
  await page.click("article:has(#policy-lateness) .button");
  await page.fill("dialog .input >> nth=0", "60");
  await page.click("text=Try it on the last two weeks");
  await page.waitForSelector("dialog [role=status] li:has-text('Late by')");
  await page.fill("dialog .input >> nth=0", "61");
  await page.waitForSelector("dialog [role=status] li", { state: "detached" });
  await page.keyboard.press("Escape");
  await page.click("article:has(#policy-time_accounts) .button");
  await page.fill("dialog .input >> nth=0", "40");
  await page.waitForSelector("dialog .preview:has-text('a balance of 45 hours is marked')");
  assert.deepEqual(faults, []);
  await context.close();
});

test("a department’s news go to a chat, whose address isn’t shown", async () => {
  const { page, context, faults } = await open(browser);
  await signIn(page, "ada", "company?part=departments");
  await page.click("[aria-label^='Chat of'] >> nth=0");
  await page.fill("dialog [type=url]", "http://10.0.0.1/hook");
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog .field:has-text('webhook') .error");
  await page.fill("dialog [type=url]", "https://hooks.slack.com/services/T0/B0/abc");
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog", { state: "detached" });
  await page.click("[aria-label^='Chat of'] >> nth=0");
  await page.waitForSelector("dialog:has-text('Slack at hooks.slack.com')");
  assert.equal(await page.inputValue("dialog [type=url]"), "");
  await page.click("dialog >> text=Remove");
  await page.waitForSelector("dialog", { state: "detached" });
  assert.deepEqual(faults.filter((fault) => !/status of (404|412|422)/.test(fault)), []);
  await context.close();
});

test("managers are told that the company is not theirs to change", async () => {
  const { page, context } = await open(browser);
  await signIn(page, "jonas", "company");
  await page.waitForSelector("text=Only administrators can change the company.");
  assert.equal(await page.locator(".tabs a[href$=company]").count(), 0);
  await context.close();
});

test("the set-up asks what lateness costs, and refuses a wrong token", async () => {
  const { page, context, faults } = await open(browser, { size: "phone", timezoneId: "Europe/Vienna" });
  await page.goto(`${url}/app/sign-in`);
  await page.click("a[href$=setup]");
  await page.waitForSelector("h1:has-text('Set up your company')");
  const inputs = page.locator("form .input");
  for (const [index, text] of ["not-the-token", "Anna Maier", "anna", "", "long-enough-2026", "Maier GmbH"].entries()) await inputs.nth(index).fill(text);
  assert.equal(await inputs.nth(6).inputValue(), "Europe/Vienna");
  await page.click("[type=submit]");
  await page.waitForSelector(".error:has-text('Choose what lateness costs.')");
  assert.equal(await page.locator(".error:has-text('Choose')").count(), 3, "what a clock-in outside the window or on leave means is asked, too");
  assert.deepEqual(await Promise.all([7, 8, 9].map((index) => inputs.nth(index).inputValue())), ["09:00", "18:00", "60"]);
  await inputs.nth(10).fill("28");
  await page.selectOption("select >> nth=0", "off");
  await page.selectOption("select >> nth=1", "flag");
  await page.selectOption("select >> nth=2", "refuse");
  await page.click("[type=submit]");
  await page.waitForSelector("[role=alert]:has-text('token is wrong')");
  assert.equal(await inputs.nth(1).inputValue(), "Anna Maier", "what was typed stays");
  assert.deepEqual(faults.filter((fault) => !isWanted(fault)), []);
  await context.close();
});

test("the first look says what is wrong, and leads to where it is mended", async () => {
  const { page, context, faults } = await open(browser);
  await signIn(page, "ada", "company");
  await page.waitForSelector(".finding");
  await page.click(".finding:has-text('Days to review')");
  await page.waitForSelector('html[data-page="approvals"]');
  assert.deepEqual(faults, []);
  await context.close();
});

test("the audit says in words what a change of the policies was", async () => {
  const { page, context, faults } = await open(browser);
  await signIn(page, "ada", "company?part=audit");
  await page.waitForSelector(".audit-entry:has-text('Policies changed')");
  assert.match((await page.locator(".audit-entry dl").allTextContents()).join(" "), /taken off automatically/);
  assert.deepEqual(faults, []);
  await context.close();
});

test("holidays come from a sheet", async () => {
  const { page, context, faults } = await open(browser);
  await signIn(page, "ada", "company?part=holidays");
  await settled(page);
  await page.click("text=Import holidays");
  await page.fill("dialog textarea", "date,name,half_day\n2027-08-12,Founders’ Day,afternoon\n2027-08-13,Fair,\n");
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog .notice.good");
  await page.click("dialog footer .button");
  await page.click("[aria-label='2027']");
  await page.waitForSelector(".item:has-text('Founders’ Day')");
  assert.deepEqual(faults, []);
  await context.close();
});

test("public holidays of a country are shown before they are added", async () => {
  const { page, context, faults } = await open(browser);
  await signIn(page, "ada", "company?part=holidays");
  await settled(page);
  await page.click("button:has-text('Public holidays')");
  await page.selectOption("dialog select >> nth=0", "TR");
  await page.uncheck("dialog .weekdays input >> nth=0");
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog .notice.good li >> nth=4");
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog", { state: "detached" });
  await page.click("button:has-text('Public holidays')");
  await page.selectOption("dialog select >> nth=0", "TR");
  await page.uncheck("dialog .weekdays input >> nth=0");
  await page.click("dialog [type=submit]");
  // A second import changes nothing.
  await page.waitForSelector("dialog .notice.info:has-text('0 holidays would be added.')");
  assert.deepEqual(faults, []);
  await context.close();
});

/** Starts a local server with a holiday calendar that can change. */
async function calendarServer() {
  const offered = { status: 200, events: /** @type {[string, string, string][]} */ ([]) };
  const server = createServer((_, answer) => {
    const events = offered.events.map(([uid, date, name]) => `BEGIN:VEVENT\r\nUID:${uid}\r\nDTSTART;VALUE=DATE:${date}\r\nSUMMARY:${name}\r\nEND:VEVENT\r\n`);
    answer.writeHead(offered.status, { Connection: "close" }).end(`BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Journey//EN\r\n${events.join("")}END:VCALENDAR\r\n`);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  return { offered, url: `http://127.0.0.1:${server.address().port}/holidays.ics`, close: () => server.close() };
}

test("a subscribed calendar gives the sites of its region their holidays, and says why it can’t be used", async () => {
  const ada = await token("ada");
  const site = await call("POST", "/sites", { token: ada, body: { name: "Slipway Kiel", time_zone: "Europe/Berlin", region: "DE-SH" } });
  const { offered, url: address, close } = await calendarServer();
  offered.events = [["festival@x", "20280619", "Sailing festival"], ["wind@x", "20280620", "Day of the wind"]];
  const { page, context, faults } = await open(browser);
  await signIn(page, "ada", "company?part=holidays");
  await settled(page);
  const field = (label) => page.locator("dialog").getByLabel(label, { exact: true });
  await page.click("text=Subscribed calendar");
  await field("Address of the calendar").fill("http://10.0.0.1/holidays.ics");
  await field("Region").fill("de-xx");
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog .field:has-text('Address of the calendar') .error");
  await page.waitForSelector("dialog .field:has-text('Region') .error");
  await field("Address of the calendar").fill(address);
  await field("Region").fill("de-sh");
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog", { state: "detached" });
  await page.waitForSelector(".toast:has-text('2 holidays ahead')");
  await page.click("[aria-label='2027']");
  await page.click("[aria-label='2028']");
  await page.waitForSelector(".item:has-text('Sailing festival'):has-text('Slipway Kiel')");
  // The calendar no longer contains one of the holidays.
  offered.events.pop();
  await page.click("text=Subscribed calendar");
  await page.click("dialog >> text=Read it now");
  await page.waitForSelector("dialog", { state: "detached" });
  await page.waitForSelector(".item:has-text('Day of the wind')", { state: "detached" });
  await page.waitForSelector(".item:has-text('Sailing festival')");
  offered.status = 404;
  await page.click("text=Subscribed calendar");
  await page.click("dialog >> text=Read it now");
  await page.waitForSelector("dialog .notice:has-text('its server refuses it')");
  await page.keyboard.press("Escape");
  await go(page, "company");
  await page.click(".finding:has-text('A holiday calendar that can’t be used')");
  await page.click("text=Subscribed calendar");
  // Somebody else changes the subscription while it is edited.
  await field("Address of the calendar").fill(`${address}?mine`);
  await call("PUT", "/holidays/subscription", { token: ada, body: { url: `${address}?theirs`, region: "DE-SH" } });
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog [role=alert] .before-after:has-text('?theirs'):has-text('?mine')");
  await page.click("text=Take over the saved values");
  assert.equal(await field("Address of the calendar").inputValue(), `${address}?theirs`);
  await page.keyboard.press("Escape");
  await page.click("text=Subscribed calendar");
  await page.click("dialog >> text=End the subscription");
  await page.waitForSelector("dialog", { state: "detached" });
  await page.waitForSelector(".toast:has-text('The subscription is ended')");
  close();
  const { items } = await call("GET", "/holidays?year=2028", { token: ada });
  for (const one of items.filter(({ site_id: id }) => id === site.id)) await call("DELETE", `/holidays/${one.id}`, { token: ada });
  await call("DELETE", `/sites/${site.id}`, { token: ada });
  assert.deepEqual(faults.filter((fault) => !/status of (404|412|422)/.test(fault)), []);
  await context.close();
});

test("a site has the region whose public holidays are its own", async () => {
  const { page, context, faults } = await open(browser, { size: "phone" });
  await signIn(page, "ada", "company?part=sites");
  await settled(page);
  const field = (label) => page.locator("dialog").getByLabel(label, { exact: true });
  await page.click("text=Add a site");
  await field("Name").fill("Ferry pier");
  await field("Region").fill("Bavaria");
  await page.locator("dialog").getByLabel("Region", { exact: true }).evaluate((input) => (input.removeAttribute("maxlength"), input.blur()));
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog .field:has-text('Region') .error");
  await field("Region").fill("de-by");
  await page.click("dialog [type=submit]");
  await saved(page);
  await page.waitForSelector(".item:has-text('Ferry pier'):has-text('DE-BY')");
  const { items } = await call("GET", "/sites?limit=200", { token: await token("ada") });
  assert.equal(items.find(({ name }) => name === "Ferry pier").region, "DE-BY");
  await page.click(".item:has-text('Ferry pier') [aria-label^=Delete]");
  await page.click("dialog [type=submit]");
  await saved(page);
  assert.deepEqual(faults.filter((fault) => !isWanted(fault)), []);
  await context.close();
});

test("a part of the allowance is computed as the company chooses, and the length of a leave day stays once leave was booked", async () => {
  const { page, context, faults } = await open(browser);
  const ada = await token("ada");
  const { prorate_first_year, proration } = await call("GET", "/settings", { token: ada });
  await signIn(page, "ada", "company?part=policies");
  await settled(page);
  await page.click("article:has(#policy-leave_year) .button");
  await page.check("dialog label:has-text('A part of the allowance')");
  await page.locator("dialog").getByLabel("The part is counted in").selectOption("day");
  await page.locator("dialog").getByLabel("The result is").selectOption("none");
  await page.waitForSelector("dialog .preview:has-text('Each day counts. The result is not rounded.'):has-text('a person who begins on')");
  await page.click("dialog [type=submit]");
  await saved(page);
  await page.waitForSelector("article:has(#policy-leave_year):has-text('Each day counts.')");
  assert.deepEqual((await call("GET", "/settings", { token: ada })).proration, { unit: "day", rounding: "none" });
  await call("PATCH", "/settings", { token: ada, body: { prorate_first_year, proration } });
  await page.click("article:has(#policy-leave) .button");
  await page.locator("dialog").getByLabel("Minutes of a day of leave").fill("450");
  await page.waitForSelector("dialog .preview:has-text('A day of leave is 7 hrs 30 mins')");
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog [role=alert]");
  assert.equal((await call("GET", "/settings", { token: ada })).leave_day_minutes, 480);
  assert.deepEqual(faults.filter((fault) => !/status of (409|412)/.test(fault)), []);
  await context.close();
});

test("the company’s color and logo are on every page, also before anyone signs in", async () => {
  const { page, context, faults } = await open(browser);
  await signIn(page, "ada", "company?part=appearance");
  await settled(page);
  const accent = (of) => of.evaluate(() => getComputedStyle(document.querySelector(".button.primary")).backgroundColor);
  const before = await accent(page);
  await page.fill(".appearance-color .input", "#ff9800");
  await page.waitForSelector("text=Too bright");
  await page.click("form [type=submit]");
  await page.waitForSelector(".field:has-text('Accent color') .error");
  await page.fill(".appearance-color .input", "#7a1f3d");
  await page.waitForSelector("text=Easy to read");
  const svg = "<svg xmlns='http://www.w3.org/2000/svg' width='300' height='60'><script>alert(1)</script><rect width='300' height='60' rx='12' fill='#7a1f3d'/></svg>";
  await page.setInputFiles("[type=file]", { name: "logo.svg", mimeType: "image/svg+xml", buffer: Buffer.from(svg) });
  await page.waitForSelector("img.logo[alt='The logo as it will be']");
  await page.click("form [type=submit]");
  await page.waitForSelector(".toast");
  assert.notEqual(await accent(page), before);
  const visitor = await open(browser, { size: "phone" });
  await visitor.page.goto(`${url}/app/sign-in`);
  await visitor.page.waitForFunction(() => document.querySelector(".sign-in-company .logo")?.naturalWidth === 300);
  assert.match(await visitor.page.title(), /Harbour/);
  const { version } = await call("GET", "/branding");
  assert.match((await call("GET", "/branding")).logo, /^data:image\/png/, "an SVG file is drawn anew");
  await call("PUT", "/branding", { token: await token("ada"), body: {} });
  assert.ok(version > 0);
  assert.deepEqual([...faults, ...visitor.faults].filter((fault) => !isWanted(fault)), []);
  await visitor.context.close();
  await context.close();
});

test("a kiosk that is silent is on the first look, and named on its page", async () => {
  await newKiosk("Old gate");
  const { now } = await call("GET", "/clock", { token: await token("ada") });
  await setClock(new Date(Date.parse(now) + 40 * 60_000).toISOString());
  const { page, context, faults } = await open(browser);
  await signIn(page, "ada", "company");
  await page.click(".finding:has-text('Kiosks that are silent')");
  await page.waitForSelector(".item:has-text('Old gate') .badge:has-text('Silent')");
  await setClock(now);
  assert.deepEqual(faults, []);
  await context.close();
});

test("what needs attention is counted by few calls, once for all tabs", async () => {
  const ada = await token("ada");
  // The person has no department, so no manager is responsible for them.
  const { id } = await call("POST", "/users", { token: ada, body: { username: `lost.${Date.now()}`, full_name: "Lou Lost", hired_on: "2026-11-01" } });
  const { page, context, faults } = await open(browser);
  await context.route(`${url}/webhooks?*`, (route) => route.fulfill({ json: { items: [{ id: "1", description: "Payroll", paused: true }] } }));
  let live;
  await page.routeWebSocket(/./, (socket) => {
    live = socket;
    socket.connectToServer();
  });
  const calls = [];
  const read = () => calls.filter((path) => /^\/(roster|users|pay\/profiles|webhooks|kiosks|terminals|terminals\/unknown)$/.test(path)).sort();
  context.on("request", (request) => request.method() === "GET" && calls.push(new URL(request.url()).pathname));
  const badge = (tab) => tab.locator(".tabs a[href$=company] .count");
  await signIn(page, "ada");
  // There is a finding. The badge has no number, because it doesn't read the people without a shift.
  await page.waitForSelector("section[aria-labelledby=to-mend]:has-text('Something needs attention')", { timeout: 60_000 });
  assert.equal(await badge(page).textContent(), "");
  assert.deepEqual(read(), ["/kiosks", "/terminals", "/terminals/unknown", "/webhooks"]);
  // A notification reloads only the sources that it concerns.
  calls.length = 0;
  const again = page.waitForResponse((response) => new URL(response.url()).pathname === "/webhooks");
  live.send(JSON.stringify({ type: "notification", id: "ZZZZZZZZZZZZZZZZZZZZZZZZZZ", at: "2026-11-26T10:00:00Z", data: { kind: "webhook_paused", title: "Payroll is paused" } }));
  await again;
  await settled(page);
  assert.deepEqual(read(), ["/webhooks"]);
  // Another tab shows the counts that this tab has read.
  calls.length = 0;
  const other = await context.newPage();
  await other.goto(`${url}/app/`);
  await other.waitForSelector("section[aria-labelledby=to-mend]", { timeout: 60_000 });
  assert.deepEqual(read(), []);
  // The overview reads all sources, so both tabs show a number.
  await page.click("section[aria-labelledby=to-mend] a");
  await page.waitForSelector(".finding:has-text('Lou Lost')");
  const ofApprovals = (await page.locator(".finding").allTextContents()).filter((text) => /Days to review|Requests that wait|Registrations that wait/.test(text));
  const count = (await page.locator(".finding").count()) - ofApprovals.length;
  for (const tab of [page, other]) await tab.waitForFunction((count) => document.querySelector(".tabs a[href$=company] .count")?.textContent === count, String(count));
  assert.match(await other.textContent("section[aria-labelledby=to-mend]"), new RegExp(`${count} things? needs? attention`));
  await call("PATCH", `/users/${id}`, { token: ada, body: { status: "disabled" } });
  assert.deepEqual(faults, []);
  await context.close();
});

test("a webhook is added with its secret, tested, and its deliveries are listed", async () => {
  const { page, context, faults } = await open(browser);
  await signIn(page, "ada", "company?part=webhooks");
  await settled(page);
  await page.click("text=Add a webhook");
  await page.fill("dialog .input >> nth=0", "Payroll");
  await page.fill("dialog .input >> nth=1", "http://10.0.0.1/rollcall");
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog .field:has-text('Address') .error");
  await page.fill("dialog .input >> nth=1", "https://payroll.example.com/rollcall");
  await page.click("dialog summary:has-text('Punches')");
  await page.check("dialog >> text=Clock-out");
  await page.click("dialog summary:has-text('Days and corrections')");
  await page.check("dialog >> text=Day edited");
  await page.waitForSelector("dialog summary:has-text('1 of 10')");
  await page.click("dialog [type=submit]");
  assert.match(await page.inputValue("dialog .secret"), /^whsec_/);
  await page.click("dialog footer .button");
  await page.waitForSelector(".item:has-text('Payroll'):has-text('Clock-out, Day edited')");
  await page.click("[title='Deliveries to Payroll'], [aria-label='Deliveries to Payroll']");
  await page.click("dialog >> text=Send a test");
  await page.waitForSelector("dialog .rows .item:has-text('Test')");
  await page.click("dialog footer .button.primary");
  await page.click(".item:has-text('Payroll') [aria-label^=Delete], .item:has-text('Payroll') [title^=Delete]");
  await page.click("dialog [type=submit]");
  await page.waitForSelector(".item:has-text('Payroll')", { state: "detached" });
  // The button is removed, so the focus is on the next row or on the heading.
  await page.waitForFunction(() => document.activeElement !== document.body);
  assert.deepEqual(faults.filter((fault) => !isWanted(fault)), []);
  await context.close();
});

test("attendance of another system is checked, and then taken in by a job", async () => {
  const { page, context, faults } = await open(browser);
  await signIn(page, "ada", "company?part=imports");
  await page.click("[aria-label='Import: Attendance of the past']");
  const sheet = (end) => `username,date,clock_in,clock_out\nomar,2026-05-04,09:00,${end}\n`;
  await page.fill("dialog textarea", sheet("25:00"));
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog td.is-fault:has-text('25:00')");
  await page.fill("dialog textarea", sheet("17:30"));
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog .notice.good:has-text('1 entry would change.')");
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog", { state: "detached", timeout: 30_000 });
  await page.waitForSelector(".toast:has-text('1 change is imported.')");
  assert.deepEqual(faults.filter((fault) => !isWanted(fault)), []);
  await context.close();
});

test("a terminal is added with its secret, and gets a new one", async () => {
  const { page, context, faults } = await open(browser);
  await signIn(page, "ada", "company?part=terminals");
  await settled(page);
  await page.click("text=Add a terminal");
  const field = (label) => page.locator("dialog").getByLabel(label, { exact: true });
  await field("Name").fill("Slipway");
  await field("Serial number").fill("CJ5Z 2014");
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog .field:has-text('Serial number') .error");
  await field("Serial number").fill("CJ5Z201460099");
  await page.click("dialog [type=submit]");
  const secret = await page.inputValue("dialog .secret");
  assert.ok(secret.length > 20);
  await page.click("dialog footer .button");
  await page.waitForSelector(".item:has-text('Slipway'):has-text('CJ5Z201460099')");
  await page.click("[aria-label='New secret of Slipway']");
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog .secret");
  assert.notEqual(await page.inputValue("dialog .secret"), secret);
  await page.click("dialog footer .button");
  await page.waitForSelector("text=Every number belongs to somebody.");
  await page.click(".item:has-text('Slipway') [aria-label^=Delete]");
  await page.click("dialog [type=submit]");
  await page.waitForSelector(".item:has-text('Slipway')", { state: "detached" });
  assert.deepEqual(faults.filter((fault) => !isWanted(fault)), []);
  await context.close();
});

test("a service token is shown once, does what it may, and is revoked", async () => {
  const { page, context, faults } = await open(browser);
  await signIn(page, "ada", "company?part=service_tokens");
  await settled(page);
  await page.click("text=Add a service token");
  await page.fill("dialog [autofocus]", "Signage");
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog .error");
  await page.check("dialog .check:has-text('(roster:read)') input");
  await page.click("dialog [type=submit]");
  const key = await page.inputValue("dialog .secret");
  await page.click("dialog footer .button");
  await page.waitForSelector(".item:has-text('Signage'):has-text('never used')");
  await call("GET", "/roster?from=2026-11-26&to=2026-11-26", { token: key });
  await assert.rejects(call("GET", "/reports/lateness?from=2026-11-01&to=2026-11-26", { token: key }), /403/);
  await page.click(".item:has-text('Signage') [aria-label^=Revoke]");
  await page.click("dialog [type=submit]");
  await saved(page);
  await page.waitForSelector(".item:has-text('Signage')", { state: "detached" });
  await assert.rejects(call("GET", "/roster?from=2026-11-26&to=2026-11-26", { token: key }), /401/);
  assert.deepEqual(faults.filter((fault) => !isWanted(fault)), []);
  await context.close();
});

test("the first look names people without a shift, and leads to their roster", async () => {
  const ada = await token("ada");
  const person = await newcomer("Aaron Offroster");
  const off = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
  const { weekly_offs } = await call("GET", "/settings", { token: ada });
  await call("PATCH", "/settings", { token: ada, body: { weekly_offs: { min: 0, max: 7 } } });
  await call("PUT", `/roster/${person.id}`, { token: ada, body: { effective_from: "2026-11-26", weekly_offs: off, shifts: {} } });
  const { page, context, faults } = await open(browser, { size: "phone" });
  await signIn(page, "ada", "company");
  await page.click(".finding:has-text('People without a shift'):has-text('Aaron Offroster')");
  await page.waitForSelector('html[data-page="roster"]');
  // The finding names four people, ordered by name. If this person is the only one without a shift, the search field already contains the name.
  await page.fill(".roster-search", "Aaron");
  await page.waitForSelector(".roster-name:has-text('Aaron Offroster')");
  await call("PATCH", "/settings", { token: ada, body: { weekly_offs } });
  await call("PATCH", `/users/${person.id}`, { token: ada, body: { status: "disabled" } });
  assert.deepEqual(faults, []);
  await context.close();
});
