// Where links begin and end (linkification), by the rules of `docs/links.md`, whose numbers stand here. Pure; held, as
// `crates/protocol/src/links.rs` is, to `tests/vectors/links.json`.
import { utf8Bytes } from "../../wire";

export interface FoundLink {
  readonly start: number;
  readonly end: number;
  /** What it begins with: a scheme, `www.`, or nothing, as e-mail does. */
  readonly kind: "scheme" | "www" | "mail";
}

/** What is longer, in bytes of UTF-8, is nobody's link. (15) */
const LONGEST = 4096;

/** The longest name before an `@` (RFC 5321, section 4.5.3.1). */
const LONGEST_NAME = 64;

/** Deeper than this, nobody nests brackets in an address; who opens them one after the other costs no more than that. (12) */
const MOST_OPEN = 16;

const BEGINS = /(?:https?|hearth|wss?):\/\/|mailto:|www\.|@/gi;
const SCHEME = /(?:https?|hearth|wss?):\/\//iy;
const USER = /[\w.~%!$&*+=:-]{1,64}@(?=[\w[])/y;
const IPV6 = /\[[\da-f:.]{0,62}(?:%[\w.~%-]{1,62})?\]/iy;
const PORT = /:\d{1,5}(?!\d)/y;
const NAME = /[\w+](?:[\w.%+&='~-]*[\w%+&=~-])?@/y;

/** Words of scripts without spaces, one code point. */
const WORD =
  /^[\u0e00-\u109f\u1100-\u11ff\u1780-\u17ff\u1950-\u19ff\u1a20-\u1aaf\u2460-\u24ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c\u3041-\u309a\u309d-\u309f\u30a1-\u30fa\u30fc-\u318e\u31a0-\u31bf\u31f0-\u9fff\ua000-\ua4cf\ua960-\ua97f\ua9e0-\ua9ff\uaa60-\uaa7f\uac00-\ud7ff\uf900-\ufaff\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff66-\uffdc\u{1aff0}-\u{1b16f}\u{20000}-\u{3ffff}]$/u;

/** Letters, digits and marks of other scripts. What makes an emoji of a sign is none. */
const LETTER = /^(?![\ufe00-\ufe0f\u20e3])[\p{Alphabetic}\p{M}\p{N}]$/u;

const PAIRS: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };

/** All links in a text, in order. */
export function findLinks(text: string): FoundLink[] {
  const found: FoundLink[] = [];
  let from = 0;
  BEGINS.lastIndex = 0;
  for (let match = BEGINS.exec(text); match !== null; match = BEGINS.exec(text)) {
    const link = linkAt(text, match.index, match[0].toLowerCase(), from);
    if (link === null) continue;
    if (typeof link === "number") {
      BEGINS.lastIndex = Math.max(BEGINS.lastIndex, link);
      continue;
    }
    if (utf8Bytes(text.slice(link.start, link.end)) <= LONGEST) found.push(link);
    BEGINS.lastIndex = from = link.end;
  }
  return found;
}

/** The link that begins here. A number where there is none, and none begins before that place. */
function linkAt(text: string, start: number, begin: string, from: number): FoundLink | number | null {
  switch (begin) {
    case "@":
      return mail(text, nameStart(text, start, from));
    case "www.": {
      if (start > from && /[\w.@/-]/.test(text[start - 1]!)) return null;
      const host = nameEnd(text, start);
      // Whatever `www.` stands in a name ends as that name does, but for the last one, behind which no other dot comes.
      if (!isPublic(text.slice(start + begin.length, host))) return text.lastIndexOf(".", host - 1) - "www".length;
      return { start, end: tailEnd(text, portEnd(text, host)), kind: "www" };
    }
    case "mailto:": {
      if (isTail(text, start, from)) return null;
      const address = mail(text, start + begin.length);
      return address && { start, end: text[address.end] === "?" ? tailEnd(text, address.end) : address.end, kind: "scheme" };
    }
    default: {
      if (isTail(text, start, from)) return null;
      const host = start + begin.length;
      const end = hostEnd(text, host);
      return end === host ? null : { start, end: tailEnd(text, portEnd(text, end)), kind: "scheme" };
    }
  }
}

/** Whether a scheme is the tail of another one. (1) */
function isTail(text: string, at: number, from: number): boolean {
  let i = at;
  while (i > from && at - i < LONGEST_NAME && /[\da-z+]/i.test(text[i - 1]!)) i -= 1;
  return /[a-z]/i.test(text.slice(i, at));
}

/** (3) */
function mail(text: string, start: number | null): FoundLink | null {
  if (start === null) return null;
  const host = matchEnd(NAME, text, start);
  const end = nameEnd(text, host);
  return host > start && isPublic(text.slice(host, end)) ? { start, end, kind: "mail" } : null;
}

/** Where the name before an `@` begins. */
function nameStart(text: string, at: number, from: number): number | null {
  let start = at;
  while (start > from && at - start <= LONGEST_NAME && /[\w.%+&='~-]/.test(text[start - 1]!)) start -= 1;
  if (at - start > LONGEST_NAME || (start > from && /[/@]/.test(text[start - 1]!))) return null;
  while (start < at && !/[\w+]/.test(text[start]!)) start += 1;
  return start < at ? start : null;
}

/** Whether a host ends like one of the internet. */
function isPublic(host: string): boolean {
  const dot = host.lastIndexOf(".");
  return dot > 0 && /^(?:[a-z]{2,}|xn--[\da-z-]+|[\u0080-\u{10ffff}]+)$/iu.test(host.slice(dot + 1));
}

/** (5) */
function hostEnd(text: string, start: number): number {
  const host = matchEnd(USER, text, start);
  const address = matchEnd(IPV6, text, host);
  const end = address > host ? address : nameEnd(text, host);
  return end === host ? start : end;
}

/** The end of a host's name; its start, where there is none. */
function nameEnd(text: string, start: number): number {
  let end = start;
  let label = start;
  /** Whether a word stands in this label, or in any. */
  let worded = false;
  let words = false;
  /** Where words began behind an ASCII beginning that was not whole. */
  let doubtful: number | null = null;
  while (end < text.length) {
    const c = charAt(text, end);
    if (c === ".") {
      const next = charAt(text, end + 1);
      if (end === label) break;
      if (isWord(next) && !worded && isWhole(text.slice(start, end))) break; // (8)
      label = end + 1;
      worded = false;
    } else if (isPlain(c)) {
      if (matchEnd(SCHEME, text, end) > end) break; // (14)
    } else if (isWord(c)) {
      if (!worded && end > label) {
        if (isWhole(text.slice(start, end))) break; // (6)
        doubtful = end;
      }
      worded = words = true;
    } else if (!isLetter(c)) {
      break;
    }
    end += c.length;
  }
  end = withoutEnd(text, start, end);
  return words && !text.slice(start, end).includes(".") ? withoutEnd(text, start, doubtful ?? start) : end; // (7)
}

/** A name without what none ends with. */
function withoutEnd(text: string, start: number, end: number): number {
  while (end > start && /[-_.]/.test(text[end - 1]!)) end -= 1;
  return end;
}

/** (6) */
function isWhole(host: string): boolean {
  return host.toLowerCase() === "localhost" || host.replace(/^www\./i, "").includes(".");
}

function portEnd(text: string, host: number): number {
  return matchEnd(PORT, text, host);
}

/** The end of path, query and fragment. (9–14) */
function tailEnd(text: string, start: number): number {
  if (!/^[/?#]/.test(text.slice(start, start + 1))) return start;
  /** What the segment consists of so far. */
  let segment: "nothing" | "ascii" | "words" = "nothing";
  let query = false;
  const open: number[] = [];
  let end = start;
  while (end < text.length) {
    const c = charAt(text, end);
    if (c <= "~") {
      if (c <= " " || '<>"\\`'.includes(c)) break;
      if ("([{".includes(c)) {
        if (open.length === MOST_OPEN) break;
        open.push(end);
      } else if (c in PAIRS) {
        if (open.length === 0 || text[open.at(-1)!] !== PAIRS[c]) break;
        open.pop();
      } else if (/[hw]/i.test(c) && !"/=?#&:".includes(text[end - 1]!) && matchEnd(SCHEME, text, end) > end) {
        break;
      }
      if (c === "?") query = true;
      if ("/#=&".includes(c) || (c === "+" && query)) segment = "nothing";
      else if (c === "?") segment = "ascii";
      else if (segment === "nothing" && !"@~".includes(c)) segment = "ascii";
    } else if (isWord(c)) {
      if (segment === "ascii") break;
      segment = "words";
    } else if ("·・".includes(c)) {
      if (segment !== "words" || !isLetter(charAt(text, end + 1))) break;
    } else if (c === "\u200c" || c === "\u200d") {
      if (text[end - 1]! <= "\x7f" || !isLetter(charAt(text, end + 1))) break;
    } else if (!isLetter(c)) {
      break;
    } else if (segment === "nothing") {
      segment = "ascii";
    }
    end += c.length;
  }
  end = open[0] ?? end;
  while (end > start && (/[.,:;!?'*|@]/.test(text[end - 1]!) || (text[end - 1] === "~" && text[end - 2] !== "/"))) end -= 1;
  return end;
}

function charAt(text: string, at: number): string {
  const c = text.codePointAt(at);
  return c === undefined ? "" : String.fromCodePoint(c);
}

/** ASCII of a host's name. */
function isPlain(c: string): boolean {
  return /^[\w-]$/.test(c);
}

function isWord(c: string): boolean {
  return c > "\x7f" && WORD.test(c);
}

/** A letter outside of ASCII, a word's or another. */
function isLetter(c: string): boolean {
  return c > "\x7f" && (WORD.test(c) || LETTER.test(c));
}

/** Where a match that begins here ends; here, where there is none. */
function matchEnd(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}
