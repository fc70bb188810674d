// The book of emoji in one language: all that can be drawn here, in Unicode's order, and how they are found. It is large: nothing but
// `emoji-table.svelte.ts` fetches it, and that when it is needed.
import { emojiFor, emojiNamedAt, type MarkedEmoji, markedEmoji, namedEmoji, type NamedEmoji } from "../../../model/room/emoji-names";
import { isDrawn } from "./drawn";

export interface EmojiBook {
  readonly all: readonly NamedEmoji[];
  find(query: string, uses: ReadonlyMap<string, number>, most: number): readonly NamedEmoji[];
  /** What one is called, what was asked for apart. */
  marked(one: NamedEmoji, query: string): MarkedEmoji;
  named(text: string, caret: number): { from: number; emoji: string } | null;
}

export async function openBook(language: string): Promise<EmojiBook> {
  const words = language === "zh-TW" ? import("virtual:emoji/zh-TW") : import("virtual:emoji/zh-CN");
  const [{ default: data }, { default: spoken }] = await Promise.all([import("virtual:emoji/en"), words]);
  const all = namedEmoji(data, spoken, language !== "en").filter(isDrawn);
  return { all, marked: markedEmoji, find: (query, uses, most) => emojiFor(query, all, uses, most), named: (text, caret) => emojiNamedAt(text, caret, all) };
}
