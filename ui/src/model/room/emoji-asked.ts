// Autocompletion of emoji: what stands before the caret. Pure.
import { isInCode } from "../text/in-code";
import type { Asked } from "./completion";

/** In front of a colon that asks stands nothing, a blank, or what is written without blanks between words, and its punctuation. */
export const BEFORE_COLON = String.raw`(?<![^\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff01-\uff0f\uff1a-\uff20\u2018-\u201d])`;
const NAME = String.raw`\p{Script=Han}[\p{L}\p{M}\p{N}_+-]*|[+-]1|\p{L}[\p{L}\p{M}\p{N}_+-]+`;
const ASKED = new RegExp(`${BEFORE_COLON}([:：])(${NAME})$`, "u");
/** No name is longer. */
export const LONGEST = 64;

/**
 * What is asked for at the caret. Behind a full-width colon a sentence goes on more often than not: nothing is chosen there before
 * a key says so.
 */
export function emojiAskedAt(text: string, caret: number): Asked | null {
  const found = ASKED.exec(text.slice(Math.max(0, caret - LONGEST), caret));
  if (!found || isInCode(text, caret)) return null;
  const [, colon, query] = found;
  return { from: caret - query!.length - 1, query: query!, sure: colon === ":" };
}
