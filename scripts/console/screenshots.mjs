// Writes the pictures of docs/console: every page of the demo company, as scripts/check-console.sh screenshots starts it.
//
// node screenshots.mjs FOLDER [NAME…]      with names: only pictures of these
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { call, go, launch, open, settled, signIn, token, url } from "./browser.mjs";

const [folder, ...wanted] = process.argv.slice(2);
const isWanted = (name) => wanted.length === 0 || wanted.includes(name);
/** What is shown: name, person, path, in which sizes, schemes and languages, and what is pressed first. */
const PICTURES = [
  ["today", "tom", "./", [["phone", "light", "en-GB"], ["desk", "light", "en-GB"], ["desk", "dark", "de-DE"], ["phone", "dark", "tr-TR"]]],
  ["calendar", "sven", "calendar?date=2026-12-07", [["phone", "light", "en-GB"], ["desk", "light", "en-GB"], ["desk", "dark", "de-DE"]]],
  ["requests", "sven", "requests", [["phone", "light", "tr-TR"], ["desk", "light", "en-GB"]]],
  ["team", "ada", "team", [["desk", "light", "en-GB"], ["phone", "dark", "de-DE"], ["phone", "light", "tr-TR"]]],
  ["day", "maria", "team", [["desk", "light", "en-GB"], ["phone", "light", "de-DE"]], ".line:has-text('Tom Becker')"],
  ["approvals", "jonas", "approvals", [["desk", "light", "en-GB"], ["desk", "dark", "de-DE"], ["phone", "light", "en-GB"]], ".approval .line"],
  ["people", "ada", "people", [["desk", "light", "en-GB"], ["phone", "dark", "de-DE"]], ".line:has-text('Tom Becker')"],
  ["company", "ada", "company?part=policies", [["desk", "light", "en-GB"], ["desk", "dark", "de-DE"], ["phone", "light", "tr-TR"]]],
  ["overview", "ada", "company", [["desk", "light", "en-GB"], ["phone", "dark", "fr-FR"]]],
  ["audit", "ada", "company?part=audit", [["desk", "light", "de-DE"]]],
  ["appearance", "ada", "company?part=appearance", [["desk", "light", "en-GB"], ["phone", "dark", "de-DE"]]],
  ["sites", "ada", "company?part=sites", [["phone", "light", "en-GB"]]],
  ["pay-codes", "ada", "company?part=pay_codes", [["desk", "light", "en-GB"]]],
  ["pay-templates", "ada", "company?part=pay_templates", [["phone", "light", "de-DE"]], ".item:has-text('CSV') button"],
  ["imports", "ada", "company?part=imports", [["desk", "light", "en-GB"]]],
  ["terminals", "ada", "company?part=terminals", [["desk", "light", "en-GB"]]],
  ["swap", "sven", "requests", [["phone", "light", "en-GB"], ["desk", "dark", "en-GB"]], "text=Swap a shift"],
  ["webhooks", "ada", "company?part=webhooks", [["desk", "light", "de-DE"]]],
  ["timesheet", "sven", "timesheet?period=2026-11-16..2026-11-22", [["phone", "light", "en-GB"], ["desk", "dark", "de-DE"]]],
  ["pay", "jonas", "pay?period=2026-11-16..2026-11-22", [["desk", "light", "en-GB"], ["phone", "light", "tr-TR"]], ".line:has-text('Sven Thomsen')"],
  ["roster", "ada", "roster?date=2026-11-30", [["desk", "light", "en-GB"], ["desk", "dark", "de-DE"], ["phone", "light", "tr-TR"]]],
  ["reports", "ada", "reports?report=monthly-work&month=2026-11", [["desk", "light", "en-GB"], ["desk", "dark", "es-ES"], ["phone", "light", "de-DE"]]],
  ["trends", "ada", "reports?report=trends&from=2026-11-09", [["desk", "light", "en-GB"]]],
  ["inbox", "jonas", "inbox", [["phone", "light", "en-GB"], ["desk", "light", "en-GB"]]],
  ["preferences", "jonas", "preferences", [["desk", "light", "fr-FR"]]],
];

