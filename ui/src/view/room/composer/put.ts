// What is put into the message box by the page and not by a hand, so that it can be undone like all that is typed.
import type { Change } from "../../../model/text/change";

/** Puts a text where the caret is, in place of what is selected. Nothing takes nothing away. */
export function put(box: HTMLTextAreaElement, text: string): void {
  box.focus();
  if (text !== "") replace(box, text);
}

export function change(box: HTMLTextAreaElement, { from, to, text, start, end }: Change): void {
  box.focus();
  box.setSelectionRange(from, to);
  if (text !== "" || from < to) replace(box, text);
  box.setSelectionRange(start, end);
}

/**
 * Takes back what was put in last, or puts it in again, where a key asks for it; whether one did. WebKitGTK has no keys of its own
 * for that. An input method has had them before.
 */
export function takeBack(event: KeyboardEvent): boolean {
  const { key, shiftKey, ctrlKey, altKey, metaKey } = event;
  const letter = ctrlKey && !altKey && !metaKey ? key.toLowerCase() : "";
  const again = shiftKey ? letter === "z" : letter === "y";
  if (!again && letter !== "z") return false;
  event.preventDefault();
  document.execCommand(again ? "redo" : "undo");
  return true;
}

function replace(box: HTMLTextAreaElement, text: string): void {
  // Where the caret moves, what was typed so far ends: the one is undone without the other.
  const { selectionStart, selectionEnd } = box;
  box.setSelectionRange(0, 0);
  box.setSelectionRange(selectionStart, selectionEnd);
  if ("execCommand" in document && (text === "" ? document.execCommand("delete") : document.execCommand("insertText", false, text))) return;
  box.setRangeText(text, box.selectionStart, box.selectionEnd, "end");
  box.dispatchEvent(new InputEvent("input", { bubbles: true }));
}
