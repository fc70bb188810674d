// Where the focus goes when a dialog closes.
import { tick } from "svelte";
import type { Hearth } from "../../model/hearth.svelte";

/**
 * Asked as a dialog opens, for when it closes: the focus goes back to what opened it. Where that is gone, or the dialog has led
 * into another room, it goes where one writes.
 */
export function returningFocus(hearth: Hearth): (event: Event) => void {
  const opener = document.activeElement;
  const room = hearth.rooms.active?.key;
  return (event) => {
    event.preventDefault();
    // At once: another dialog that this one makes way for has the same opener.
    if (hearth.rooms.active?.key === room && focused(opener)) return;
    void tick().then(() => {
      if (document.querySelector(".veil") === null) focusWriting();
    });
  };
}

function focused(opener: Element | null): boolean {
  if (!(opener instanceof HTMLElement) || opener === document.body || !opener.isConnected) return false;
  opener.focus({ preventScroll: true });
  return document.activeElement === opener;
}

/** Where fingers write, the focus would bring up the keyboard before the talk. */
function focusWriting(): void {
  if (matchMedia("(pointer: coarse)").matches) return;
  document.querySelector<HTMLElement>("[data-testid=composer]")?.focus({ preventScroll: true });
}
