// Writes the pictures of docs/console: every page of the demo company, as started by scripts/check-console.sh screenshots.
//
// node screenshots.mjs FOLDER [NAME…]      with names: only pictures of these
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { call, go, launch, open, settled, signIn, token, url } from "./browser.mjs";

const [folder, ...wanted] = process.argv.slice(2);
const isWanted = (name) => wanted.length === 0 || wanted.includes(name);
/** Looks that several pictures share: a size, a scheme and a language. */
const DESK = ["desk", "light", "en-GB"];
const PHONE = ["phone", "light", "en-GB"];
const PHONE_DE = ["phone", "light", "de-DE"];
const PHONE_TR = ["phone", "light", "tr-TR"];
const DARK_DE = ["desk", "dark", "de-DE"];
/** People with very long names. */
const RENAMED = { lena: "Maximiliane von Hohenstein-Wagner", omar: "Abdülkerim Yıldırımoğlu-Çetinkaya" };
/** The number of notifications per person that stay unread. */
const UNREAD = 3;

/**
 * The pictures: name, person, path, looks, and the steps before the picture: an element to press, or a function of the page.
 * @type {[string, string, string, string[][], ...(string | ((page: import("playwright-core").Page) => Promise<unknown>))[]][]}
 */
const PICTURES = [
  ["today", "tom", "./", [PHONE, DESK, DARK_DE, ["phone", "dark", "tr-TR"]]],
  ["calendar", "sven", "calendar?date=2026-12-07", [PHONE, DESK, DARK_DE]],
  ["requests", "sven", "requests", [PHONE_TR, DESK]],
  ["team", "ada", "team", [DESK, ["phone", "dark", "de-DE"], PHONE_TR]],
  ["day", "maria", "team", [DESK, PHONE_DE], ".line:has-text('Tom Becker')"],
  ["approvals", "jonas", "approvals", [DESK, DARK_DE, PHONE], ".approval:has-text('Sven Thomsen') .line"],
  ["people", "ada", "people", [DESK, ["phone", "dark", "de-DE"]], ".line:has-text('Tom Becker')"],
  ["company", "ada", "company?part=policies", [DESK, DARK_DE, PHONE_TR]],
  ["overview", "ada", "company", [DESK, ["phone", "dark", "fr-FR"]]],
  ["audit", "ada", "company?part=audit", [["desk", "light", "de-DE"], PHONE]],
  ["appearance", "ada", "company?part=appearance", [DESK, ["phone", "dark", "de-DE"]]],
  ["departments", "ada", "company?part=departments", [DESK, PHONE_DE]],
  ["sites", "ada", "company?part=sites", [PHONE, DESK]],
  ["holidays", "ada", "company?part=holidays", [DESK, ["phone", "light", "es-ES"]]],
  ["leave-types", "ada", "company?part=leave_types", [DESK, ["phone", "light", "fr-FR"]]],
  ["kiosks", "ada", "company?part=kiosks", [DESK, PHONE_TR]],
  ["terminals", "ada", "company?part=terminals", [DESK, PHONE_DE]],
  ["pay-rules", "ada", "company?part=pay_rules", [DESK, PHONE_DE]],
  ["pay-codes", "ada", "company?part=pay_codes", [DESK, ["phone", "light", "es-ES"]]],
  ["cost-centers", "ada", "company?part=cost_centers", [DESK, PHONE]],
  ["pay-templates", "ada", "company?part=pay_templates", [PHONE_DE, DESK], ".item:has-text('CSV') button"],
  ["imports", "ada", "company?part=imports", [DESK, PHONE_DE]],
  ["service-tokens", "ada", "company?part=service_tokens", [DESK, PHONE]],
  ["webhooks", "ada", "company?part=webhooks", [["desk", "light", "de-DE"], PHONE]],
  ["swap", "sven", "requests", [PHONE, ["desk", "dark", "en-GB"]], "text=Swap a shift", chooseSwap],
  ["timesheet", "sven", "timesheet?period=2026-11-16..2026-11-22", [PHONE, DARK_DE]],
  ["pay", "jonas", "pay?period=2026-11-16..2026-11-22", [DESK, PHONE_TR], ".line:has-text('Sven Thomsen')"],
  ["roster", "ada", "roster?date=2026-11-30", [DESK, DARK_DE, PHONE_TR]],
  ["reports", "ada", "reports?report=monthly-work&month=2026-11", [DESK, ["desk", "dark", "es-ES"], PHONE_DE]],
  ["trends", "ada", "reports?report=trends&from=2026-11-09", [DESK, PHONE_TR], (page) => page.locator(".chart").evaluate((chart) => innerWidth < 640 && chart.scrollIntoView())],
  ["inbox", "jonas", "inbox", [PHONE, DESK]],
  ["preferences", "jonas", "preferences", [["desk", "light", "fr-FR"], PHONE_DE]],
];

