// Validation of nicknames, as Rust's.
import { LIMITS_V1 } from "./limits";

/** What became of a nickname as it was typed. */
export type NicknameCheck =
  | { ok: true; name: string }
  | { ok: false; error: "empty" }
  | { ok: false; error: "too_long"; chars: number; limit: number };

/** Normalises and checks a nickname as `Nickname::new` does in Rust; `tests/vectors/nicknames.json` binds the two. */
export function checkNickname(raw: string): NicknameCheck {
  const name = normalise(raw);
  const chars = [...name].length;
  const limit = LIMITS_V1.nickname_chars;
  if (chars === 0) return { ok: false, error: "empty" };
  if (chars > limit) return { ok: false, error: "too_long", chars, limit };
  return { ok: true, name };
}

/** More marks than this on one letter only serve to paint over the neighbours' lines. */
const MARKS_PER_LETTER = 3;

/** `White_Space` of the Unicode Character Database. JavaScript's `\s` differs: it has U+FEFF and lacks U+0085. */
const WHITE_SPACE = /^\p{White_Space}$/u;

/** General category M: what Rust's `is_combining_mark` says. */
const MARK = /^\p{M}$/u;

/**
 * Control, format, default-ignorable, blank-looking and private characters: the same list as in `nickname.rs`, spelled
 * out, so that the Unicode version of an engine does not decide what a nickname is.
 */
const INVISIBLE =
  /^[\u{0}-\u{1f}\u{7f}-\u{9f}\u{ad}\u{34f}\u{600}-\u{605}\u{61c}\u{6dd}\u{70f}\u{890}-\u{891}\u{8e2}\u{115f}-\u{1160}\u{17b4}-\u{17b5}\u{180b}-\u{180f}\u{200b}-\u{200f}\u{202a}-\u{202e}\u{2060}-\u{206f}\u{2800}\u{3164}\u{fe00}-\u{fe0f}\u{feff}\u{ffa0}\u{fff0}-\u{fffd}\u{110bd}\u{110cd}\u{13430}-\u{1343f}\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e000}-\u{f8ff}\u{e0000}-\u{e0fff}\u{f0000}-\u{10ffff}]$/u;

function normalise(raw: string): string {
  // Before NFKC, so that nothing invisible keeps letters from composing, and after it, since it can bring some.
  const composed = visible(visible(raw.toWellFormed()).normalize("NFKC"));
  let name = "";
  let marks = 0;
  for (const c of composed) {
    const afterLetter = name !== "" && !name.endsWith(" ");
    if (WHITE_SPACE.test(c)) {
      if (afterLetter) name += " ";
      marks = 0;
    } else if (MARK.test(c)) {
      marks += 1;
      if (marks <= MARKS_PER_LETTER && afterLetter) name += c;
    } else {
      marks = 0;
      name += c;
    }
  }
  // Dropping a mark can leave a pair that composes; composing again makes the form a fixed point.
  return name.replace(/ $/, "").normalize("NFKC");
}

function visible(text: string): string {
  // White space is collapsed later, not removed.
  return [...text].filter((c) => WHITE_SPACE.test(c) || !INVISIBLE.test(c)).join("");
}
