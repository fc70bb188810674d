// What is done with the selection in the chat list: by keys, by the pointer, and by way of the clipboard.
import type { Attachment } from "svelte/attachments";
import type { Copied } from "../../../model/room/copied";
import { type ContextMenu, isLeftAlone, type LineOffer } from "../../base/context-menu.svelte";
import { selectsAll } from "../../base/keys";
import type { ListSelection } from "./list-selection.svelte";

/** `copy` puts a text on the clipboard where the engine does not take the selection. */
export function selecting(
  selection: ListSelection, menu: ContextMenu, copy: (text: string) => void, lineOf: (key: string) => LineOffer | null,
): Attachment<HTMLElement> {
  function oncontextmenu(event: MouseEvent): void {
    if (isLeftAlone(event)) return;
    const target = event.target as Element;
    const row = target.closest<HTMLElement>("[data-row]");
    const selected = row !== null && selection.has(row) ? selection.copied() : null;
    const line = selected ?? (row && selection.of(row));
    const take = line && ((): void => {
      // The engine's own way takes the marked-up text along.
      if (selected === null || !document.execCommand("copy")) copy(line.plain);
    });
    // What is selected is to be copied; anything else is done to one line.
    const offer = row !== null && selected === null ? lineOf(row.dataset["row"]!) : null;
    menu.open(event, { link: target.closest("a"), copy: take, line: offer, room: take === null });
  }

  function onkeydown(event: KeyboardEvent): void {
    if (!selectsAll(event)) return;
    event.preventDefault();
    void selection.all();
  }

  const oncopy = (event: ClipboardEvent): void => {
    if (hand(selection.copied(), event.clipboardData)) event.preventDefault();
  };
  const ondragstart = (event: DragEvent): void => void hand(selection.copied(), event.dataTransfer);

  return (list) => {
    const listening = new AbortController();
    const { signal } = listening;
    list.addEventListener("contextmenu", oncontextmenu, { signal });
    list.addEventListener("keydown", onkeydown, { signal });
    list.addEventListener("dragstart", ondragstart, { signal });
    document.addEventListener("selectionchange", () => selection.changed(), { signal });
    document.addEventListener("pointerup", () => selection.settle(), { signal });
    document.addEventListener("copy", oncopy, { signal });
    return () => listening.abort();
  };
}

function hand(copied: Copied | null, data: DataTransfer | null): boolean {
  if (copied === null || data === null) return false;
  data.setData("text/plain", copied.plain);
  data.setData("text/html", copied.html);
  return true;
}
