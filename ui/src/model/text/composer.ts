// The composer's rules: what Enter does, and whether a draft fits. Pure.
import { checkText, type Limits } from "../../wire";

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
