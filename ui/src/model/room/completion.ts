// Autocompletion of names: what stands before the caret, and who is meant by it. Pure.
import type { Person } from "../../wire";
import { fold } from "./fold";
import type { Part } from "./highlight";
import { partsAt, type Span } from "./matched";

/** A sign that asks, as `@` does, and what was written behind it. */
export interface Asked {
  /** Where the sign stands, in UTF-16 code units. */
  readonly from: number;
  readonly query: string;
  /** Whether the first of what is offered is meant, unless something else is chosen. */
  readonly sure: boolean;
}

/** How each sign of a name is read aloud, in Latin letters; one that is written so stands for itself. Nothing where all are. */
export type Readings = (nickname: string) => readonly string[];

/** Somebody who may be meant, their name in parts: what was asked for apart. */
export interface Named {
  readonly person: Person;
  readonly parts: readonly Part[];
}

/** As many are offered. */
const OFFERED = 8;
/** No nickname is longer. */
const LONGEST = 64;
/** In front of an `@` that asks for a name stands nothing, or what no address has in front of it. */
const BEFORE = /(?:^|[\s\p{P}\p{S}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}])$/u;

/** What is asked for at the caret. */
export function nameAskedAt(text: string, caret: number): Asked | null {
  const before = text.slice(Math.max(0, caret - LONGEST), caret);
  const at = Math.max(before.lastIndexOf("@"), before.lastIndexOf("＠"));
  if (at < 0) return null;
  const from = caret - before.length + at;
  const query = before.slice(at + 1);
  return /^\s|\n/u.test(query) || !BEFORE.test(text.slice(Math.max(0, from - 2), from)) ? null : { from, query, sure: true };
}

/** Who is offered, best first: by how the name begins, then by how it is read, then by what it has in it. */
export function namesFor(query: string, people: readonly Person[], readings: Readings): Named[] {
  const wanted = fold(query).text;
  // Whoever is written out in full is meant, and Enter sends.
  if (people.some(({ nickname }) => fold(nickname).text === wanted)) return [];
  const ranked = people.flatMap((person) => {
    const match = matchOf(wanted, person.nickname, readings);
    return match === null ? [] : [{ person, parts: partsAt(person.nickname, [match.at]), rank: match.rank }];
  });
  return ranked.sort((a, b) => a.rank - b.rank).slice(0, OFFERED).map(({ person, parts }) => ({ person, parts }));
}

/** Where a name has what is wanted, and how good that is. */
function matchOf(wanted: string, nickname: string, readings: Readings): { rank: number; at: Span } | null {
  const { text, starts, ends } = fold(nickname);
  const at = text.indexOf(wanted);
  const within = (): Span => (wanted === "" ? [0, 0] : [starts[at]!, ends[at + wanted.length - 1]!]);
  if (at === 0) return { rank: 0, at: within() };
  const read = readTo(wanted, nickname, readings(nickname));
  if (read !== null) return { rank: 1, at: [0, read] };
  return at < 0 ? null : { rank: 2, at: within() };
}

/** Up to where a name is read so, in full or by the first letters of its signs; signs that are begun count. */
function readTo(wanted: string, nickname: string, syllables: readonly string[]): number | null {
  const signs = [...nickname];
  if (syllables.length !== signs.length) return null;
  const plain = syllables.map((syllable) => fold(syllable).text);
  // On most keyboards there is no ü, and who types it as v means the same.
  const typed = syllables.map((syllable) => syllable.replaceAll("ü", "v"));
  for (const read of [plain, typed, plain.map((syllable) => [...syllable][0] ?? "")]) {
    if (!read.join("").startsWith(wanted)) continue;
    let [length, count] = [0, 0];
    while (length < wanted.length) length += read[count++]!.length;
    return signs.slice(0, count).join("").length;
  }
  return null;
}