/**
 * Picks one of the person's own shifts, a colleague, and the first of their cards, and scrolls to both.
 * @param {import("playwright-core").Page} page
 */
async function chooseSwap(page) {
  await page.locator("dialog input[name=mine]").first().check();
  await page.selectOption("dialog select", { label: RENAMED.omar });
  await page.locator("dialog input[name=theirs]").nth(1).check();
  await page.locator("dialog input[name=theirs]").first().scrollIntoViewIfNeeded();
}

await mkdir(folder, { recursive: true });
// Creates timesheets of a week, names at kiosks, and data for each page that is empty in the demo company. A second run finds the data.
const admin = await token("ada");
const people = (await call("GET", "/users?limit=200", { token: admin })).items;
const idOf = (username) => people.find((one) => one.username === username).id;
const [site] = (await call("GET", "/sites", { token: admin })).items;
for (const [username, full_name] of Object.entries(RENAMED)) await call("PATCH", `/users/${idOf(username)}`, { token: admin, body: { full_name } });
for (const [path, body] of [
  ["/webhooks", { url: "https://payroll.example.com/rollcall", kinds: ["clocked_out", "day_edited"], description: "Payroll" }],
  ["/terminals", { serial: "CJ5Z201460012", site_id: site.id, name: "Gate" }],
  ["/kiosks", { site_id: site.id, name: "Entrance" }],
  ["/service-tokens", { name: "Payroll", scopes: ["pay:read", "reports:read"], department_ids: null, expires_at: "2027-05-31T00:00:00Z" }],
  ["/pay/rules", { name: "Workshop", versions: [{ effective_from: "2026-01-01", overtime: [{ per: "day", after: { minutes: 480 }, code: "overtime", needs_approval: true }] }] }],
]) {
  const { items } = await call("GET", path, { token: admin });
  if (items.length === 0) await call("POST", path, { token: admin, body });
}
for (const [code, name] of [["4711", "Warehouse North"], ["4712", "Order 2026-118, harbour wall"]]) {
  await call("PUT", `/pay/cost-centers/${code}`, { token: admin, body: { name } }).catch(() => {});
}
await call("PATCH", "/settings", { token: admin, body: { pay_period: { kind: "week", anchor: "2024-01-01" }, kiosk: { show_names: true } } });
// Creates pending requests: leave, a correction, and a swap.
const sven = await token("sven");
for (const [path, listed, body] of [
  ["/leave/requests", `/leave/requests?user_id=${idOf("sven")}&from=2026-12-21`, { type: "annual", start_date: "2026-12-21", end_date: "2026-12-23", reason: "Christmas with the family" }],
  [`/attendance/me/2026-11-24/corrections`, `/corrections?user_id=${idOf("sven")}`, { reason: "The gate was locked until eight", sessions: [{ clock_in: "2026-11-24T08:00:00+01:00", clock_out: "2026-11-24T16:30:00+01:00", breaks: [] }] }],
  ["/roster/swaps", `/roster/swaps?user_id=${idOf("sven")}`, { my_date: "2026-12-02", with_user_id: idOf("omar"), their_date: "2026-12-03", note: "Parents’ evening" }],
]) {
  if ((await call("GET", listed, { token: sven })).items.length === 0) await call("POST", path, { token: sven, body });
}
// Marks most notifications as read, because a demo company of three weeks has many of them.
for (const username of ["ada", "jonas", "maria", "sven", "tom"]) {
  const access = await token(username);
  const { items } = await call("GET", "/notifications?unread=true&limit=100", { token: access });
  for (const { id } of items.slice(UNREAD)) await call("POST", `/notifications/${id}/read`, { token: access });
}
/** Returns a video (YUV4MPEG2) of one frame for the kiosk's camera: head and shoulders of a person in front of a light wall. */
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
/** One browser for each language, because the browser itself writes the dates, months and buttons of native controls. */
const browsers = new Map();

