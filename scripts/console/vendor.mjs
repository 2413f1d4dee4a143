// Writes functions/console/assets/vendor/ from the packages that package-lock.json pins:
//
//   preact.js    Preact, its hooks, its signals and htm, joined by esbuild into one module
//   qr.js        uqr, which makes QR codes
//   icons.js     the icons of icons.json, from Lucide
//   VENDOR.json  the origin: package, version, licence, and the SHA-256 of each file
//
// node vendor.mjs           writes the files
// node vendor.mjs --check   checks that the existing files are the same
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { build } from "esbuild";

const here = new URL("./", import.meta.url);
const vendor = new URL("../../functions/console/assets/vendor/", here);

/** Returns the package.json of an installed package. */
async function manifest(name) {
  return JSON.parse(await readFile(new URL(`node_modules/${name}/package.json`, here), "utf8"));
}

async function origin(name) {
  const { version, license, homepage } = await manifest(name);
  return { package: name, version, license, homepage };
}

/**
 * Returns an entry and all its imports as one module.
 * @param {string} entry
 * @param {string} what
 */
async function joined(entry, what) {
  const banner = `/*! ${what}: see VENDOR.json. Written by scripts/console/vendor.mjs. */\n// @ts-nocheck: its types are those of the packages.`;
  const result = await build({
    absWorkingDir: new URL(".", here).pathname,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    legalComments: "none",
    banner: { js: banner },
    write: false,
  });
  return result.outputFiles[0].text;
}

/** Returns an icon as elements: [["path", { d: "…" }], …]. */
function elements(svg) {
  const body = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
  return [...body.matchAll(/<(\w+)([^>]*?)\/>/g)].map(([, tag, attributes]) => [
    tag,
    Object.fromEntries([...attributes.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value])),
  ]);
}

async function icons() {
  const names = JSON.parse(await readFile(new URL("icons.json", here), "utf8"));
  const lines = [];
  for (const name of names.sort()) {
    const svg = await readFile(new URL(`node_modules/lucide-static/icons/${name}.svg`, here), "utf8");
    lines.push(`  ${JSON.stringify(name)}: ${JSON.stringify(elements(svg))},`);
  }
  return [
    "/*! Icons of Lucide (ISC): see VENDOR.json. Written by scripts/console/vendor.mjs from icons.json. */",
    "/** @type {Record<string, [string, Record<string, string>][]>} */",
    "export const icons = {",
    ...lines,
    "};",
    "",
  ].join("\n");
}

const files = {
  "preact.js": await joined("vendor-entry.js", "Preact, @preact/signals (MIT), htm (Apache-2.0)"),
  "qr.js": await joined("vendor-qr.js", "uqr (MIT)"),
  "icons.js": await icons(),
};
const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const notes = {
  "preact.js": {
    sha256: sha256(files["preact.js"]),
    from: await Promise.all(["preact", "@preact/signals", "@preact/signals-core", "htm"].map(origin)),
    joined_by: await origin("esbuild"),
  },
  "qr.js": { sha256: sha256(files["qr.js"]), from: [await origin("uqr")], joined_by: await origin("esbuild") },
  "icons.js": { sha256: sha256(files["icons.js"]), from: [await origin("lucide-static")] },
};
files["VENDOR.json"] = JSON.stringify(notes, null, 2) + "\n";

if (process.argv.includes("--check")) {
  for (const [name, text] of Object.entries(files)) {
    const found = await readFile(new URL(name, vendor), "utf8").catch(() => "");
    if (found !== text) {
      console.error(`functions/console/assets/vendor/${name} isn't what scripts/console/vendor.mjs writes`);
      process.exit(1);
    }
  }
} else {
  await mkdir(vendor, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(new URL(name, vendor), text);
}
