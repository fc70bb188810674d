// Romanisation (pinyin) of names. Its table is large: nothing but `readings.svelte.ts` imports this, and that when it is needed.
import { pinyin } from "pinyin-pro";

/** Sign by sign. */
export function readingsOf(nickname: string): readonly string[] {
  return pinyin(nickname, { toneType: "none", type: "array", surname: "head" }).map((syllable) => syllable.toLowerCase());
}
