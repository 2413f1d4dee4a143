// Leave is asked for with a preview, shown with its state, and withdrawn.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, open, settled, signIn } from "../browser.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

test("leave is asked for, waits, and is withdrawn", async () => {
  const { page, context, faults } = await open(browser, { size: "phone" });
  await signIn(page, "omar", "requests");
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
  await row.locator("text=Withdraw").click();
  await page.waitForSelector(".request:has-text('Cancelled')");
  assert.deepEqual(faults, []);
  await context.close();
});
