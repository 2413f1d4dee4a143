// Every page in light and dark, on phones and desktops: accessible, without errors, and never wider than the screen.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";
import { call, go, launch, newKiosk, newcomer, open, settled, signIn, token, url } from "../browser.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** The pages by the person who opens them. */
const PAGES = {
  tom: ["./", "calendar", "calendar?view=week", "requests", "inbox", "preferences", "timesheet"],
  jonas: ["./", "inbox", "team", "approvals", "people?status=all", "roster", "reports?report=trends", "reports?report=cost-centers", "pay"],
  ada: ["company", "company?part=policies", "company?part=appearance", "company?part=kiosks", "company?part=departments", "company?part=audit", "company?part=service_tokens", "company?part=webhooks", "company?part=pay_rules", "company?part=pay_codes", "company?part=cost_centers", "company?part=pay_templates", "company?part=imports", "company?part=terminals", "roster?view=month", "reports", "company?part=sites", "company?part=holidays", "company?part=leave_types"],
};

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/** Pages that need no sign-in. */
const ALONE = ["sign-in", "register", "kiosk", "setup", "link", "offline"];

let browser;
let kiosk;
before(async () => {
  browser = await launch();
  await call("PATCH", "/settings", { token: await token("ada"), body: { pay_period: { kind: "week", anchor: "2024-01-01" } } });
  kiosk = await pairedKiosk();
});
after(async () => {
  await call("PATCH", "/settings", { token: await token("ada"), body: { pay_period: null, kiosk: { show_names: false } } });
  await browser.close();
});

/** @param {import("playwright-core").Page} page */
async function violations(page, options = {}) {
  // A script tag doesn't work, because the page's policy forbids foreign scripts.
  if (await page.evaluate(() => !("axe" in window))) await page.evaluate(axe);
  const { violations } = await page.evaluate((options) => axe.run(options), { runOnly: RULES, ...options });
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
}

/**
 * Waits until a change of the page's look is on the screen, because colors change with short transitions.
 * @param {import("playwright-core").Page} page
 */
const painted = (page) =>
  page.evaluate(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    await frame();
    await frame();
    await Promise.allSettled(document.getAnimations().map((one) => one.finished));
    await frame();
  });

/**
 * Checks the current page in each scheme. Only colors depend on the scheme, so all other rules run once.
 * @param {import("playwright-core").Page} page
 */
async function inspect(page, name) {
  assert.deepEqual(await violations(page), [], name);
  await page.emulateMedia({ colorScheme: "dark" });
  await painted(page);
  assert.deepEqual(await violations(page, { runOnly: ["color-contrast"] }), [], `${name}, dark`);
  await page.emulateMedia({ colorScheme: "light" });
  await painted(page);
}

/** Creates a kiosk that shows names, and a person of its site with a PIN. */
async function pairedKiosk() {
  const ada = await token("ada");
  await call("PATCH", "/settings", { token: ada, body: { kiosk: { show_names: true } } });
  const kiosk = await newKiosk("Axle");
  const person = await newcomer("Kira Kiosk", { site_id: kiosk.site_id });
  await call("PUT", `/users/${person.id}/pin`, { token: ada, body: { pin: "739154" } });
  return kiosk;
}

/** Opens the screens of a paired kiosk: names, the number pad for a PIN, and the confirmation of a punch. */
async function throughKiosk(page, kiosk, look) {
  await page.addInitScript((key) => localStorage.setItem("rollcall.kiosk", key), kiosk.device_token);
  await page.goto(`${url}/app/kiosk`);
  await page.waitForSelector(".kiosk-people .line");
  await look("kiosk: names");
  await page.fill("[name=username]", "Kira");
  await page.click(".kiosk-people .line:has-text('Kira Kiosk')");
  await page.waitForSelector(".pin-pad");
  await look("kiosk: PIN");
  await page.fill("[name=pin]", "739154");
  await page.click(".punch-button");
  await page.waitForSelector(".confirmation");
  await look("kiosk: confirmation");
}

