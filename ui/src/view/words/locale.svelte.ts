// The page's language. Messages read it through a rune, so that a change of language rewords what is on the screen.
import { boot, type Language } from "../../wire";
import { overwriteGetLocale, type Locale } from "../../paraglide/runtime";

let current = $state<Locale>(localeOf(boot()?.settings.language ?? "system"));
overwriteGetLocale(() => current);

/** The language in use. */
export function locale(): Locale {
  return current;
}

/** Chooses a language. */
export function useLanguage(language: Language): void {
  current = localeOf(language);
}

function localeOf(language: Language): Locale {
  return language === "system" ? fromSystem(systemLanguages()) : language;
}

function systemLanguages(): readonly string[] {
  const told = boot()?.systemLanguage;
  return told === undefined ? navigator.languages : [told];
}

/** The first of the system's languages that the page speaks; English when there is none. */
export function fromSystem(languages: readonly string[]): Locale {
  for (const language of languages) {
    if (/^zh\b/i.test(language)) return "zh-CN";
    if (/^en\b/i.test(language)) return "en";
  }
  return "en";
}
