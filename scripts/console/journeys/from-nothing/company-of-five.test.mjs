// A company of five people without demo data, set up only through the pages: setup, people from a sheet, the first punch, and a week later the
// report of lateness. The stack has no demo company. Its set-up token is in SETUP_TOKEN, and its clock is at a Monday, 08:10.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { call, launch, open, setClock, settled, url } from "../../browser.mjs";

const OWN = "boathouse-lamp-42";
/** Clock-ins of a week: Sven's Tuesday is 37 minutes late. */
const WEEK = {
  "2026-11-16": [["grete.holm", "08:44"], ["omar.aziz", "09:03"]],
  "2026-11-17": [["grete.holm", "08:44"], ["omar.aziz", "08:59"], ["sven.thomsen", "09:37"]],
  "2026-11-18": [["grete.holm", "08:44"], ["sven.thomsen", "08:50"], ["omar.aziz", "09:12"]],
};

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

test("from the set-up token to the first punch, and to who was late last week", async () => {
  const began = performance.now();
  const desk = await open(browser);
  const { page } = desk;
  const field = (label) => page.getByLabel(label, { exact: true });
  await page.goto(`${url}/app/`);
  await page.click("text=Set up the company");
  for (const [label, value] of Object.entries({
    "Set-up token": process.env.SETUP_TOKEN,
    "Full name": "Ayşe Demir",
    "Username": "ayse",
    "Password": OWN,
    "Name of the company": "Fjord Boats",
    "Time zone": "Europe/Berlin",
    "Unpaid break in minutes": "30",
    "Annual leave in days": "28",
  })) await field(label).fill(value);
  await field("What does lateness cost?").selectOption("off");
  await field("A clock-in outside the shift’s window").selectOption("flag");
  await field("A clock-in on a day of leave").selectOption("refuse");
  await page.waitForSelector("text=/a day of leave, is 8 hrs? 30 mins?/");
  await page.click("form [type=submit]");
  await page.waitForSelector(".first-steps");
  await page.waitForSelector(".tabs .brand:has-text('Fjord Boats')");

  // The overview shows the steps again after a visit of another page.
  await page.click(".tabs >> text=Today");
  await page.click(".tabs >> text=Company");
  await page.waitForSelector(".first-steps:has-text('0 of 4 done')");

  await page.click(".first-steps >> text=Add departments");
  for (const name of ["Workshop", "Office"]) {
    await page.click("text=Add a department");
    await page.locator("dialog").getByLabel("Name").fill(name);
    await page.click("dialog [type=submit]");
    await page.waitForSelector("dialog", { state: "detached" });
  }
  await page.click(".first-steps >> text=Add people");
  await page.click("text=Import people");
  await page.fill("dialog textarea", "Full name\tDepartment\tRole\nSven Thomsen\tWorkshop\tEmployee\nLina Vogt\tWorkshop\tManager\nOmar Aziz\tOffice\tEmployee\nGrete Holm\tOffice\tEmployee\n");
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog .notice.good:has-text('4 entries would be new.')");
  await page.click("dialog [type=submit]");
  await page.waitForSelector("dialog .notice.good:has-text('Added: 4')");
  const [file] = await Promise.all([page.waitForEvent("download"), page.click("text=Download temporary passwords")]);
  const passwords = new Map((await readFile(await file.path(), "utf8")).trim().split("\n").slice(1).map((line) => line.split(",")));
  await page.click("dialog >> text=Close >> nth=-1");
  await page.waitForSelector(".first-steps:has-text('2 of 4 done')");

  const phone = await open(browser, { size: "phone" });
  await phone.page.goto(`${url}/app/`);
  await phone.page.fill("[name=username]", "sven.thomsen");
  await phone.page.fill("[name=password]", passwords.get("sven.thomsen"));
  await phone.page.click("form [type=submit]");
  await phone.page.waitForSelector("h1:has-text('Choose a password of your own')");
  await phone.page.fill("[autocomplete=current-password]", passwords.get("sven.thomsen"));
  await phone.page.fill("[autocomplete=new-password]", OWN);
  await phone.page.click("form [type=submit]");
  await phone.page.click(".punch-button:has-text('Clock in')");
  await phone.page.waitForSelector(".punch-button:has-text('Clock out')");
  await page.click(".tabs >> text=Company");
  await page.waitForSelector(".first-steps:has-text('2 of 4 done')");
  await page.click("[aria-label='Hide the first steps']");
  await page.reload();
  await page.waitForSelector(".finding, .notice.good");
  assert.equal(await page.locator(".first-steps").count(), 0, "hidden steps stay hidden");
  await page.click(".tabs >> text=Team");
  await page.waitForSelector(".board .line:has-text('Sven Thomsen'):has-text('At work')");
  console.log(`from the set-up page to the first punch on the board: ${((performance.now() - began) / 1000).toFixed(0)} s of a machine's typing`);

  // The remaining punches of the week.
  const sign = async (username, password) => (await call("POST", "/auth/login", { body: { username, password } })).access_token;
  for (const [username, password] of passwords) {
    if (username !== "sven.thomsen") await call("PUT", "/auth/password", { token: await sign(username, password), body: { current_password: password, new_password: OWN } });
  }
  const punch = async (at, username, direction) => {
    await setClock(`${at}:00+01:00`);
    await call("POST", `/clock/${direction}`, { token: await sign(username, OWN), body: {} });
  };
  for (const [date, arrivals] of Object.entries(WEEK)) {
    for (const [username, time] of arrivals) await punch(`${date}T${time}`, username, "in");
    for (const [username] of arrivals) await punch(`${date}T18:01`, username, "out");
  }
  await setClock("2026-11-23T09:20:00+01:00");

  await page.goto(`${url}/app/`);
  await page.click(".tabs >> text=Reports");
  await page.click(".parts >> text=Lateness");
  await page.click("text=Last week");
  await page.waitForSelector(".report-table tbody tr");
  await settled(page);
  const rows = await page.locator(".report-table tbody tr").allTextContents();
  assert.deepEqual(rows.map((row) => /Sven|Omar/.exec(row)?.[0]), ["Sven", "Omar"], rows.join("\n"));
  await page.click("tr:has-text('Tue') >> text=Sven Thomsen");
  await page.waitForSelector(".day-panel .notice");
  assert.match(await page.textContent(".day-panel .notice"), /Clocked in at 09:37, 37 mins? after the shift started at 09:00\. Up to 5 minutes don’t count as late\./);
  // Tokens and tickets of the previous week have expired, and the console replaces them.
  assert.deepEqual([...desk.faults, ...phone.faults].filter((fault) => !/status of 401|HTTP Authentication failed/.test(fault)), []);
  await phone.context.close();
  await desk.context.close();
});
