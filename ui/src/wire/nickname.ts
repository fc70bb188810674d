// Validation of nicknames, as Rust's: kept as they are typed, but that nothing in them is unseen.
import { isSoft, shapes } from "./joining";
import { LIMITS_V1 } from "./limits";
import { INVISIBLE } from "./visible";

/** What became of a nickname as it was typed. */
export type NicknameCheck =
  | { ok: true; name: string }
  | { ok: false; error: "empty" }
  | { ok: false; error: "too_long"; chars: number; limit: number };

/** Normalises and checks a nickname as `Nickname::new` does in Rust; `tests/vectors/nicknames.json` binds the two. */
export function checkNickname(raw: string): NicknameCheck {
  const name = normalise(raw.toWellFormed());
  const chars = size(name);
  const limit = LIMITS_V1.nickname_chars;
  if (chars === 0) return { ok: false, error: "empty" };
  if (chars > limit) return { ok: false, error: "too_long", chars, limit };
  return { ok: true, name };
}

/** More marks than this on one letter only serve to paint over the neighbours' lines: of those that any letter can take, */
const PAINT = 3;

/** and in all, as scripts stack them: four are usual in Burmese and Tibetan. */
const MARKS_PER_LETTER = 6;

/** What is dropped can leave two that join or compose, which takes another pass. */
const PASSES = 8;

/** `White_Space` of the Unicode Character Database. JavaScript's `\s` differs: it has U+FEFF and lacks U+0085. */
const WHITE_SPACE = /^\p{White_Space}$/u;

/** General category M: what Rust's `is_combining_mark` says. */
const MARK = /^\p{M}$/u;

/** Marks that belong to no script, or to symbols. */
const FITS_ANY_LETTER = /^[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]$/u;

/** What cannot be seen, and letters that everybody may draw as they like. */
const UNSEEN = new RegExp(String.raw`^[${INVISIBLE}\p{Co}]$`, "u");

/** Signs around digits, and the one for what could not be read, are seen, and make no name. */
const NO_NAME = /^[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\ufffd\u{110bd}\u{110cd}]$/u;

function normalise(raw: string): string {
  let name = [...raw].filter((c) => isSoft(c) || !UNSEEN.test(c)).join("").normalize("NFC");
  for (let passes = 0; passes < PASSES; passes++) {
    const next = pass([...name]);
    if (next === name) break;
    name = next;
  }
  return name;
}

function pass(chars: readonly string[]): string {
  const kept: string[] = [];
  // A mark needs a letter to stand on.
  let onLetter = false, marks = 0, paint = 0;
  for (const [at, c] of chars.entries()) {
    if (WHITE_SPACE.test(c)) {
      if (kept.length > 0 && kept.at(-1) !== " ") kept.push(" ");
      onLetter = false;
    } else if (isSoft(c)) {
      if (onLetter && shapes(kept, chars, at)) kept.push(c);
    } else if (MARK.test(c)) {
      marks += 1;
      if (FITS_ANY_LETTER.test(c) || kept.at(-1) === c) paint += 1;
      if (onLetter && marks <= MARKS_PER_LETTER && paint <= PAINT) kept.push(c);
    } else {
      onLetter = true;
      marks = paint = 0;
      kept.push(c);
    }
  }
  return kept.join("").replace(/ $/, "").normalize("NFC");
}

/** The length of a name: as it is, or in the plain form if that is longer. 0 where nothing of it names anybody. */
function size(name: string): number {
  const plainly = [...plain(name)].length;
  return plainly === 0 ? 0 : Math.max(plainly, [...name].length);
}

/** The form that names had at first, which whoever reads them in it must be able to read. */
function plain(name: string): string {
  const named = (text: string): string[] => [...text].filter((c) => !UNSEEN.test(c) && !NO_NAME.test(c));
  let plainly = "";
  let marks = 0;
  for (const c of named(named(name).join("").normalize("NFKC"))) {
    const afterLetter = plainly !== "" && !plainly.endsWith(" ");
    if (WHITE_SPACE.test(c)) {
      if (afterLetter) plainly += " ";
      marks = 0;
    } else if (MARK.test(c)) {
      marks += 1;
      if (marks <= PAINT && afterLetter) plainly += c;
    } else {
      marks = 0;
      plainly += c;
    }
  }
  return plainly.replace(/ $/, "").normalize("NFKC");
}
