/** Typed calls of the Rollcall API. Start with {@link createRollcall}. */
export { createKiosk, createRollcall, type Rollcall, type RollcallOptions, type SignInProof } from "./client.js";
export { LiveConnection, type LiveMessage, type LiveOptions, type Socket } from "./live.js";
export { isProblem, type Problem } from "./problem.js";
export { SessionEnded, type Session } from "./session.js";
export type { components, operations, paths } from "./schema.js";