/** Signs in a person who must choose a password first. @param {import("playwright-core").Page} page */
async function restricted(page) {
  const username = `resi.${Date.now().toString(36)}`;
  const made = await call("POST", "/users", { token: await token("ada"), body: { username, full_name: "Resi Restricted", hired_on: "2026-11-26" } });
  await page.goto(`${url}/app/sign-in`);
  await page.fill("[name=username]", username);
  await page.fill("[name=password]", made.temporary_password);
  await page.click("form [type=submit]");
  await page.waitForSelector('html[data-page="restricted"]');
  await settled(page);
}

/** The width of a narrow phone, and the width of a 1280 px desktop at a zoom of 200 %. */
const WIDTHS = [320, 640];

// These tests change nothing, so two run concurrently: the browser and the stack otherwise wait for each other.
describe("every page", { concurrency: 2 }, () => {
  for (const size of ["phone", "desk"]) {
    test(`pages on a ${size}, light and dark`, async () => {
      const visitor = await open(browser, { size, reducedMotion: "reduce" });
      for (const path of ALONE) {
        await visitor.page.goto(`${url}/app/${path}`);
        await settled(visitor.page);
        await inspect(visitor.page, path);
      }
      await throughKiosk(visitor.page, kiosk, (name) => inspect(visitor.page, name));
      await visitor.context.close();
      const fresh = await open(browser, { size, reducedMotion: "reduce" });
      await restricted(fresh.page);
      await inspect(fresh.page, "restricted");
      await fresh.context.close();
      for (const [person, paths] of Object.entries(PAGES)) {
        const { page, context, faults } = await open(browser, { size, reducedMotion: "reduce" });
        await signIn(page, person);
        for (const path of paths) {
          await go(page, path);
          await inspect(page, `${person}: ${path}`);
          assert.deepEqual(faults, [], `${person}: ${path}`);
        }
        await context.close();
      }
    });
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

  for (const [name, widths, look, more] of [
    ["320 px and zoom of 200 %, and nothing moves with forced colours and reduced motion", WIDTHS, { forcedColors: "active", reducedMotion: "reduce" }, []],
    // The setting of a person who needs large text on all pages.
    ["text of 200 %", [1280], {}, ["--blink-settings=defaultFontSize=32"]],
  ]) {
    test(`nothing is wider than the screen: ${name}`, async () => {
      const other = more.length > 0 ? await launch(more) : undefined;
      // These languages have the longest words. Pages in English are no wider.
      for (const locale of ["de-DE", "tr-TR"]) {
        const { page, context, faults } = await open(other ?? browser, { locale, viewport: { width: widths[0], height: 640 }, ...look });
        const examine = async (path) => {
          for (const width of widths) {
            await page.setViewportSize({ width, height: 640 });
            const wide = await page.evaluate(async () => {
              await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
              return document.documentElement.scrollWidth - document.documentElement.clientWidth;
            });
            assert.equal(wide, 0, `${locale}: ${path} at ${width} px`);
          }
          if (!look.reducedMotion || locale !== "de-DE") return;
          // The system sets the colours in this mode.
          assert.deepEqual(await violations(page, { rules: { "color-contrast": { enabled: false } } }), [], `${locale}: ${path}`);
          assert.equal(await page.evaluate(() => document.getAnimations().filter((one) => one.playState === "running").length), 0, path);
        };
        for (const path of ALONE) {
          await page.goto(`${url}/app/${path}`);
          await settled(page);
          await examine(path);
        }
        await signIn(page, "ada");
        for (const path of new Set(Object.values(PAGES).flat())) {
          await go(page, path);
          await examine(path);
        }
        await throughKiosk(page, kiosk, examine);
        assert.deepEqual(faults, []);
        await context.close();
      }
      await other?.close();
    });
  }
});
