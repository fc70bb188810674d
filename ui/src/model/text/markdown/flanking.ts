// Delimiter runs: whether signs in a row may open emphasis or close it (flanking), as in CommonMark 0.31.2, section 6.2, but that
// words without spaces between them are no obstacle, and that no sign in the middle of a word is one.

/** Scripts that are written without blanks between words, with their punctuation. */
const UNSPACED =
  /^[\u0e00-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\u{1aff0}-\u{1b16f}\u{20000}-\u{3ffff}]$/u;
const BLANK = /^\s$/u;
/** What the host reads as one, too. */
const LETTER = /^[\p{Alphabetic}\p{N}\p{M}]$/u;

/** Whether the signs between two places may open something. */
export function opens(text: string, start: number, end: number): boolean {
  const before = codePointBefore(text, start), after = codePointAt(text, end);
  if (isBlank(after) || (isPunctuation(after) && !isBlank(before) && !isPunctuation(before) && !UNSPACED.test(before))) return false;
  return text[start] === "_" ? !LETTER.test(before) : !(isSpacedLetter(before) && isSpacedLetter(after));
}

/** Whether they may close something. */
export function closes(text: string, start: number, end: number): boolean {
  const before = codePointBefore(text, start), after = codePointAt(text, end);
  if (isBlank(before) || (isPunctuation(before) && !isBlank(after) && !isPunctuation(after) && !UNSPACED.test(after))) return false;
  return text[start] === "_" ? !LETTER.test(after) : !(isSpacedLetter(before) && isSpacedLetter(after));
}

/** Whether a place is in the middle of a word, where no sign means anything. */
export function isWithinWord(text: string, at: number): boolean {
  return isSpacedLetter(codePointBefore(text, at)) && isSpacedLetter(codePointAt(text, at));
}

/** The ends of a text are blank. */
function isBlank(c: string): boolean {
  return c === "" || BLANK.test(c);
}

/** Whatever else there is, emoji too. */
function isPunctuation(c: string): boolean {
  return !isBlank(c) && !LETTER.test(c) && !UNSPACED.test(c);
}

function isSpacedLetter(c: string): boolean {
  return LETTER.test(c) && !UNSPACED.test(c);
}

function codePointAt(text: string, at: number): string {
  const c = text.codePointAt(at);
  return c === undefined ? "" : String.fromCodePoint(c);
}

function codePointBefore(text: string, at: number): string {
  if (at === 0) return "";
  const low = text.charCodeAt(at - 1);
  return at > 1 && low >= 0xdc00 && low <= 0xdfff ? text.slice(at - 2, at) : text[at - 1]!;
}
