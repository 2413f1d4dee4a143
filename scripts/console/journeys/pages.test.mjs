// Every page in light and dark, on a phone and at a desk: accessible, without errors, and never wider than the screen.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { call, go, launch, open, settled, signIn, token, url } from "../browser.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** Pages by the person who looks at them. */
const PAGES = {
  tom: ["./", "calendar", "calendar?view=week", "requests", "inbox", "preferences", "timesheet"],
  jonas: ["./", "inbox", "team", "approvals", "people?status=all", "roster", "reports?report=trends", "pay"],
  ada: ["company", "company?part=policies", "company?part=appearance", "company?part=kiosks", "company?part=departments", "company?part=audit", "company?part=service_tokens", "company?part=webhooks", "company?part=pay_rules", "roster?view=month", "reports", "company?part=sites", "company?part=holidays", "company?part=leave_types"],
};

/** Not what the browser says by itself where the API answers that a person has no time account. */
const unwanted = (faults) => faults.filter((fault) => !/status of 409/.test(fault));

let browser;
before(async () => {
  browser = await launch();
  await call("PATCH", "/settings", { token: await token("ada"), body: { pay_period: { kind: "week", anchor: "2024-01-01" } } });
});
after(async () => {
  await call("PATCH", "/settings", { token: await token("ada"), body: { pay_period: null } });
  await browser.close();
});

async function violations(page, rules = {}) {
  // Not by a script tag: the page's policy forbids foreign scripts.
  await page.evaluate(axe);
  const { violations } = await page.evaluate((rules) => axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], rules }), rules);
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
}

for (const size of ["phone", "desk"]) {
  for (const scheme of ["light", "dark"]) {
    test(`pages on a ${size}, ${scheme}`, async () => {
      for (const [person, paths] of Object.entries(PAGES)) {
        const { page, context, faults } = await open(browser, { size, scheme });
        await page.goto(`${url}/app/sign-in`);
        await settled(page);
        assert.deepEqual(await violations(page), [], "sign-in");
        await page.goto(`${url}/app/kiosk`);
        await settled(page);
        assert.deepEqual(await violations(page), [], "kiosk");
        await page.goto(`${url}/app/setup`);
        await settled(page);
        assert.deepEqual(await violations(page), [], "setup");
        await signIn(page, person);
        for (const path of paths) {
          await go(page, path);
          assert.deepEqual(await violations(page), [], `${person}: ${path}`);
          assert.deepEqual(unwanted(faults), [], `${person}: ${path}`);
        }
        await context.close();
      }
    });
  }
}

test("dialogs are accessible, close by Escape and give the focus back", async () => {
  for (const scheme of ["light", "dark"]) {
    const { page, context, faults } = await open(browser, { size: "phone", scheme });
    await signIn(page, "omar");
    for (const [path, opener] of [
      ["./", "text=Forgot to clock in or out?"],
      ["requests", "text=Request leave"],
      ["requests", "text=Swap a shift"],
      ["requests", ".balances .button"],
      ["calendar", "text=Subscribe"],
    ]) {
      await go(page, path);
      await page.click(opener);
      await page.waitForSelector("dialog[open]");
      await settled(page);
      assert.deepEqual(await violations(page), [], opener);
      await page.keyboard.press("Escape");
      await page.waitForSelector("dialog", { state: "detached" });
      assert.ok(await page.evaluate(() => document.activeElement !== document.body), opener);
    }
    assert.deepEqual(faults, []);
    await context.close();
  }
});

for (const [name, options, more] of [
  ["320 px", { viewport: { width: 320, height: 640 } }, []],
  // Half the width: what a browser's zoom of 200 % does.
  ["zoom of 200 %", { viewport: { width: 640, height: 512 }, deviceScaleFactor: 2 }, []],
  // What somebody sets who needs large text in all pages.
  ["text of 200 %", {}, ["--blink-settings=defaultFontSize=32"]],
]) {
  test(`nothing is wider than the screen: ${name}`, async () => {
    const other = more.length > 0 ? await launch(more) : undefined;
    for (const locale of ["en-GB", "de-DE", "tr-TR"]) {
      const { page, context } = await open(other ?? browser, { locale, ...options });
      await signIn(page, "ada");
      for (const path of new Set(Object.values(PAGES).flat())) {
        await go(page, path);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.equal(wide, 0, `${locale}: ${path}`);
      }
      await context.close();
    }
    await other?.close();
  });
}

test("forced colours and reduced motion: every page is accessible, and nothing moves", async () => {
  for (const [person, paths] of Object.entries(PAGES)) {
    const { page, context, faults } = await open(browser, { forcedColors: "active", reducedMotion: "reduce" });
    await signIn(page, person);
    for (const path of paths) {
      await go(page, path);
      // The system chooses the colours then.
      assert.deepEqual(await violations(page, { "color-contrast": { enabled: false } }), [], `${person}: ${path}`);
      assert.equal(await page.evaluate(() => document.getAnimations().filter((one) => one.playState === "running").length), 0, path);
    }
    assert.deepEqual(unwanted(faults), []);
    await context.close();
  }
});
