// The composer's rules: what Enter does, and whether a draft fits. Pure.
import { checkText, type Limits, utf8Bytes } from "../../wire";

/** What of Enter's press the rules look at. Those of an input method come no farther than `guardInputMethod`. */
export interface EnterPress {
  shiftKey: boolean;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
}

/** What Enter does in the message box; `alone`: what it does without another key. No press is left to the engine. */
export function enterDoes(press: EnterPress, alone: "send" | "break"): "send" | "break" | "nothing" {
  if (press.altKey) return "nothing";
  // On a Mac it is Cmd.
  if (press.ctrlKey || press.metaKey) return press.shiftKey ? "nothing" : "send";
  return press.shiftKey ? "break" : alone;
}

/** Numbers of characters are estimates: a limit is in bytes, and nobody knows what will be typed next. */
export type Draft =
  | { state: "empty" }
  | { state: "fits"; text: string; /** Characters left, once they run short. */ left: number | null }
  | { state: "too_long"; /** Characters too many, */ over: number; /** of which so many fit. */ limit: number };

/** From this share of the limit on the box counts down. */
const SHORT = 0.9;

/** How a draft stands against the limit. */
export function weigh(draft: string, limits: Limits): Draft {
  const checked = checkText(draft, limits.text_bytes);
  if (!checked.ok) return checked.error === "empty" ? { state: "empty" } : { state: "too_long", ...excess(draft, checked.bytes, checked.limit) };
  const left = limits.text_bytes - checked.bytes;
  const isShort = checked.bytes >= limits.text_bytes * SHORT;
  return { state: "fits", text: checked.text, left: isShort ? Math.floor(left / bytesEach(draft, checked.bytes)) : null };
}

/** A text that is too long, in characters: how many it has, how many are too many, and how many fit. */
export function excess(text: string, bytes: number, limit: number): { chars: number; over: number; limit: number } {
  const each = bytesEach(text, bytes);
  return { chars: Math.ceil(bytes / each), over: Math.ceil((bytes - limit) / each), limit: Math.floor(limit / each) };
}

/** The mean size of a text's characters. Its beginning tells: a long one must not be counted at every key. */
function bytesEach(text: string, bytes: number): number {
  const sample = text.length > SAMPLE ? text.slice(0, SAMPLE) : text;
  return (sample === text ? bytes : utf8Bytes(sample)) / Math.max(1, [...sample].length);
}

const SAMPLE = 4096;
