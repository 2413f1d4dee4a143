// Reports: the address contains the report and its dates, columns sort, and files are downloaded or ordered.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { launch, open, settled, signIn } from "../browser.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

test("a report sorts by its columns, and its link shows the same", async () => {
  const { page, context, faults } = await open(browser);
  await signIn(page, "ada", "reports?report=lateness");
  await page.waitForSelector(".report-table tbody tr");
  await page.click("th:has-text('Late by') button");
  await page.waitForURL(/sort=-late_seconds/);
  const rows = await page.locator(".report-table tbody tr").allTextContents();
  assert.ok(rows.length > 1);
  await page.reload();
  await page.waitForSelector(".report-table tbody tr");
  assert.deepEqual(await page.locator(".report-table tbody tr").allTextContents(), rows);
  assert.equal(await page.getAttribute("th:has-text('Late by')", "aria-sort"), "descending");
  assert.deepEqual(faults, []);
  await context.close();
});

test("every report is shown with its total, and its figures as a chart", async () => {
  const { page, context, faults } = await open(browser, { size: "phone", locale: "de-DE" });
  for (const report of ["monthly-work", "worked-hours", "attendance", "leave", "cost-centers", "trends"]) {
    await (report === "monthly-work" ? signIn(page, "jonas", `reports?report=${report}`) : page.click(`.parts a[href*="report=${report}"]`));
    await page.waitForSelector(".report-table tbody tr");
    await settled(page);
    await page.waitForSelector(".chart");
    assert.equal(await page.locator(".report-table tfoot").count(), 1, report);
  }
  assert.deepEqual(faults, []);
  await context.close();
});

test("bars of one chart have the same scale", async () => {
  const { page, context, faults } = await open(browser);
  await signIn(page, "ada", "reports?report=worked-hours");
  await page.waitForSelector(".chart-bars .track");
  const widths = await page.locator(".chart-bars .track").evaluateAll((tracks) => [...new Set(tracks.map((track) => Math.round(track.getBoundingClientRect().width)))]);
  assert.equal(widths.length, 1, widths.join(", "));
  assert.deepEqual(faults, []);
  await context.close();
});

test("dates that can’t be reported are said at their field", async () => {
  const { page, context, faults } = await open(browser, { locale: "de-DE" });
  await signIn(page, "jonas", encodeURIComponent("reports?report=cost-centers&from=2026-11-20&to=2026-11-10"));
  await page.waitForSelector(".field:has([aria-invalid=true]) .error:has-text('Wählen Sie ein Datum, das nicht vor dem ersten liegt.')");
  await page.fill("[aria-invalid=true]", "2026-12-31");
  await page.waitForSelector(".field:has([aria-invalid=true]) .error:has-text('Wählen Sie höchstens 31 Tage.')");
  await page.fill("[aria-invalid=true]", "2026-11-26");
  await page.waitForSelector(".report-table tbody tr");
  assert.deepEqual(faults, []);
  await context.close();
});

test("a report is downloaded as CSV, and ordered as a file that says when it is ready", async () => {
  const { page, context, faults } = await open(browser);
  await signIn(page, "ada", "reports?report=monthly-work&month=2026-11");
  await page.waitForSelector(".report-table tbody tr");
  const [file] = await Promise.all([page.waitForEvent("download"), page.click("text=CSV")]);
  assert.match(file.suggestedFilename(), /\.csv$/);
  assert.match(await readFile(await file.path(), "utf8"), /Lena Fischer/);
  const [book] = await Promise.all([page.waitForEvent("download"), page.click("text=Excel")]);
  assert.match(book.suggestedFilename(), /\.xlsx$/);
  assert.equal((await readFile(await book.path())).subarray(0, 2).toString(), "PK", "a workbook is a ZIP file");
  await page.click("text=Order as a file");
  await page.waitForSelector("section:has(#exports) .item:has-text('XLSX') .button:has-text('Download')", { timeout: 30_000 });
  assert.deepEqual(faults, []);
  await context.close();
});

test("a week is chosen by its name, and a row leads to the day that says why", async () => {
  const { page, context, faults } = await open(browser);
  await signIn(page, "ada", "reports?report=lateness");
  await page.click("text=Last month");
  await page.waitForURL(/from=2026-10-01&to=2026-10-31/);
  await page.click("text=This month");
  await page.waitForURL(/from=2026-11-01/);
  await page.click(".report-table tbody a >> nth=0");
  await page.waitForSelector(".day-panel .notice:has-text('after the shift started')");
  assert.deepEqual(faults, []);
  await context.close();
});

test("a file that couldn't be made says why", async () => {
  const { page, context, faults } = await open(browser, { size: "phone" });
  // No report of the demo company fails, so the page gets a simulated response of the API.
  await page.route(/\/reports\/exports\/[^/]+$/, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), status: "failed", url: null, error: "The report has too many rows." } });
  });
  await signIn(page, "jonas", "reports?report=monthly-work&month=2026-11");
  await page.waitForSelector(".report-table tbody tr");
  await page.click("text=Order as a file");
  await page.waitForSelector("section:has(#exports) .item:has-text('The report has too many rows.') .badge.bad:has-text('Failed')", { timeout: 30_000 });
  assert.deepEqual(faults, []);
  await context.close();
});
