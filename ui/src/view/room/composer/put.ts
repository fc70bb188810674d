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

function replace(box: HTMLTextAreaElement, text: string): void {
  // Where the caret moves, what was typed so far ends: the one is undone without the other.
  const { selectionStart, selectionEnd } = box;
  box.setSelectionRange(0, 0);
  box.setSelectionRange(selectionStart, selectionEnd);
  if ("execCommand" in document && (text === "" ? document.execCommand("delete") : document.execCommand("insertText", false, text))) return;
  box.setRangeText(text, box.selectionStart, box.selectionEnd, "end");
  box.dispatchEvent(new InputEvent("input", { bubbles: true }));
}
