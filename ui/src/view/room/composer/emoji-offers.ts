// Emoji offered behind a `:`, and put in where their name was written out between two.
import { emojiUsed, emojiUses } from "../../../model/base/used-emoji";
import { emojiAskedAt } from "../../../model/room/emoji-asked";
import { emojiBook, fetchEmoji } from "../emoji/emoji-table.svelte";
import type { Offer, Offering } from "./completing.svelte";

/** As many are offered. */
const OFFERED = 8;

export const emojiOffers: Offering = {
  ask: emojiAskedAt,
  offers(query) {
    const book = emojiBook();
    return (book?.find(query, emojiUses(), OFFERED) ?? []).map((one): Offer => ({ kind: "emoji", emoji: one.emoji, ...book!.marked(one, query) }));
  },
  fetch: fetchEmoji,
  taken(offer) {
    if (offer.kind !== "emoji") return "";
    emojiUsed(offer.emoji);
    return offer.emoji;
  },
};

/** Puts an emoji in place of its name, once the second colon is typed. */
export function turnName(box: HTMLTextAreaElement, event: InputEvent, replace: (from: number, to: number, text: string) => void): void {
  // What is composed is not said yet, and what is undone or pasted was not typed.
  if (event.data !== ":" || event.isComposing || event.inputType !== "insertText") return;
  const named = emojiBook()?.named(box.value, box.selectionStart) ?? null;
  if (named === null) return;
  emojiUsed(named.emoji);
  replace(named.from, box.selectionStart, named.emoji);
}
