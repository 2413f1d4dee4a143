import type { components } from "./schema.js";

/** The body of an error (RFC 9457). Branch on `code`; show `detail`, or else `title`, to people. */
export type Problem = components["schemas"]["Problem"];

/**
 * Tells a problem of Rollcall from what API Gateway answers by itself (`{"message"}` with 413, 429 or 503).
 */
export function isProblem(error: unknown): error is Problem {
  return typeof error === "object" && error !== null && "code" in error && "request_id" in error;
}
