// Visibility: which characters show nothing at all. One rule for texts and for names, as Rust's `visible.rs` has it.

/**
 * Control, format and default-ignorable characters, noncharacters, and those whose picture is empty: the same list as in Rust,
 * spelled out, so that the Unicode version of an engine does not decide what can be said. For a class of a regular expression.
 */
export const INVISIBLE = String.raw`\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffc\u{13430}-\u{1343f}\u{13441}\u{13442}\u{16fe4}\u{1bca0}-\u{1bca3}\u{1d159}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}\p{NChar}`;

/** JavaScript's own `\s` and `trim` take U+FEFF too, and lack U+0085. */
const BLANK = new RegExp(String.raw`^[\p{White_Space}${INVISIBLE}]*$`, "u");

/** Whether nothing is to be seen of a text. */
export function isBlank(text: string): boolean {
  return BLANK.test(text);
}
