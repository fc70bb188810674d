// Autocompletion of names: what stands before the caret, and who is meant by it. Pure.
import type { Person } from "../../wire";
import { fold } from "./fold";

/** A sign that asks, as `@` does, and what was written behind it. */
export interface Asked {
  /** Where the sign stands, in UTF-16 code units. */
  readonly from: number;
  readonly query: string;
  /** Whether the first of what is offered is meant, unless something else is chosen. */
  readonly sure: boolean;
}

/** How a name is read aloud: in Latin letters, and by the first of each sign. Nothing where it is written so. */
export type Readings = (nickname: string) => readonly string[];

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
export function namesFor(query: string, people: readonly Person[], readings: Readings): Person[] {
  const wanted = fold(query).text;
  const named = people.map((person) => ({ person, name: fold(person.nickname).text }));
  // Whoever is written out in full is meant, and Enter sends.
  if (named.some(({ name }) => name === wanted)) return [];
  const ranked = named.flatMap(({ person, name }) => {
    const rank = name.startsWith(wanted) ? 0 : readings(person.nickname).some((reading) => reading.startsWith(wanted)) ? 1 : name.includes(wanted) ? 2 : 3;
    return rank === 3 ? [] : [{ person, rank }];
  });
  return ranked.sort((a, b) => a.rank - b.rank).slice(0, OFFERED).map(({ person }) => person);
}
