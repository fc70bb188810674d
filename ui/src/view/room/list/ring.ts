// The focus ring of the chat list: one row at a time has the focus (roving tabindex).
import { tick } from "svelte";
import type { VirtualizerHandle } from "virtua/svelte";
import type { ListRow } from "../../../model/room/list-rows";

/** A row that is scrolled to is there within so many frames. */
const FRAMES = 20;

/** Whether the ring may stand at a row: at what somebody said or did. */
function holds(row: ListRow | undefined): boolean {
  return row?.kind === "line" || row?.kind === "system" || row?.kind === "gathered";
}

/** The nearest row from a place on, in one direction, at which the ring may stand; -1 when there is none. */
export function ringFrom(rows: readonly ListRow[], index: number, by: 1 | -1): number {
  for (let i = index; i >= 0 && i < rows.length; i += by) if (holds(rows[i])) return i;
  return -1;
}

/** The key of the row that an element stands in. */
export function rowAround(element: EventTarget | null): string | null {
  return element instanceof Element ? (element.closest<HTMLElement>("[data-row]")?.dataset["row"] ?? null) : null;
}

/** Brings a row into sight, and the focus to it. */
export async function ringAt(list: VirtualizerHandle, scroller: HTMLElement, index: number, key: string): Promise<void> {
  list.scrollToIndex(index, { align: "nearest" });
  await tick();
  const place = `[data-row="${CSS.escape(key)}"]`;
  for (let frames = 0; frames < FRAMES; frames++) {
    const row = scroller.querySelector<HTMLElement>(place);
    if (row) return row.focus({ preventScroll: true });
    await new Promise(requestAnimationFrame);
  }
}
