// Leave is asked for with a preview, shown with its state, and withdrawn; a shift is swapped by picking two cards.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, newcomer, open, settled, signIn } from "../browser.mjs";

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
    await row.locator("text=Withdraw").click();
    await page.waitForSelector(".request:has-text('Cancelled')");
    assert.deepEqual(faults, []);
    await context.close();
  });
}
