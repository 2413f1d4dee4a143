// Leave is requested with a preview, shown with its state, and withdrawn. A shift is swapped by picking two cards.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { call, go, launch, newcomer, open, settled, signIn, token } from "../browser.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

for (const size of ["phone", "desk"]) {
  test(`leave is asked for, waits, and is withdrawn on a ${size}`, async () => {
    const person = await newcomer("Rosa Request");
    const { page, context, faults } = await open(browser, { size });
    await signIn(page, person.username, "requests");
    await settled(page);
    await page.click("text=Request leave");
    await page.fill("dialog [type=date] >> nth=0", "2026-12-14");
    await page.fill("dialog [type=date] >> nth=1", "2026-12-15");
    await page.waitForSelector(".preview:has-text('2 days')");
    await page.fill("dialog .input:not([type=date]):not(select)", "Moving house");
    await page.click("dialog [type=submit]");
    await page.waitForSelector("dialog", { state: "detached" });
    const row = page.locator(".request:has-text('Dec 14'), .request:has-text('14 Dec')").first();
    await row.locator("summary").click();
    assert.match(await row.textContent(), /Pending/);
    assert.match(await row.textContent(), /Moving house/);
    await row.locator("text=Change").click();
    await page.fill("dialog [type=date] >> nth=1", "2026-12-16");
    await page.waitForSelector(".preview:has-text('3 days')");
    assert.match(await page.textContent(".preview"), /Balance 2026:1512/, "the days of the request count as not reserved");
    await page.click("dialog [type=submit]");
    await page.waitForSelector("dialog", { state: "detached" });
    await page.waitForSelector(".request:has-text('3 days')");
    await row.locator("text=Withdraw").click();
    await page.waitForSelector(".request:has-text('Cancelled')");
    // The button is removed, so the focus stays near it.
    await page.waitForFunction(() => document.activeElement !== document.body);
    assert.deepEqual(faults, []);
    await context.close();
  });
}

test("of one day only one half is taken, and the preview never shows another request’s figures", async () => {
  const person = await newcomer("Paul Preview");
  const { page, context } = await open(browser, { size: "phone" });
  await signIn(page, person.username, "requests");
  await page.click("text=Request leave");
  await page.fill("dialog [type=date] >> nth=0", "2026-11-30");
  await page.fill("dialog [type=date] >> nth=1", "2026-12-02");
  for (const box of [0, 1]) await page.locator("dialog .check input").nth(box).check();
  await page.waitForSelector(".preview:has-text('2 days')");
  await page.fill("dialog [type=date] >> nth=1", "2026-11-30");
  await page.waitForSelector(".preview:has-text('0.5 days')");
  assert.equal(await page.isChecked("dialog .check:has-text('Afternoon only') input"), true);
  assert.equal(await page.isChecked("dialog .check:has-text('Morning only') input"), false);
  await page.fill("dialog [type=date] >> nth=1", "");
  await page.waitForSelector(".preview:has-text('Enter the first and the last day.')");
  await page.route("**/leave/requests/preview", (route) => route.fulfill({ status: 422, contentType: "application/problem+json", body: JSON.stringify({ code: "invalid_values", title: "Some values are invalid" }) }));
  await page.fill("dialog [type=date] >> nth=1", "2026-12-01");
  await page.waitForSelector(".preview:has-text('Some values are invalid')");
  assert.doesNotMatch(await page.textContent(".preview"), /days/);
  await context.close();
});

test("a request that was changed meanwhile is shown next to what was typed", async () => {
  const person = await newcomer("Carla Conflict");
  const made = await call("POST", "/leave/requests", { token: person.token, body: { type: "unpaid", start_date: "2026-12-14", end_date: "2026-12-14", reason: "Moving" } });
  const { page, context } = await open(browser);
  await signIn(page, person.username, "requests");
  await page.click(".request summary");
  await page.click(".request[open] >> text=Change");
  await page.fill("dialog [type=date] >> nth=1", "2026-12-16");
  // The same person changes the request on another device.
  await call("PUT", `/leave/requests/${made.id}`, { token: person.token, body: { type: "unpaid", start_date: "2026-12-14", end_date: "2026-12-15", reason: "Moving house" } });
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog [role=alert] .before-after");
  const conflict = await page.textContent("dialog [role=alert]");
  assert.match(conflict, /15 Dec/);
  assert.match(conflict, /16 Dec/);
  assert.equal(await page.inputValue("dialog [type=date] >> nth=1"), "2026-12-16", "what was typed stays");
  assert.equal(await page.inputValue("dialog .input:not([type=date]):not(select)"), "Moving house", "what wasn’t typed follows");
  await page.click("dialog >> text=Save mine");
  await page.waitForSelector("dialog", { state: "detached" });
  assert.equal((await call("GET", `/leave/requests/${made.id}`, { token: person.token })).end_date, "2026-12-16");
  await context.close();
});

