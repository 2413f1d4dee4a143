// A QR code, dark on light in every color scheme, because scanners need it.
import { h, html } from "../vendor/preact.js";
import { encode } from "../vendor/qr.js";

/** @param {{ text: string, label: string }} props */
export function QrCode({ text, label }) {
  const { size, data } = encode(text, { border: 2 });
  const path = data.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ""))).join("");
  return html`<svg class="qr" role="img" aria-label=${label} viewBox=${`0 0 ${size} ${size}`} shape-rendering="crispEdges">
    ${h("rect", { width: size, height: size, fill: "#fff" })}${h("path", { d: path, fill: "#000" })}
  </svg>`;
}
