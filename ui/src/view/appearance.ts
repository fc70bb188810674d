import type { Theme } from "../wire";
import type { Locale } from "../paraglide/runtime";

/** Puts theme and language on the document. */
export function applyLook(theme: Theme, systemDark: boolean, locale: Locale): void {
  const root = document.documentElement;
  root.dataset["theme"] = theme === "system" ? (systemDark ? "dark" : "light") : theme;
  root.lang = locale;
}
