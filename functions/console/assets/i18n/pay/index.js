// Texts of timesheets, pay periods and time accounts: they are loaded with the first of these pages.
import { useSection } from "../index.js";

await useSection({
  en: () => import("./en.js"),
  de: () => import("./de.js"),
  es: () => import("./es.js"),
  fr: () => import("./fr.js"),
  tr: () => import("./tr.js"),
});
