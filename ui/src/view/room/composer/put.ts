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
  if ("execCommand" in document && isTaken(box, text)) return;
  box.setRangeText(text, box.selectionStart, box.selectionEnd, "end");
  box.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

/** Whether the engine has taken a text as if it was typed. */
function isTaken(box: HTMLTextAreaElement, text: string): boolean {
  if (text === "") return document.execCommand("delete");
  return (text.includes("\n") && isTakenAtOnce(box, text)) || document.execCommand("insertText", false, text);
}

/**
 * A text of several lines. Engines type each line by itself, and tell of it twice: a message of 16 KiB holds the window up for
 * seconds. As HTML it is one step, of which a field for text takes the letters alone.
 */
function isTakenAtOnce(box: HTMLTextAreaElement, text: string): boolean {
  const { value, selectionStart, selectionEnd } = box;
  const wanted = value.slice(0, selectionStart) + text + value.slice(selectionEnd);
  const letters = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  // Of the line ends at its beginning and at its end, HTML leaves one out.
  if (!document.execCommand("insertHTML", false, `<pre>\n${letters}${text.endsWith("\n") ? "\n" : ""}</pre>`)) return false;
  if (box.value === wanted) return true;
  document.execCommand("undo");
  box.setSelectionRange(selectionStart, selectionEnd);
  return false;
}
