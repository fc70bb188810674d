// Dismissing what goes away by itself.
import type { Attachment } from "svelte/attachments";

/** Long enough to read a sentence with a path in it. */
const STAYS_MS = 8000;

/**
 * Calls `away` once the element was let alone for a while. Whoever has the pointer or the focus on it is reading it, or
 * about to use what it offers, so the time begins anew when both have left.
 */
export function dismissWhenIdle(away: () => void, staysMs = STAYS_MS): Attachment<HTMLElement> {
  return (element) => {
    const on = { pointer: false, focus: false };
    let timer: ReturnType<typeof setTimeout> | undefined;

    function change(what: keyof typeof on, is: boolean): void {
      on[what] = is;
      clearTimeout(timer);
      if (!on.pointer && !on.focus) timer = setTimeout(away, staysMs);
    }

    const listeners = new AbortController();
    const listen = (event: string, what: keyof typeof on, is: boolean): void =>
      element.addEventListener(event, () => change(what, is), { signal: listeners.signal });
    listen("pointerenter", "pointer", true);
    listen("pointerleave", "pointer", false);
    listen("focusin", "focus", true);
    listen("focusout", "focus", false);
    change("pointer", false);
    return () => {
      clearTimeout(timer);
      listeners.abort();
    };
  };
}