/** @param {string} locale */
async function browserOf(locale) {
  if (!browsers.has(locale)) browsers.set(locale, await launch([`--use-file-for-fake-video-capture=${join(scratch, "camera.y4m")}`, `--lang=${locale}`], locale));
  return browsers.get(locale);
}

/** Opens a device with a look. @param {string[]} look */
const device = async ([size, scheme, locale]) => open(await browserOf(locale), { size, scheme, locale, deviceScaleFactor: 1 });

async function take(page, name, [size, scheme, locale]) {
  await settled(page);
  await page.mouse.move(0, 0);
  const language = locale.slice(0, 2);
  const more = [scheme === "dark" && "dark", language !== "en" && language].filter(Boolean).map((word) => `-${word}`).join("");
  await page.screenshot({ path: `${folder}/${name}-${size}${more}.png`, animations: "disabled" });
}

/** Takes one picture of a page without a sign-in. */
async function takeAlone(name, look, prepare) {
  if (!isWanted(name)) return;
  const { page, context } = await device(look);
  await prepare(page);
  await take(page, name, look);
  await context.close();
}

/** @param {string} path */
const address = (path) => (page) => page.goto(`${url}/app/${path}`);
for (const look of [PHONE, DARK_DE]) {
  await takeAlone("sign-in", look, async (page) => {
    await address("sign-in")(page);
    await page.waitForSelector(".demo-people .button");
  });
}
for (const look of [PHONE_TR, ["desk", "dark", "en-GB"]]) {
  await takeAlone("setup", look, address("setup"));
  await takeAlone("setup-rules", look, async (page) => {
    await address("setup")(page);
    await page.locator("form select").last().scrollIntoViewIfNeeded();
    await page.evaluate(() => scrollBy(0, innerHeight / 4));
  });
}
for (const look of [PHONE_DE, DESK]) {
  await takeAlone("register", look, address("register"));
  await takeAlone("link", look, address("link"));
  await takeAlone("kiosk-pairing", look, address("kiosk"));
}
await takeAlone("offline", PHONE_TR, async (page) => {
  await page.addInitScript((person) => localStorage.setItem("rollcall.person", person), JSON.stringify({ id: idOf("omar"), full_name: RENAMED.omar }));
  await address("offline")(page);
});
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
    for (const one of pressed) await (typeof one === "string" ? page.click(one) : one(page));
    await take(page, name, look);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
  }
  await context.close();
}

// A new kiosk with names, a PIN for one person, and the confirmation. The last picture needs a punch, so these pictures come last.
const kiosk = await call("POST", "/kiosks", { token: admin, body: { site_id: site.id, name: "Yard" } });
const PIN = "739154";
await call("PUT", `/users/${idOf("omar")}/pin`, { token: admin, body: { pin: PIN } });
const chosen = ".kiosk-people .line:has-text('Abdülkerim')";
const confirm = async (page) => {
  await page.fill("[name=pin]", PIN);
  await page.click(".punch-button");
  await page.waitForSelector(".confirmation");
};
for (const [name, look, ...pressed] of [
  ["kiosk", DESK],
  ["kiosk", ["desk", "dark", "es-ES"]],
  ["kiosk", PHONE_DE],
  ["kiosk-pin", ["desk", "light", "de-DE"], chosen],
  ["kiosk-pin", PHONE, chosen],
  ["kiosk-done", DESK, chosen, confirm],
  ["kiosk-done", PHONE_TR, chosen, confirm],
]) {
  await takeAlone(name, look, async (page) => {
    await page.addInitScript((key) => localStorage.setItem("rollcall.kiosk", key), kiosk.device_token);
    await address("kiosk")(page);
    await page.waitForSelector(".kiosk-people .line");
    for (const one of pressed) await (typeof one === "string" ? page.click(one) : one(page));
  });
}
await call("DELETE", `/kiosks/${kiosk.id}`, { token: admin });

// A new person who must choose a password first.
for (const look of isWanted("restricted") ? [PHONE_DE, DESK] : []) {
  const username = `new.${Date.now().toString(36)}`;
  const { temporary_password: password } = await call("POST", "/users", { token: admin, body: { username, full_name: "Zoë Neumann", hired_on: "2026-11-26" } });
  await takeAlone("restricted", look, async (page) => {
    await address("sign-in")(page);
    await page.fill("[name=username]", username);
    await page.fill("[name=password]", password);
    await page.click("form [type=submit]");
    await page.waitForSelector('html[data-page="restricted"]');
  });
}
for (const browser of browsers.values()) await browser.close();
await rm(scratch, { recursive: true });
