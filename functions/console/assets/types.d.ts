/** Types of the API, from openapi.json by way of clients/typescript. Read by the type check, never served. */
import type { components, paths } from "../../../clients/typescript/src/schema.js";

export type Schemas = components["schemas"];
export type Day = Schemas["Day"];
export type ClockStatus = Schemas["ClockStatusAnswer"];
export type User = Schemas["User"];

type Method = "get" | "post" | "put" | "patch" | "delete";

/** The paths of the API that have the method. */
export type PathsOf<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, { responses: unknown }> ? P : never;
}[keyof paths];

type Operation<P extends keyof paths, M extends Method> = Extract<paths[P][M & keyof paths[P]], { responses: unknown }>;
type Json<C> = C extends { content: { "application/json": infer B } } ? B : never;
type Success<R> = { [S in keyof R]: S extends 200 | 201 | 202 ? Json<R[S]> : never }[keyof R];

/** What a call answers when it succeeds. */
export type Answer<P extends keyof paths, M extends Method> = Success<Operation<P, M>["responses"]>;

/** The body that a call takes. */
export type Body<P extends keyof paths, M extends Method> = Operation<P, M> extends { requestBody?: infer B }
  ? Json<NonNullable<B>>
  : never;

export interface Options<B = never> {
  /** Values for the `{…}` of the path. */
  path?: Record<string, string>;
  query?: Record<string, string | number | boolean | null | undefined>;
  body?: B;
  /** The version that must still be the newest (`If-Match`). */
  version?: number | string;
  /** Repeats of one action carry one key. Default: a new one for each POST. */
  idempotencyKey?: string;
  signal?: AbortSignal;
}

export type Call<M extends Method> = <P extends PathsOf<M>>(
  path: P,
  options?: Options<Body<P, M>>,
) => Promise<Answer<P, M>>;
