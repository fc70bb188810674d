// The table of emoji and their names, from when the first is asked for: it is fetched then.
import { namedEmoji, type NamedEmoji } from "../../../model/room/emoji-names";
import { locale } from "../../words/locale.svelte";
import { isDrawn } from "./drawn";

const NONE: readonly NamedEmoji[] = [];
let tables = $state.raw<ReadonlyMap<string, readonly NamedEmoji[]>>(new Map());
const asked = new Set<string>();

/** All that can be drawn here, in Unicode's order; none before they are there. */
export function emojiTable(): readonly NamedEmoji[] {
  return tables.get(locale()) ?? NONE;
}

/** Fetches them. Where that fails, they are asked for again the next time. */
export function fetchEmoji(): void {
  const language = locale();
  if (asked.has(language)) return;
  asked.add(language);
  const words = language === "zh-TW" ? import("virtual:emoji/zh-TW") : import("virtual:emoji/zh-CN");
  void Promise.all([import("virtual:emoji/en"), words]).then(
    ([{ default: data }, { default: spoken }]) => (tables = new Map([...tables, [language, namedEmoji(data, spoken, language !== "en").filter(isDrawn)]])),
    () => asked.delete(language),
  );
}
