// Keys whose meaning is the page's own: what an engine would do with them belongs to a browser.

type Press = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey" | "target">;

/** Whether a key press would select all of the page. In a box to write in, it selects what is written. */
export function selectsAll(press: Press): boolean {
  return press.key.toLowerCase() === "a" && (press.ctrlKey || press.metaKey) && !press.altKey && !press.shiftKey && !isWritten(press.target);
}

/** Keys that load a page again, leave it, print it or look for something in it. */
const ALONE = new Set(["F3", "F5", "F7", "BrowserBack", "BrowserForward", "BrowserRefresh", "BrowserStop", "BrowserHome", "BrowserSearch"]);
const WITH_CONTROL = new Set(["r", "p", "g", "j", "u", "s", "o", "f5"]);

/** Whether a key press is an order to a browser. */
export function isOfBrowser({ key, ctrlKey, metaKey, altKey }: Press): boolean {
  const control = (ctrlKey || metaKey) && !altKey;
  if (ALONE.has(key) || (control && WITH_CONTROL.has(key.toLowerCase()))) return true;
  const goes = key === "ArrowLeft" || key === "ArrowRight" || key === "Home";
  // On a Mac these move by words and lines.
  return altKey && !ctrlKey && goes && !isMac();
}

/**
 * What a key asks for in a box to write in: to take back what was put in last, or to put it in again. WebKitGTK has no keys of its own
 * for that, and an input method has had them before.
 */
export function takesBack({ key, shiftKey, ctrlKey, altKey, metaKey, target }: Press): "undo" | "redo" | null {
  if (!ctrlKey || altKey || metaKey || isMac() || !isWritten(target)) return null;
  const letter = key.toLowerCase();
  if (letter === "z") return shiftKey ? "redo" : "undo";
  return letter === "y" && !shiftKey ? "redo" : null;
}

function isWritten(target: EventTarget | null): boolean {
  return target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && !["radio", "checkbox"].includes(target.type));
}

/** What a button does, with the key that does the same. */
export function withKey(words: string, key?: string): string {
  return key === undefined ? words : `${words} (${isMac() ? key.replace("Ctrl", "Cmd") : key})`;
}

/** Whether Cmd does what Control does elsewhere. */
export function isMac(): boolean {
  return /Mac/.test(navigator.userAgent);
}
