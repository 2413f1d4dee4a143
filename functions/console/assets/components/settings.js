// The company's settings for a page.
import { clientSettings } from "../bootstrap.js";
import { useQuery } from "./query.js";

/** @typedef {import("../bootstrap.js").Bootstrap["settings"]} Settings */

export function useSettings() {
  return useQuery(clientSettings, []);
}
