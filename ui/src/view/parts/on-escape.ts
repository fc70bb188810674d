// Esc where something was opened inside of something else: it puts away what was opened last, and nothing around it.
import type { Attachment } from "svelte/attachments";

/** Calls `away` for an Esc inside of the element, of which nobody outside hears. */
export function onEscape(away: () => void): Attachment<HTMLElement> {
  return (element) => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      event.stopPropagation();
      event.preventDefault();
      away();
    };
    element.addEventListener("keydown", pressed);
    return () => element.removeEventListener("keydown", pressed);
  };
}
