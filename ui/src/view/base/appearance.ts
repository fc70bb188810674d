// Appearance: theme and language of the document.
import type { Locale } from "../../paraglide/runtime";
import type { Theme } from "../../wire";

/** Puts theme and language on the document. */
export function applyLook(theme: Theme, systemDark: boolean, locale: Locale): void {
  const root = document.documentElement;
  root.dataset["theme"] = theme === "system" ? (systemDark ? "dark" : "light") : theme;
  root.lang = locale;
}
