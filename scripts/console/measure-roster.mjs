// Measures the roster of a large company (docs/console.md): time to the first row, requests, and rows in the document.
//
//   node measure-roster.mjs [PEOPLE]      the stack is the one at ROLLCALL_URL: --ephemeral, with the demo company
import { call, launch, open, signIn, token } from "./browser.mjs";

const people = Number(process.argv[2] ?? 1000);
/** The number of concurrent calls that add people. */
const CONCURRENCY = 8;

const admin = await token("ada");
const { now } = await call("GET", "/clock", { token: admin });
const numbers = Array.from({ length: people }, (_, number) => number);
const add = async () => {
  for (let number = numbers.shift(); number !== undefined; number = numbers.shift()) {
    const body = { username: `person.${number}`, full_name: `Person ${String(number).padStart(4, "0")}`, hired_on: now.slice(0, 10) };
    await call("POST", "/users", { token: admin, body }).catch((error) => /username_taken/.test(error.message) || Promise.reject(error));
  }
};
await Promise.all(Array.from({ length: CONCURRENCY }, add));

const browser = await launch();
for (const view of ["week", "month"]) {
  const { page, context } = await open(browser);
  await signIn(page, "ada");
  let requests = 0;
  let bytes = 0;
  page.on("response", async (response) => {
    if (new URL(response.url()).pathname !== "/roster") return;
    requests++;
    bytes += (await response.body().catch(() => Buffer.alloc(0))).length;
  });
  const began = performance.now();
  const since = () => Math.round(performance.now() - began);
  await page.evaluate((view) => {
    history.pushState(null, "", `roster?view=${view}`);
    dispatchEvent(new PopStateEvent("popstate"));
  }, view);
  await page.waitForSelector(".roster-cell");
  const first = since();
  await page.waitForSelector(`.roster-grid:not([aria-rowcount="-1"])`, { timeout: 120_000 });
  const all = since();
  const rows = await page.locator(".roster-row [role=rowheader]").count();
  const height = await page.evaluate(() => document.querySelector(".roster-grid").scrollHeight);
  // Scrolls from top to bottom in 60 steps, and measures the slowest frame.
  const slowest = await page.evaluate(async () => {
    const grid = document.querySelector(".roster-grid");
    let longest = 0;
    for (let step = 1; step <= 60; step++) {
      const from = performance.now();
      grid.scrollTop = (grid.scrollHeight * step) / 60;
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      longest = Math.max(longest, performance.now() - from);
    }
    return Math.round(longest);
  });
  console.log(`${view}: first row after ${first} ms, all after ${all} ms, ${requests} requests, ${Math.round(bytes / 1000)} kB, ${rows} rows in the document (${height} px high), slowest of 60 scroll steps ${slowest} ms`);
  await context.close();
}
await browser.close();
