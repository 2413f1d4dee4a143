// The company's settings for a page, whose zone becomes that of all times on the screen.
import { get } from "../api.js";
import { zone } from "../time.js";
import { useEffect } from "../vendor/preact.js";
import { useQuery } from "./query.js";

/** @typedef {import("../types").Schemas["SettingsAnswer"]} Settings */

export function useSettings() {
  const settings = useQuery(() => get("/settings"), []);
  useEffect(() => {
    if (settings.data) zone.value = settings.data.time_zone;
  }, [settings.data]);
  return settings;
}