test("the change of a request shows the balance that it would leave", async () => {
  const person = await newcomer("Bela Balance");
  const before = (await call("GET", "/leave/balances/me", { token: person.token })).items[0].available_days;
  await call("POST", "/leave/requests", { token: person.token, body: { start_date: "2026-12-14", end_date: "2026-12-15" } });
  const { page, context, faults } = await open(browser, { size: "phone" });
  await signIn(page, person.username, "requests");
  await page.click(".request summary");
  await page.click(".request[open] >> text=Change");
  await page.fill("dialog [type=date] >> nth=1", "2026-12-16");
  await page.waitForSelector(".preview:has-text('3 days')");
  const figures = await page.$$eval(".preview .figures > span", (spans) => spans.slice(1).map((span) => Number(span.textContent)));
  assert.deepEqual(figures, [before, before - 3], "the two days of the request count as not reserved");
  assert.deepEqual(faults, []);
  await context.close();
});

test("a day of leave shows the leave and no shift in the calendar", async () => {
  const person = await newcomer("Lotte Leave");
  const ada = await token("ada");
  await call("PUT", `/roster/${person.id}/days/2026-12-09`, { token: ada, body: { reason: "Stocktaking", shifts: [{ start: "07:00", end: "15:00" }] } });
  const { id } = await call("POST", "/leave/requests", { token: person.token, body: { type: "unpaid", start_date: "2026-12-09", end_date: "2026-12-09" } });
  await call("POST", `/leave/requests/${id}/decision`, { token: ada, body: { status: "approved" } });
  const { page, context, faults } = await open(browser, { size: "phone" });
  await signIn(page, person.username, "calendar?date=2026-12-09");
  await page.waitForSelector("section[aria-labelledby=day] .badge:has-text('Approved')");
  await settled(page);
  assert.doesNotMatch(await page.textContent("section[aria-labelledby=day]"), /07:00/);
  assert.doesNotMatch(await page.textContent("button.date[aria-pressed=true]"), /07:00/);
  assert.deepEqual(faults, []);
  await context.close();
});

test("a shift is swapped by picking two cards, and the colleague answers", async () => {
  const ada = await token("ada");
  const department = (await call("GET", "/departments", { token: ada })).items[0].id;
  const [asker, colleague] = [await newcomer("Swantje Asks", { department_id: department }), await newcomer("Bela Answers", { department_id: department })];
  const plan = (person, date, plan) => call("PUT", `/roster/${person.id}/days/${date}`, { token: ada, body: { reason: "Harbour festival", ...plan } });
  await plan(asker, "2026-12-07", { shifts: [{ start: "06:00", end: "12:00" }] });
  await plan(asker, "2026-12-08", { off: true });
  await plan(colleague, "2026-12-07", { off: true });
  await plan(colleague, "2026-12-08", { shifts: [{ start: "14:00", end: "20:00" }] });
  const { page, context, faults } = await open(browser, { size: "phone" });
  await signIn(page, asker.username, "requests");
  await page.click("text=Swap a shift");
  await page.check("dialog input[name=mine][value='2026-12-07']");
  await page.selectOption("dialog select", { label: "Bela Answers" });
  await page.waitForSelector("dialog input[name=theirs][value='2026-12-08']");
  assert.equal(await page.locator("dialog input[name=theirs][value='2026-12-07']").count(), 0, "a day off has no card");
  // Both people work from 9 to 18 on the Wednesday.
  await page.check("dialog input[name=mine][value='2026-12-09']");
  await page.waitForSelector("dialog [role=status]:has-text('Bela Answers already works at that time')");
  await page.check("dialog input[name=mine][value='2026-12-07']");
  await page.waitForSelector("dialog [role=status]:has-text('Bela Answers already works at that time')", { state: "detached" });
  await page.check("dialog input[name=theirs][value='2026-12-08']");
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog", { state: "detached" });
  await page.waitForSelector(".request:has-text('Swap with Bela Answers'):has-text('8 Dec')");
  await go(page, "calendar?date=2026-12-08");
  await page.waitForSelector(".badge:has-text('Swap with Bela Answers, Pending')");

  const other = await open(browser);
  await signIn(other.page, colleague.username, "requests");
  await other.page.click(".request:has-text('Swantje Asks') summary");
  await other.page.click(".request[open] >> text=Accept");
  await other.page.waitForSelector(".toast:has-text('You accepted the swap.')");
  assert.deepEqual([...faults, ...other.faults], []);
  await other.context.close();
  await context.close();
});

test("half a day counts half, and the balance's entries say so", async () => {
  const person = await newcomer("Halina Half", { hired_on: "2026-01-01", annual_leave_days: 20 });
  const { page, context, faults } = await open(browser, { size: "phone" });
  await signIn(page, person.username, "requests");
  await page.click("text=Request leave");
  await page.fill("dialog [type=date] >> nth=0", "2026-12-14");
  await page.fill("dialog [type=date] >> nth=1", "2026-12-14");
  await page.check("dialog .check:has-text('Afternoon only') input");
  await page.waitForSelector(".preview:has-text('0.5 days')");
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog", { state: "detached" });
  await page.waitForSelector(".request:has-text('14 Dec, afternoon only')");
  await page.waitForSelector(".balances .card:has-text('−0.5')");
  await page.click(".balances .card:has-text('−0.5') .button");
  await page.waitForSelector("dialog .item:has-text('−0.5')");
  await page.waitForSelector("dialog .item:has-text('+')");
  assert.deepEqual(faults, []);
  await context.close();
});
