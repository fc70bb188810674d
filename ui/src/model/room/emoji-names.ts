// The names of emoji, and which are meant by what was written. Pure; it is fetched with the table of names, when the first is asked for.
import { isInCode } from "../text/in-code";
import { BEFORE_COLON, LONGEST } from "./emoji-asked";
import { fold } from "./fold";
import type { Part } from "./highlight";
import { initialsIn, partsAt, placesIn } from "./matched";

/** One emoji, its group in Unicode's table, its name, what it is called in short, words for it, and its version if fonts may lack it. */
export type EmojiData = readonly [emoji: string, group: number, name: string, short: string, words: string, version: number];
/** What the same is called in Chinese, and how that is read aloud. */
export type EmojiWords = readonly [name: string, spoken: string, words: string, wordsSpoken: string];

export interface NamedEmoji {
  readonly emoji: string;
  readonly group: number;
  readonly version: number;
  /** In the language of the page, */
  readonly name: string;
  /** and how else it may be asked for. */
  readonly aside: string;
  /** All of its names, as they are sought, */
  readonly names: readonly string[];
  /** words for it, */
  readonly words: readonly string[];
  /** how both are read aloud, */
  readonly spoken: string;
  readonly wordsSpoken: readonly string[];
  /** by the first letter of each sign, */
  readonly initials: readonly string[];
  /** how its name is up to each of its signs, */
  readonly heads: readonly string[];
  /** and from each but the first. */
  readonly tails: readonly string[];
}

/** Puts together what each emoji is called; `chinese`: whether the page is. */
export function namedEmoji(data: readonly EmojiData[], words: readonly EmojiWords[], chinese: boolean): NamedEmoji[] {
  return data.map(([emoji, group, english, short, englishWords, version], i) => {
    const [own = "", spoken = "", ownWords = "", wordsSpoken = ""] = words[i] ?? [];
    const shorts = parts(short), readings = parts(wordsSpoken);
    const syllables = spoken.split(" ");
    const name = chinese && own !== "" ? own : english;
    return {
      emoji, group, version, name,
      aside: [chinese ? spoken : "", shorts[0] ?? ""].filter((part) => part !== "" && part !== name).join(" · "),
      names: [own, ...shorts, english].filter((one) => one !== "").map(sought),
      words: [...parts(ownWords), ...parts(englishWords)],
      spoken: syllables.join(""),
      wordsSpoken: readings.map((one) => one.replaceAll(" ", "")),
      initials: [spoken, ...readings].filter((one) => one.includes(" ")).map((one) => one.split(" ").map((syllable) => syllable[0] ?? "").join("")),
      heads: syllables.map((_, end) => syllables.slice(0, end + 1).join("")),
      tails: syllables.slice(1).map((_, from) => syllables.slice(from + 1).join("")),
    };
  });
}

function parts(joined: string): string[] {
  return joined === "" ? [] : joined.split("|");
}

/** Short names have lines where the others have blanks, and none can be written behind a colon. */
function sought(name: string): string {
  return fold(name).text.replace(/[_\s]+/g, " ");
}

const NAMED = new RegExp(`${BEFORE_COLON}:([\\p{L}\\p{N}+-][\\p{L}\\p{M}\\p{N}_+-]*):$`, "u");

/** The emoji whose name was written out between two colons, the second of which stands before the caret; and where it begins. */
export function emojiNamedAt(text: string, caret: number, all: readonly NamedEmoji[]): { from: number; emoji: string } | null {
  const found = NAMED.exec(text.slice(Math.max(0, caret - LONGEST), caret));
  if (!found || isInCode(text, caret)) return null;
  const name = sought(found[1]!);
  const named = all.find(({ names }) => names.includes(name));
  return named === undefined ? null : { from: caret - found[1]!.length - 2, emoji: named.emoji };
}

/** Which are offered, best first: what is called so, what begins so, what has it within. Of these, what one uses most. */
export function emojiFor(query: string, all: readonly NamedEmoji[], uses: ReadonlyMap<string, number>, most: number): NamedEmoji[] {
  const wanted = sought(query.trim());
  if (wanted === "") return [];
  const ranked = all.flatMap((one, order) => {
    const rank = rankOf(one, wanted);
    return rank === null ? [] : [{ one, rank, used: uses.get(one.emoji) ?? 0, order }];
  });
  ranked.sort((a, b) => a.rank - b.rank || b.used - a.used || a.order - b.order);
  return ranked.slice(0, most).map(({ one }) => one);
}

/** One letter is in too many names. */
const SAYS_SOMETHING = /..|\p{Script=Han}/u;

function rankOf({ names, words, spoken, wordsSpoken, initials, heads, tails }: NamedEmoji, wanted: string): number | null {
  const begins = (one: string): boolean => one.startsWith(wanted);
  const has = (one: string): boolean => one.includes(wanted);
  if (names.includes(wanted)) return 0;
  if (words.includes(wanted) || spoken === wanted) return 1;
  if (names.some(begins)) return 2;
  if (heads.includes(wanted)) return 3;
  if (words.some(begins) || wordsSpoken.includes(wanted)) return 4;
  if (begins(spoken) || wordsSpoken.some(begins)) return 5;
  if (!SAYS_SOMETHING.test(wanted)) return null;
  if (initials.some(begins)) return 6;
  if (names.some(has) || tails.some(begins)) return 7;
  return words.some(has) ? 8 : null;
}

/** What an emoji is called, in parts: what was asked for apart. */
export interface MarkedEmoji {
  readonly name: readonly Part[];
  readonly aside: readonly Part[];
}

/** Marks what was asked for in what is shown; where words for it were, nothing. */
export function markedEmoji({ name, aside, spoken }: NamedEmoji, query: string): MarkedEmoji {
  const places = placesIn(aside, query);
  // How it is read aloud stands in front, where it is shown.
  const read = aside.split(" · ", 1)[0]!;
  const initials = places.length === 0 && spoken !== "" && read.replaceAll(" ", "") === spoken ? initialsIn(read, query) : [];
  return { name: partsAt(name, placesIn(name, query)), aside: partsAt(aside, places.length > 0 ? places : initials) };
}
