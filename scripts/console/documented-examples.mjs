// Runs every example of /docs as a reader of that page does: signs in with its form, opens each operation and presses
// "Execute" without changing a field. Prints each operation's status, and writes a picture of the page.
//
//   node documented-examples.mjs docs.png     the stack is the one at ROLLCALL_URL
//
// SECTIONS=reports,roster runs only the operations of these sections.
// A 400, 404, 405, 413, 415, 422 or 5xx fails the run, because the example is wrong. An operation without a response fails it too. 401, 403,
// 409, 412 and 429 don't, because these responses depend on the caller and on the changes of earlier examples.
import { launch, url } from "./browser.mjs";

const EXPECTED = new Set([401, 403, 409, 410, 412, 429]);
// Operations for which the demo company has no id when the page is loaded. It has no photo, export, import, pay run, delivery or unknown
// terminal number. A feed's secret is shown once, an unsubscribe link has its own token, and the page's own session must stay.
const NOT_FOUND = new Set([
  "getPhotoLink", "endSession", "getReportExport", "getRosterImport", "getAttendanceImport", "getLeaveBalanceImport", "getUserImport",
  "getHolidaySubscription", "deleteHolidaySubscription", "refreshHolidaySubscription", "getPayRun", "getPayRunFile", "listPayRunLines",
  "replayWebhookDelivery", "getCalendarFeed", "discardUnknownTerminalNumber", "assignTerminalNumber",
  "showUnsubscribePage", "unsubscribeByLink",
]);
// Operations that end the session of the page, or reset data that others need. They run last.
const LAST = ["disableUser", "replaceSettings", "logout", "logoutEverywhere", "changePassword"];
// Operations that only other people than the administrator can try in the demo company, or that other operations need. They run first, in
// this order, because the administrator's decisions leave nothing to change.
const BY = {
  assignBadge: "ada", setDepartmentChat: "ada", createKiosk: "ada", createTerminal: "ada", createServiceToken: "ada", createWebhook: "ada",
  clockIn: "lena", startBreak: "lena", endBreak: "lena", createPhotoUpload: "lena", clockOut: "lena", requestCorrection: "lena",
  requestLeave: "lena", updateLeaveRequest: "tom", markNotificationRead: "maria", createCalendarFeed: "lena", requestSwap: "piotr",
  decideSwap: "omar",
};

const browser = await launch();
// The page draws only the operations in view, so the viewport is as high as a section. The scale is small, because repaints are frequent.
const page = await browser.newPage({ viewport: { width: 1280, height: 20_000 }, deviceScaleFactor: 0.1 });
// All operations are drawn at once, which takes long on a busy machine.
page.setDefaultTimeout(600_000);
const errors = [];
page.on("pageerror", (error) => errors.push(error.message));
await page.goto(`${url}/docs`);
await page.waitForSelector("#sign-in:not([hidden])");
const description = await (await fetch(`${url}/openapi.json`)).json();
const operations = Object.values(description.paths).flatMap((path) => Object.values(path)).filter((operation) => operation.operationId).length;
await page.waitForFunction((count) => document.querySelectorAll(".opblock").length === count, operations);
let signedIn;
async function signIn(username) {
  if (signedIn === username) return;
  signedIn = username;
  await page.evaluate(() => { document.getElementById("sign-in-status").textContent = ""; });
  await page.selectOption("#sign-in select", username);
  await page.click("#sign-in button");
  await page.waitForFunction(() => document.getElementById("sign-in-status").textContent.startsWith("Signed in as"));
  await page.waitForLoadState("networkidle");
}
await signIn("ada");
if (process.argv[2]) {
  const picture = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
  await picture.goto(`${url}/docs`);
  await picture.waitForSelector("#sign-in:not([hidden])");
  await picture.waitForSelector(".opblock");
  await picture.screenshot({ path: process.argv[2] });
  await picture.close();
}

const names = await page.locator(".opblock").evaluateAll((blocks) => blocks.map((block) => block.id));
const named = (operations) => operations.flatMap((operation) => names.filter((id) => id.endsWith(`-${operation}`)));
const [first, last] = [named(Object.keys(BY)), named(LAST)];
const sectionsToRun = process.env.SECTIONS?.split(",").map((section) => `operations-${section}-`);
// Deletions run after the operations that need the deleted items.
const deletes = await page.locator(".opblock-delete").evaluateAll((blocks) => blocks.map((block) => block.id));
const others = names.filter((id) => !first.includes(id) && !last.includes(id));
const order = [...first, ...others.filter((id) => !deletes.includes(id)), ...others.filter((id) => deletes.includes(id)), ...last]
  .filter((id) => sectionsToRun?.some((section) => id.startsWith(section)) ?? true);
// Only the section of the current operation is open. The page redraws all operations of open sections at each change, and with
// all 220 of them a run takes two hours.
const sections = new Map(await page.locator(".opblock-tag").evaluateAll((tags) => tags.flatMap((tag) =>
  [...tag.parentElement.querySelectorAll(".opblock")].map((block) => [block.id, tag.id]))));
let open;
async function openSection(section) {
  if (open === section) return;
  for (const tag of open ? [open] : new Set(sections.values())) await page.click(`[id="${tag}"]`);
  await page.click(`[id="${section}"]`);
  open = section;
}
const afterFirst = order.find((id) => !first.includes(id));
let wrong = 0;
const counts = new Map();
for (const id of order) {
  // A new sign-in puts the ids of the created items into the examples.
  if (id === afterFirst) signedIn = undefined;
  await openSection(sections.get(id));
  await signIn(BY[id.split("-").at(-1)] ?? "ada");
  const block = page.locator(`[id="${id}"]`);
  await block.locator(".opblock-summary-control").click();
  await block.locator("button.execute").click();
  const row = block.locator(".live-responses-table tbody tr.response").or(block.locator(".validation-errors li")).first();
  await row.waitFor({ timeout: 240_000 }).catch(() => {});
  const text = await block.locator(".live-responses-table tbody .response-col_status").first().textContent({ timeout: 10_000 })
    .catch(() => undefined);
  const status = Number.parseInt(text ?? "", 10);
  counts.set(status, (counts.get(status) ?? 0) + 1);
  const fine = (status >= 200 && status < 400) || EXPECTED.has(status)
    || (status === 404 && NOT_FOUND.has(id.split("-").at(-1)));
  if (!fine || process.env.VERBOSE || status >= 400) {
    const body = await block.locator(".live-responses-table .highlight-code").first().textContent({ timeout: 1_000 }).catch(() => "");
    console.log(`${fine ? "ok   " : "WRONG"} ${status} ${id} ${body.replaceAll(/\s+/g, " ").slice(0, 300)}`);
  }
  if (!fine) wrong += 1;
  if (process.argv[3] && id.endsWith(`-${process.argv[3]}`)) await block.screenshot({ path: process.argv[2].replace(".png", "-run.png") });
  await block.locator(".opblock-summary-control").click();
}
console.log(`${order.length} operations:`, Object.fromEntries([...counts].sort()));
for (const error of errors) console.log(`page error: ${error}`);
await browser.close();
process.exitCode = wrong + errors.length === 0 ? 0 : 1;
