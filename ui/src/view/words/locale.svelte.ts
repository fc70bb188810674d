// The page's language. Messages read it through a rune, so that a change of language rewords what is on the screen.
import { boot, type Language } from "../../wire";
import { overwriteGetLocale, type Locale } from "../../paraglide/runtime";

/** What a tag says of traditional characters: the script, or a region where it is written. */
const TRADITIONAL = ["hant", "tw", "hk", "mo"];

let current = $state<Locale>(localeOf(boot()?.settings.language ?? "system"));
overwriteGetLocale(() => current);

/** The words of a language: the functions of the messages by their numbers (`scripts/words.ts`). */
type Words = readonly ((inputs: unknown) => string)[];
let words = $state.raw<Words>([]);
const loaded = new Map<Locale, Words>();
/** How often a language was not loaded. */
let failures = 0;
/** What was chosen last. */
let wanted: Locale | null = null;

/** The language in use. */
export function locale(): Locale {
  return current;
}

/** A message in the language in use, by its number. */
export function word(number: number): (inputs: unknown) => string {
  return words[number]!;
}

/** Chooses a language, and gives whether it is in use: its words may have to be loaded, and until then the page keeps those that it has. */
export async function useLanguage(language: Language): Promise<boolean> {
  const next = localeOf(language);
  wanted = next;
  if (!isThere(next) && !(await load(next))) return false;
  if (wanted === next) {
    current = next;
    words = loaded.get(next) ?? [];
  }
  return true;
}

/** Where its words are. In development and in tests the page's script has all languages. */
function linkTo(locale: Locale): HTMLLinkElement | null {
  return document.querySelector(`link[rel="words"][hreflang="${locale}"]`);
}

function isThere(locale: Locale): boolean {
  return loaded.has(locale) || linkTo(locale) === null;
}

async function load(locale: Locale): Promise<boolean> {
  const { href } = linkTo(locale)!;
  try {
    // An engine never tries again what it has not found once under the same address.
    const script = (await import(/* @vite-ignore */ failures === 0 ? href : `${href}#${failures}`)) as { default: Words };
    loaded.set(locale, script.default);
    return true;
  } catch {
    failures += 1;
    return false;
  }
}

function localeOf(language: Language): Locale {
  return language === "system" ? fromSystem(systemLanguages()) : language;
}

function systemLanguages(): readonly string[] {
  const told = boot()?.systemLanguage;
  return told === undefined ? navigator.languages : [told];
}

/** The first of the system's languages that the page speaks; English when there is none. A script that is named counts for more
 *  than a region. The same is chosen in front of the page (`public/first-paint.js`) and by the shell (`Language::of_tag`). */
export function fromSystem(languages: readonly string[]): Locale {
  for (const language of languages) {
    const parts = language.toLowerCase().split(/[^a-z0-9]/);
    if (parts[0] === "en") return "en";
    if (parts[0] === "zh") return parts.includes("hans") || !parts.some((part) => TRADITIONAL.includes(part)) ? "zh-CN" : "zh-TW";
  }
  return "en";
}
