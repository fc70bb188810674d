// The one door for keys: what belongs to an input method reaches nothing of the page, neither our own handlers nor a library's.
// Whoever throws half a word away by Esc keeps the dialog around it, and whoever chooses a candidate by Enter sends nothing.
import { belongsToInputMethod, type Composed, isKey, isTaken, leftBy } from "../../model/text/composition";

/** Stands guard over the keys of the window. Gives what ends it. */
export function guardInputMethod(): () => void {
  let last: Composed | null = null;
  const guard = new AbortController();
  // Before everybody else.
  const first = { capture: true, signal: guard.signal };

  addEventListener("compositionend", ({ data, timeStamp }) => void (last = { text: data, at: timeStamp }), first);
  addEventListener("input", (event) => {
    // Some of what is typed into is no text, and tells of no letters.
    if (event instanceof InputEvent && event.data !== null) last = leftBy(last, event.data, event.timeStamp);
  }, first);
  addEventListener("keydown", (event) => {
    const isTheirs = belongsToInputMethod(event, last);
    if (isKey(event)) last = null;
    if (!isTheirs) return;
    event.stopImmediatePropagation();
    // What the input method has taken it goes on with. What is only told behind it would break the line, or send a form.
    if (!isTaken(event)) event.preventDefault();
  }, first);
  return () => guard.abort();
}
