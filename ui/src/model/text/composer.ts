// The composer's rules: which key sends, and whether a draft fits. Pure.
import { checkText, type Limits } from "../../wire";

/** What of a key press the rules look at. Times are those of the events, in milliseconds. */
export interface KeyPress {
  key: string;
  keyCode: number;
  shiftKey: boolean;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
  isComposing: boolean;
  timeStamp: number;
}

/** A key that ends a composition comes within this time of the end in WebKit, and after it. No hand is as quick. */
const SAME_KEY_MS = 20;

/** Whether a key press sends the message. Never while an input method composes, nor with the key that ends it. */
export function sends(press: KeyPress, compositionEndedAt: number | null): boolean {
  if (press.key !== "Enter" || press.shiftKey || press.ctrlKey || press.altKey || press.metaKey) return false;
  if (isComposing(press)) return false;
  return compositionEndedAt === null || press.timeStamp - compositionEndedAt > SAME_KEY_MS;
}

/** Whether an input method has taken the key; 229 is what WebKit gives for each of those. */
export function isComposing(press: Pick<KeyPress, "isComposing" | "keyCode">): boolean {
  return press.isComposing || press.keyCode === 229;
}

export type Draft =
  | { state: "empty" }
  | { state: "fits"; text: string; /** Bytes left, once they run short. */ left: number | null }
  | { state: "too_long"; over: number; limit: number };

/** From here on the box counts down. */
const SHORT_OF_BYTES = 1024;

/** How a draft stands against the limit. */
export function weigh(draft: string, limits: Limits): Draft {
  const checked = checkText(draft, limits.text_bytes);
  if (checked.ok) {
    const left = limits.text_bytes - checked.bytes;
    return { state: "fits", text: checked.text, left: left <= SHORT_OF_BYTES ? left : null };
  }
  if (checked.error === "empty") return { state: "empty" };
  return { state: "too_long", over: checked.bytes - checked.limit, limit: checked.limit };
}
