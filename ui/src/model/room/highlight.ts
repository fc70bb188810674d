// Highlighting what was searched for: which lines have the words, where they stand, and the excerpt to show around them. Pure.
// The same rule as the host's (`query.rs`; `tests/vectors/searches.json` binds the two): words are split by white space and
// signs, a word of a script that puts spaces between words matches at the start of a word, one of any other script
// anywhere. Signs count where they are part of what is sought, as in `c++`.

import { lazy } from "../base/lazy";
import { fold } from "./fold";

/** A part of a text; `hit` is what was searched for. */
export interface Part { text: string; hit: boolean }

/** A text cut to what matters. */
export interface Excerpt {
  parts: Part[];
  /** Whether something was left out before and after. */
  cutBefore: boolean;
  cutAfter: boolean;
}

/** Shown before the first hit of a long text, and in all, in characters. */
const BEFORE_HIT = 24;
const SHOWN = 120;

/** What is searched for in a query: words, and what must stand in the text just so since signs are part of it. */
export function terms(query: string): string[] {
  const found = new Set<string>();
  for (const piece of fold(query).text.split(/\p{White_Space}+/u)) {
    const sought = piece.replace(rules().sentenceEnds, "") || piece;
    const words = sought.match(rules().term) ?? [];
    if (words.join("").length < sought.length) found.add(sought);
    for (const word of words) found.add(word);
  }
  return [...found];
}

/** Whether a text has all words of a query. */
export function matches(text: string, query: string): boolean {
  const words = terms(query);
  const folded = fold(text);
  return words.length > 0 && words.every((word) => placesOf(word, folded.text).length > 0);
}

/** A text in parts, those searched for apart. */
export function highlight(text: string, query: string): Part[] {
  const folded = fold(text);
  const parts: Part[] = [];
  let end = 0;
  const sought = terms(query);
  // A letter of `c++` alone is not what was meant.
  const shown = sought.filter((term) => !sought.some((other) => other !== term && !rules().word.test(other) && other.includes(term)));
  for (const [from, to] of joined(shown.flatMap((term) => placesOf(term, folded.text)))) {
    // A sign may be folded into several letters: a hit has whole signs.
    const start = Math.max(end, folded.starts[from]!), stop = folded.ends[to - 1]!;
    if (stop <= start) continue;
    if (start > end) parts.push({ text: text.slice(end, start), hit: false });
    parts.push({ text: text.slice(start, stop), hit: true });
    end = stop;
  }
  if (end < text.length) parts.push({ text: text.slice(end), hit: false });
  return parts;
}

/** A text on one line, cut around its first hit. */
export function excerpt(text: string, query: string): Excerpt {
  const line = text.replace(/\s+/g, " ").trim();
  const all = highlight(line, query);
  const first = all.findIndex((part) => part.hit);
  const lead = first > 0 ? all[0]!.text : "";
  const start = line.length > SHOWN && lead.length > BEFORE_HIT ? startNear(line, lead.length - BEFORE_HIT, lead.length) : 0;
  const stop = line.length - start > SHOWN ? whole(line, start + SHOWN) : line.length;
  return { parts: slice(all, start, stop), cutBefore: start > 0, cutAfter: stop < line.length };
}

/** A cut falls before a word where one begins soon, and never inside a sign. */
function startNear(line: string, from: number, to: number): number {
  const space = line.indexOf(" ", from);
  return space >= 0 && space < to - 1 ? space + 1 : whole(line, from);
}

/** Not between the two halves of a surrogate pair, nor before a mark of the letter in front. */
function whole(line: string, at: number): number {
  let cut = at;
  while (cut < line.length && /^(?:[\udc00-\udfff]|\p{M}|\u200d)/u.test(line.slice(cut, cut + 2))) cut += 1;
  return cut;
}

function slice(parts: readonly Part[], start: number, stop: number): Part[] {
  const found: Part[] = [];
  let at = 0;
  for (const part of parts) {
    const text = part.text.slice(Math.max(0, start - at), Math.max(0, stop - at));
    if (text !== "") found.push({ text, hit: part.hit });
    at += part.text.length;
  }
  return found;
}

/** Scripts that put no spaces between words, and symbols such as arrows and emoji. */
const UNSPACED = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Hangul}\p{Script=Yi}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}々ー\u{2190}-\u{2bff}\u{1f000}-\u{1faff}`;
const LETTER = String.raw`(?![${UNSPACED}])[\p{L}\p{N}\p{M}]`;

/** Punctuation at the ends of what is typed, as when it was copied out of a sentence. */
const SENTENCE = String.raw`[,.;:!?"'()\[\]{}，。；：！？“”‘’（）《》、…—]+`;

const rules = lazy(() => ({
  // A mark belongs to what stands before it.
  term: new RegExp(String.raw`[${UNSPACED}][${UNSPACED}\p{M}]*|(?:${LETTER})+`, "gu"),
  word: new RegExp(String.raw`^(?:[${UNSPACED}][${UNSPACED}\p{M}]*|(?:${LETTER})+)$`, "u"),
  spacedWord: new RegExp(`^(?:${LETTER})+$`, "u"),
  wordBefore: new RegExp(`(?:${LETTER})$`, "u"),
  sentenceEnds: new RegExp(`^${SENTENCE}|${SENTENCE}$`, "gu"),
}));

/** Where a word stands in a folded text, as [from, to). */
function placesOf(word: string, text: string): [number, number][] {
  const anywhere = !rules().spacedWord.test(word);
  const found: [number, number][] = [];
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
    if (anywhere || !rules().wordBefore.test(text.slice(Math.max(0, at - 2), at))) found.push([at, at + word.length]);
  }
  return found;
}

/** Places in order, those that touch made one. */
function joined(places: [number, number][]): [number, number][] {
  const found: [number, number][] = [];
  for (const [from, to] of places.sort((a, b) => a[0] - b[0])) {
    const last = found.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else found.push([from, to]);
  }
  return found;
}
