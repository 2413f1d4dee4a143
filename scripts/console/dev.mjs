// Serves functions/console/assets from the disk for development. Paths below /app/ come from there, all others from a local stack.
//
//   cargo run &                              the stack, on port 3000
//   npm run dev [-- PORT [STACK]]            http://127.0.0.1:5173/app/, from http://127.0.0.1:3000
import { readFile, readdir } from "node:fs/promises";
import { createServer, request } from "node:http";

const port = Number(process.argv[2] ?? 5173);
const stack = new URL(process.argv[3] ?? "http://127.0.0.1:3000");
const assets = new URL("../../functions/console/assets/", import.meta.url);
const HASH = "000000000000";
const TYPES = { html: "text/html", js: "text/javascript", css: "text/css", svg: "image/svg+xml", png: "image/png", webmanifest: "application/manifest+json" };

async function styles() {
  const names = (await readdir(assets, { recursive: true })).filter((name) => name.endsWith(".css")).sort();
  return (await Promise.all(names.map((name) => readFile(new URL(name, assets), "utf8")))).join("");
}

async function file(path) {
  if (path === `${HASH}/console.css`) return [await styles(), "css"];
  const name = path.startsWith(`${HASH}/`) ? path.slice(HASH.length + 1) : path.includes(".") ? path : "index.html";
  const extension = name.split(".").at(-1);
  const content = await readFile(new URL(name, assets));
  if (!["index.html", "sw.js", "manifest.webmanifest"].includes(name)) return [content, extension];
  return [content.toString().replaceAll("{{hash}}", HASH).replaceAll("{{preload}}", ""), extension];
}

// The same policy as in functions/console/src/headers.rs. Live connections and photos use the stack's next port.
const aws = `${stack.hostname}:${Number(stack.port) + 1}`;
const policy =
  `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data: ${aws}; connect-src 'self' ws://${aws} ${aws}; ` +
  "worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

createServer(async (asked, answer) => {
  const path = new URL(asked.url, "http://localhost").pathname;
  if (path.startsWith("/app/")) {
    const found = await file(path.slice(5)).catch(() => undefined);
    if (found === undefined) return answer.writeHead(404).end();
    const headers = { "Content-Type": `${TYPES[found[1]]}; charset=utf-8`, "Cache-Control": "no-store", "Content-Security-Policy": policy };
    return answer.writeHead(200, headers).end(found[0]);
  }
  const forwarded = request(new URL(asked.url, stack), { method: asked.method, headers: asked.headers }, (upstream) => {
    answer.writeHead(upstream.statusCode, upstream.headers);
    upstream.pipe(answer);
  });
  forwarded.on("error", () => answer.writeHead(502).end());
  asked.pipe(forwarded);
}).listen(port, "127.0.0.1", () => console.log(`http://127.0.0.1:${port}/app/ with the API of ${stack.origin}`));
