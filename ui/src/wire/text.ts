// Validation of messages' texts, as Rust's.
import { LIMITS_V1 } from "./limits";
import { isBlank } from "./visible";

/** What became of a text as it was typed. */
export type TextCheck =
  | { ok: true; text: string; bytes: number }
  | { ok: false; error: "empty" }
  | { ok: false; error: "too_long"; bytes: number; limit: number };

/** Cleans and checks a text as `MessageText::new` does in Rust; `tests/vectors/texts.json` binds the two. */
export function checkText(raw: string, limit: number = LIMITS_V1.text_bytes): TextCheck {
  const text = (raw.toWellFormed()).replace(/\r\n?/g, "\n").replace(CONTROL, "");
  const bytes = utf8Bytes(text);
  if (bytes > limit) return { ok: false, error: "too_long", bytes, limit };
  if (isBlank(text)) return { ok: false, error: "empty" };
  return { ok: true, text, bytes };
}

/** The length of a text on the wire. */
export function utf8Bytes(text: string): number {
  return encoder.encode(text).length;
}

/**
 * The same with U+FFFD for each half of a sign, in every text of plain objects and lists: what is cut short may end in one, and
 * Rust reads no text that has one.
 */
export function wholeSigns<T>(value: T): T {
  return whole(value) as T;
}

function whole(value: unknown): unknown {
  if (typeof value === "string") return value.toWellFormed();
  if (Array.isArray(value)) return value.map(whole);
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, whole(held)]));
}

const encoder = new TextEncoder();

/** General category Cc, but for line ends and tabs. */
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
