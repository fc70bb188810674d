// Romanisation (pinyin) of names. Its table is large: nothing but `readings.svelte.ts` imports this, and that when it is needed.
import { pinyin } from "pinyin-pro";

/** Full, and by the first letter of each sign. */
export function readingsOf(nickname: string): readonly string[] {
  const syllables = pinyin(nickname, { toneType: "none", type: "array", surname: "head" }).map((syllable) => syllable.toLowerCase());
  return [syllables.join(""), syllables.map((syllable) => syllable[0] ?? "").join("")];
}
