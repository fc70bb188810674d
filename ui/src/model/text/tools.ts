// The tools of the message box: which key asks for which, and what they make of a text. Pure.
import type { Change, Selected } from "./change";
import { fence, list, quote } from "./line-marks";
import { link, mark } from "./marks";

export type Tool = "bold" | "italic" | "strike" | "code" | "link" | "quote" | "list";

type Press = Pick<KeyboardEvent, "key" | "shiftKey" | "ctrlKey" | "altKey" | "metaKey">;

/** What a key press in the box asks for. On a Mac, Control and a letter move the caret. */
export function toolOf({ key, shiftKey, ctrlKey, altKey, metaKey }: Press, mac: boolean): Tool | "preview" | null {
  if (altKey || !(metaKey || (ctrlKey && !mac))) return null;
  const letter = key.toLowerCase();
  if (shiftKey) return letter === "x" ? "strike" : letter === "p" ? "preview" : null;
  return { b: "bold", i: "italic", e: "code", k: "link" }[letter] as Tool | undefined ?? null;
}

/** What a tool does to a text. */
export function changeBy(tool: Tool, text: string, selected: Selected): Change {
  switch (tool) {
    case "quote":
      return quote(text, selected);
    case "list":
      return list(text, selected);
    case "link":
      return link(text, selected);
    case "code":
      return fence(text, selected) ?? mark("code", text, selected);
    default:
      return mark(tool, text, selected);
  }
}
