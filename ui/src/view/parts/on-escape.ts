// Esc where something was opened inside of something else: it puts away what was opened last, and nothing around it.
import type { Attachment } from "svelte/attachments";

/** What a key is called that an input method has taken (UI Events, section 7.3.1), where nothing else says so. */
const IN_COMPOSITION = 229;

/** Calls `away` for an Esc inside of the element, of which nobody outside hears. That of an input method is for that one alone. */
export function onEscape(away: () => void): Attachment<HTMLElement> {
  return (element) => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      event.stopPropagation();
      if (event.isComposing || event.keyCode === IN_COMPOSITION) return;
      event.preventDefault();
      away();
    };
    element.addEventListener("keydown", pressed);
    return () => element.removeEventListener("keydown", pressed);
  };
}
