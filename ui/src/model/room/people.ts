// Avatars, and the order of the people list. Pure.
import type { MemberId, Person } from "../../wire";
import { lazy } from "../base/lazy";

/** The letter of a nickname that tells most: its first, but not the 阿, 小, 老 or 大 before a Chinese name. */
export function avatarLetter(nickname: string): string {
  const [first = "?", second = ""] = graphemes(nickname);
  const letter = /^[阿小老大]$/.test(first) && /^\p{Script=Han}/u.test(second) ? second : first;
  if (JAMO.test(letter)) return jamoAlone(letter);
  // One letter also where it is written with two: `ß`, `ﬁ`.
  return graphemes(letter.toLocaleUpperCase())[0] ?? letter;
}

/** Letters of Korean syllables that make no syllable: names were once kept so. */
const JAMO = /^(?:[\u1100-\u1112](?![\u1161-\u1175])|[\u1161-\u1175])/;
const JAMO_ALONE = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";

/** The first of them, as one writes it alone; joined, several are drawn in one place. */
function jamoAlone(letters: string): string {
  const code = letters.charCodeAt(0);
  return code < 0x1161 ? JAMO_ALONE[code - 0x1100]! : String.fromCharCode(code - 0x1161 + 0x314f);
}

/** The user first, then by nickname. */
export function ordered(people: readonly Person[], you: MemberId | null, locale: string): Person[] {
  const { compare } = new Intl.Collator(locale, { numeric: true });
  const rank = (person: Person): number => (person.member === you ? 0 : 1);
  return [...people].sort((a, b) => rank(a) - rank(b) || compare(a.nickname, b.nickname));
}

/** The browser reads its tables of all scripts for it: tens of milliseconds. */
const segmenter = lazy(() => new Intl.Segmenter());

/** Names of nothing but letters that no other one joins. */
const PLAIN = /^[\x20-\x7e\u4e00-\u9fff]*$/;

/** The first few letters as a reader counts them. */
function graphemes(text: string): string[] {
  if (PLAIN.test(text)) return [...text.slice(0, 2)];
  const found: string[] = [];
  for (const { segment } of segmenter().segment(text.slice(0, 64))) {
    found.push(segment);
    if (found.length === 2) break;
  }
  return found;
}