await mkdir(folder, { recursive: true });
// Timesheets of a week, names at kiosks, a receiver of webhooks and readers, so that their pages show something.
const admin = await token("ada");
const [site] = (await call("GET", "/sites", { token: admin })).items;
for (const [path, body] of [
  ["/webhooks", { url: "https://payroll.example.com/rollcall", kinds: ["clocked_out", "day_edited"], description: "Payroll" }],
  ["/terminals", { serial: "CJ5Z201460012", site_id: site.id, name: "Gate" }],
]) {
  const { items } = await call("GET", path, { token: admin });
  if (items.length === 0) await call("POST", path, { token: admin, body });
}
await call("PATCH", "/settings", { token: admin, body: { pay_period: { kind: "week", anchor: "2024-01-01" }, kiosk: { show_names: true } } });
/** What the kiosk's camera sees: head and shoulders of somebody before a light wall, as a video (YUV4MPEG2) of one frame. */
function video([width, height] = [320, 240]) {
  const isPerson = (x, y) => (x - 160) ** 2 / 38 ** 2 + (y - 96) ** 2 / 48 ** 2 < 1 || ((x - 160) ** 2 / 100 ** 2 + (y - 240) ** 2 / 84 ** 2 < 1);
  const luma = Buffer.alloc(width * height);
  for (let at = 0; at < luma.length; at++) {
    const [x, y] = [at % width, Math.floor(at / width)];
    luma[at] = isPerson(x, y) ? 96 : 216 - Math.round(y / 8);
  }
  const chroma = Buffer.alloc((width * height) / 4, 128);
  return Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\nFRAME\n`), luma, chroma, chroma]);
}
const scratch = await mkdtemp(join(tmpdir(), "rollcall-pictures-"));
await writeFile(join(scratch, "camera.y4m"), video());
const browser = await launch([`--use-file-for-fake-video-capture=${join(scratch, "camera.y4m")}`]);

/** Opens a device of a look. @param {[string, string, string]} look */
const device = ([size, scheme, locale]) => open(browser, { size, scheme, locale, deviceScaleFactor: 1 });

async function take(page, name, [size, scheme, locale]) {
  await settled(page);
  await page.mouse.move(0, 0);
  const language = locale.slice(0, 2);
  const more = [scheme === "dark" && "dark", language !== "en" && language].filter(Boolean).map((word) => `-${word}`).join("");
  await page.screenshot({ path: `${folder}/${name}-${size}${more}.png`, animations: "disabled" });
}

/** Takes one picture of a page that nobody is signed in to. */
async function takeAlone(name, look, prepare) {
  if (!isWanted(name)) return;
  const { page, context } = await device(look);
  await prepare(page);
  await take(page, name, look);
  await context.close();
}

await takeAlone("sign-in", ["phone", "light", "en-GB"], (page) => page.goto(`${url}/app/sign-in`));
for (const look of [["phone", "light", "tr-TR"], ["desk", "dark", "en-GB"]]) await takeAlone("setup", look, (page) => page.goto(`${url}/app/setup`));
// A person signs in once for each look.
const visits = new Map();
for (const [name, person, path, looks, ...pressed] of PICTURES) {
  for (const look of isWanted(name) ? looks : []) {
    const key = `${person} ${look}`;
    visits.set(key, [...(visits.get(key) ?? []), { name, person, path, look, pressed }]);
  }
}
for (const pictures of visits.values()) {
  const { person, look } = pictures[0];
  const { page, context } = await device(look);
  await signIn(page, person);
  for (const { name, path, pressed } of pictures) {
    await go(page, path);
    for (const one of pressed) await page.click(one);
    await take(page, name, look);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
  }
  await context.close();
}

// A kiosk of its own: names, and a PIN for one of them.
const kiosk = await call("POST", "/kiosks", { token: admin, body: { site_id: site.id, name: "Entrance" } });
for (const [name, look, pressed] of [
  ["kiosk", ["desk", "light", "en-GB"], []],
  ["kiosk", ["desk", "dark", "es-ES"], []],
  ["kiosk-pin", ["desk", "light", "de-DE"], [".kiosk-people .line >> nth=0"]],
]) {
  await takeAlone(name, look, async (page) => {
    await page.addInitScript((key) => localStorage.setItem("rollcall.kiosk", key), kiosk.device_token);
    await page.goto(`${url}/app/kiosk`);
    await page.waitForSelector(".kiosk-people .line");
    for (const one of pressed) await page.click(one);
  });
}
await browser.close();
await rm(scratch, { recursive: true });
