// The emoji and their names, from when the first is asked for: they are fetched then.
import { locale } from "../../words/locale.svelte";
import type { EmojiBook } from "./emoji-book";

let books = $state.raw<ReadonlyMap<string, EmojiBook>>(new Map());
const asked = new Set<string>();

/** Those in the language of the page; `null` before they are there. */
export function emojiBook(): EmojiBook | null {
  return books.get(locale()) ?? null;
}

/** Fetches them. Where that fails, they are asked for again the next time. */
export function fetchEmoji(): void {
  const language = locale();
  if (asked.has(language)) return;
  asked.add(language);
  void import("./emoji-book").then(({ openBook }) => openBook(language)).then(
    (book) => (books = new Map([...books, [language, book]])),
    () => asked.delete(language),
  );
}
