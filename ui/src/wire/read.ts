// What the readers of frames are made of. What is not by the protocol is no frame: nothing behind this door looks at a field twice.
import { checkNickname } from "./nickname";

/** What is read is not by the protocol. */
export class Malformed extends Error {}

/** An object's fields, of which nothing is known yet. */
export type Fields = Record<string, unknown>;

export function malformed(): never {
  throw new Malformed();
}

export function object(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : malformed();
}

export function list<T>(value: unknown, read: (item: unknown) => T): T[] {
  return Array.isArray(value) ? value.map((item) => read(item)) : malformed();
}

/** A field that may be missing. One that says what goes without saying is left out too. */
export function maybe<K extends string, T>(key: K, f: Fields, read: (value: unknown) => T, unsaid?: T): { [P in K]?: T } {
  const value = f[key] ?? undefined;
  const said = value === undefined ? undefined : read(value);
  return said === undefined || said === unsaid ? {} : ({ [key]: said } as { [P in K]?: T });
}

/** A word of a list. One of a later version is `later`, where there is such a word. */
export function oneOf<T extends string>(words: Record<T, true>, later?: T): (value: unknown) => T {
  return (value) => {
    const word = string(value);
    return Object.hasOwn(words, word) ? (word as T) : (later ?? malformed());
  };
}

export function string(value: unknown): string {
  return typeof value === "string" ? value : malformed();
}

export function bool(value: unknown): boolean {
  return typeof value === "boolean" ? value : malformed();
}

/** What is read, or what is not known where that is not by the protocol: a version that means something else by it has said it. */
export function orUnknown<T>(read: () => T): T | { kind: "unknown" } {
  try {
    return read();
  } catch (error) {
    if (error instanceof Malformed) return { kind: "unknown" };
    throw error;
  }
}

function upTo(most: number): (value: unknown) => number {
  return (value) => (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= most ? value : malformed());
}

export const u32 = upTo(2 ** 32 - 1);
export const seq = upTo(Number.MAX_SAFE_INTEGER);

function textOf(form: RegExp): (value: unknown) => string {
  return (value) => {
    const text = string(value);
    return form.test(text) ? text : malformed();
  };
}

const id = textOf(/^[A-Za-z0-9_-]{1,64}$/);
export { id as logId, id as memberId, id as memberToken, id as probeNonce };

/** One picture, as `emoji.rs` reads it: with what changes it, joined to others; a flag; or a key. */
const PICTURE = String.raw`(?:[\xa9\xae\u203c\u2049\u2122\u2139\u2190-\u23ff\u24c2\u25a0-\u27bf\u2934\u2935\u2b00-\u2bff\u3030\u303d\u3297\u3299\u{1f000}-\u{1f1e5}\u{1f200}-\u{1f3fa}\u{1f400}-\u{1faff}][\ufe0f\u{1f3fb}-\u{1f3ff}\u{e0020}-\u{e007f}]*)`;
export const emoji = textOf(new RegExp(String.raw`^(?:[\u{1f1e6}-\u{1f1ff}]{2}|[0-9#*]\ufe0f?\u20e3|(?=.{1,16}$)${PICTURE}(?:\u200d${PICTURE})*)$`, "u"));

export const keyHash = textOf(/^[A-Za-z0-9_-]{22}$/);

const uuid = textOf(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);

export function postId(value: unknown): string {
  return uuid(string(value).toLowerCase());
}

export function nickname(value: unknown): string {
  const checked = checkNickname(string(value));
  return checked.ok ? checked.name : malformed();
}

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** RFC 3339, in UTC afterwards: days are cut from it elsewhere. */
export function moment(value: unknown): string {
  const text = string(value);
  const at = MOMENT.test(text) ? new Date(text) : null;
  if (at === null || Number.isNaN(at.getTime())) return malformed();
  return text.endsWith("Z") ? text : at.toISOString();
}
