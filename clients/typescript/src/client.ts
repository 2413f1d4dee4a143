import createClient, { type Client } from "openapi-fetch";

import { LiveConnection, type LiveOptions } from "./live.js";
import { isProblem } from "./problem.js";
import type { paths } from "./schema.js";
import { SessionEnded, SessionKeeper, sessionOf, type Session } from "./session.js";

/** Calls that take no access token. */
const WITHOUT_TOKEN = /\/(auth\/(login|logout|refresh|register|setup)|\.well-known\/jwks\.json|openapi\.json)$/;

export interface RollcallOptions {
  /** Where the API is, for example `https://attendance.example.com`. */
  baseUrl: string;
  /** The session to go on with; without one, call {@link Rollcall.signIn}. */
  session?: Session;
  /** Called with the new tokens after a sign-in or refresh, and with `undefined` when the session ends. */
  onSession?: (session: Session | undefined) => void;
  /** Default: the global `fetch`. */
  fetch?: (request: Request) => Promise<Response>;
  /** Whether the browser keeps the refresh token in a cookie, for pages of the API's own origin. Default: false. */
  cookies?: boolean;
  /** Whether POSTs get an `Idempotency-Key` when the call sets none. Default: true. */
  idempotencyKeys?: boolean;
}

/** What a sign-in shows beside the password. */
export interface SignInProof {
  /** The code of the authenticator app, or a recovery code, where the person has a second factor. */
  readonly code?: string;
  /** The `known_device` that an earlier sign-in of the person answered on this device. */
  readonly known_device?: string;
}

export interface Rollcall {
  /** The API: `api.POST("/clock/in", { body: {} })`. Errors come back as `error`, they aren't thrown. */
  readonly api: Client<paths>;
  /** The present tokens. */
  readonly session: Session | undefined;
  /**
   * Signs in; the answer is that of `POST /auth/login`. With the problem `mfa_required`, call it again with a `code`. Keep the answer's
   * `known_device` for the next sign-in, and look at `restriction`: it names the one thing that the session allows.
   */
  signIn(username: string, password: string, proof?: SignInProof): ReturnType<typeof login>;
  /** Ends the session, here and at the API. */
  signOut(): Promise<void>;
  /** Opens a live connection, which reconnects and resumes by itself until it is closed. */
  live(options: LiveOptions): LiveConnection;
}

function login(
  api: Client<paths>,
  username: string,
  password: string,
  session: "token" | "cookie",
  proof: SignInProof = {},
) {
  return api.POST("/auth/login", { body: { username, password, session, ...proof } });
}

/**
 * Creates a client for a signed-in person. An expired access token is refreshed once, however many calls need it, and the
 * call that met it is repeated with the same idempotency key.
 */
export function createRollcall(options: RollcallOptions): Rollcall {
  const { baseUrl, session, onSession = () => {}, idempotencyKeys = true } = options;
  const mode = options.cookies === true ? "cookie" : "token";
  const proof = (refreshToken: string | undefined): { refresh_token: string } | { session: "token" | "cookie" } =>
    refreshToken === undefined ? { session: mode } : { refresh_token: refreshToken };
  const send = options.fetch ?? ((request: Request) => fetch(request));
  // Refreshing must not pass through the client that waits for it.
  const anonymous = createClient<paths>({ baseUrl, fetch: send });

  const keeper = new SessionKeeper(
    session,
    async (refreshToken) => {
      const { data, error } = await anonymous.POST("/auth/refresh", { body: proof(refreshToken) });
      if (data !== undefined) return sessionOf(data);
      if (isProblem(error) && (error.status === 401 || error.status === 403)) throw new SessionEnded(error.code);
      throw new Error("The tokens can't be refreshed now; try again later.");
    },
    onSession,
  );

  async function signed(request: Request): Promise<Response> {
    if (WITHOUT_TOKEN.test(new URL(request.url).pathname)) return send(request);
    if (idempotencyKeys && request.method === "POST" && !request.headers.has("Idempotency-Key")) {
      request.headers.set("Idempotency-Key", crypto.randomUUID());
    }
    const token = await keeper.accessToken();
    if (token === undefined) return send(request);
    const repeat = request.clone();
    request.headers.set("Authorization", `Bearer ${token}`);
    const response = await send(request);
    if (response.status !== 401 || !(await isExpired(response))) return response;
    const { accessToken } = await keeper.refresh(token);
    repeat.headers.set("Authorization", `Bearer ${accessToken}`);
    return send(repeat);
  }

  const api = createClient<paths>({ baseUrl, fetch: signed });
  return {
    api,
    get session() {
      return keeper.session;
    },
    async signIn(username, password, shown) {
      const answer = await login(api, username, password, mode, shown);
      if (answer.data !== undefined) keeper.session = sessionOf(answer.data);
      return answer;
    },
    async signOut() {
      const ended = keeper.session;
      keeper.session = undefined;
      if (ended !== undefined) await api.POST("/auth/logout", { body: proof(ended.refreshToken) });
    },
    live: (liveOptions) => new LiveConnection(api, liveOptions),
  };
}

/** Creates a client for a kiosk, whose device token neither expires within a day nor is refreshed. */
export function createKiosk(options: { baseUrl: string; deviceToken: string }): Client<paths> {
  return createClient<paths>({
    baseUrl: options.baseUrl,
    headers: { Authorization: `Bearer ${options.deviceToken}` },
  });
}

async function isExpired(response: Response): Promise<boolean> {
  const body: unknown = await response.clone().json().catch(() => undefined);
  return isProblem(body) && body.code === "token_expired";
}
