// Matches in what is offered: which of its letters are those that were asked for. Pure.
import { fold } from "./fold";
import type { Part } from "./highlight";

/** From where to where, in UTF-16 code units. */
export type Span = readonly [from: number, to: number];

/** A text in parts, what stands between these places apart. They are in order and do not overlap. */
export function partsAt(text: string, places: readonly Span[]): Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const [from, to] of [...places, [text.length, text.length] as const]) {
    if (from > end) parts.push({ text: text.slice(end, from), hit: false });
    if (to > from) parts.push({ text: text.slice(from, to), hit: true });
    end = to;
  }
  return parts;
}

/** What parts words and is not always written where they are sought: `huashu` is "hua shu", and `heart_eyes` "heart-eyes". */
const BETWEEN = /[\s_-]/u;
const HAN = /\p{Script=Han}/u;
/** Within a word, one letter is in nearly all. */
const SAYS_SOMETHING = /..|\p{Script=Han}/u;

/** Where something stands in a text: wherever a word begins so, or else the first place that has it within a word. */
export function placesIn(text: string, query: string): Span[] {
  const { text: letters, starts, ends } = fold(text);
  const places = [...letters.split("").keys()].filter((i) => !BETWEEN.test(letters[i]!));
  const joined = places.map((i) => letters[i]).join("");
  const wanted = fold(query).text.replace(/[\s_-]/gu, "");
  const found: number[] = [];
  if (wanted !== "") for (let at = joined.indexOf(wanted); at >= 0; at = joined.indexOf(wanted, at + wanted.length)) found.push(at);
  const begins = found.filter((at) => {
    const i = places[at]!;
    return i === 0 || BETWEEN.test(letters[i - 1]!) || HAN.test(String.fromCodePoint(letters.codePointAt(i)!));
  });
  const shown = begins.length > 0 ? begins : SAYS_SOMETHING.test(wanted) ? found.slice(0, 1) : [];
  return shown.map((at) => [starts[places[at]!]!, ends[places[at + wanted.length - 1]!]!]);
}

/** The first letters of words, if these are asked for. */
export function initialsIn(text: string, query: string): Span[] {
  const wanted = fold(query).text;
  const words = [...text.matchAll(/\S+/gu)].slice(0, wanted.length);
  const begin = words.map(({ 0: word, index }): Span => [index, index + String.fromCodePoint(word.codePointAt(0)!).length]);
  return wanted.length > 1 && begin.map(([from, to]) => text.slice(from, to).toLowerCase()).join("") === wanted ? begin : [];
}
