// Input methods (IMEs): which key presses are theirs. Pure.

/** What of a key press the rules look at. Times are those of the events, in milliseconds. */
export interface KeyPress {
  key: string;
  keyCode: number;
  isComposing: boolean;
  timeStamp: number;
}

/** The end of a composition: what it left in the text, and when. */
export interface Composed {
  text: string;
  at: number;
}

/** The key that ends a composition comes within this time of the end where it is told behind it. No hand is as quick. */
const SAME_KEY_MS = 20;

/**
 * Whether a key press belongs to an input method, and to nobody else. Those that it has taken say so themselves; behind
 * the end of a composition (Safari, WebKitGTK) comes the key that ended it. Esc only threw a word away. Enter chose a
 * candidate, where there are candidates to choose from; in Korean it ends a syllable, which is always being composed, and
 * means what it says.
 */
export function belongsToInputMethod(press: KeyPress, last: Composed | null): boolean {
  if (isTaken(press)) return true;
  if (last === null || press.timeStamp - last.at > SAME_KEY_MS) return false;
  return press.key === "Escape" || (press.key === "Enter" && isConverted(last.text));
}

/**
 * What a composition left, once this text was put in. Behind an end that left nothing it is what was composed: X's own input
 * methods (XIM), as GTK speaks with them, take the letters back before they give them. How long that takes is the machine's.
 */
export function leftBy(last: Composed | null, text: string, at: number): Composed | null {
  return last?.text === "" ? { text, at } : last;
}

/** Whether a key press is the one key that ended a composition, or comes after it: what was composed is of no use behind it. */
export function isKey(press: KeyPress): boolean {
  // What an input method puts in comes by a press without a name.
  return !isTaken(press) && press.key !== "Unidentified";
}

/** Whether an input method has taken the key; 229 is what engines give for each of those. */
export function isTaken({ isComposing, keyCode, key }: KeyPress): boolean {
  return isComposing || keyCode === 229 || key === "Process";
}

/**
 * Whether a text may be what an input method makes of other letters: Han, kana and bopomofo, with their signs, and the plain
 * Latin letters that they are typed by. Hangul, and letters with marks (Vietnamese, dead keys), are composed as they stand.
 */
function isConverted(text: string): boolean {
  return CONVERTED.test(text);
}

const CONVERTED = /^[\x20-\x7e\uff01-\uff5eü]*$|[\p{Script=Han}\p{Script=Bopomofo}\u3000-\u30ff\u31f0-\u31ff\uff65-\uff9f]/u;
