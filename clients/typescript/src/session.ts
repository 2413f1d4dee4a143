import type { components } from "./schema.js";

type Tokens = components["schemas"]["Tokens"];

/** The tokens of a signed-in person. Keep `refreshToken` where other people can't read it. */
export interface Session {
  readonly accessToken: string;
  /** Absent when the browser keeps it in a cookie. */
  readonly refreshToken?: string;
  /** When the access token expires, on the clock of `performance.now()`: a device's date may be wrong or be changed. */
  readonly expiresAt: number;
}

/** A token this close to its end is refreshed before a call. */
const MARGIN_MS = 30_000;

/** The session that the answer of a sign-in or refresh begins or continues. */
export function sessionOf(tokens: Tokens): Session {
  return {
    accessToken: tokens.access_token,
    ...(tokens.refresh_token === undefined ? {} : { refreshToken: tokens.refresh_token }),
    expiresAt: performance.now() + tokens.expires_in * 1000,
  };
}

/** Why a session can't be continued: sign in again. */
export class SessionEnded extends Error {
  constructor(readonly code: string | undefined) {
    super(`The session has ended (${code ?? "no tokens"}): sign in again.`);
    this.name = "SessionEnded";
  }
}

/** Keeps the tokens, and replaces them when they expire. */
export class SessionKeeper {
  #session: Session | undefined;
  #refreshing: Promise<Session> | undefined;

  constructor(
    session: Session | undefined,
    readonly refreshTokens: (refreshToken: string | undefined) => Promise<Session>,
    readonly onChange: (session: Session | undefined) => void,
  ) {
    this.#session = session;
  }

  get session(): Session | undefined {
    return this.#session;
  }

  set session(session: Session | undefined) {
    this.#session = session;
    this.onChange(session);
  }

  /** The access token, refreshed first when it is about to expire. */
  async accessToken(): Promise<string | undefined> {
    const session = this.#session;
    if (session === undefined) return undefined;
    const isFresh = performance.now() < session.expiresAt - MARGIN_MS;
    return (isFresh ? session : await this.refresh(session.accessToken)).accessToken;
  }

  /**
   * Replaces the tokens. A refresh token works once, so calls that find `stale` expired at the same time share one refresh.
   *
   * @throws SessionEnded when the API refuses the refresh token. A network failure keeps the session.
   */
  async refresh(stale: string): Promise<Session> {
    const session = this.#session;
    if (session === undefined) throw new SessionEnded(undefined);
    if (session.accessToken !== stale) return session;
    this.#refreshing ??= this.#replace(session).finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #replace(session: Session): Promise<Session> {
    try {
      const next = await this.refreshTokens(session.refreshToken);
      this.session = next;
      return next;
    } catch (error) {
      if (error instanceof SessionEnded) this.session = undefined;
      throw error;
    }
  }
}
