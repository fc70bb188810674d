// The focus ring of the chat list: one row at a time has the focus, and the list is one stop for Tab (roving tabindex).
import { tick } from "svelte";
import type { VirtualizerHandle } from "virtua/svelte";
import type { ListRow } from "../../../model/room/list-rows";

/** The list that a ring goes along. */
export interface RingedList {
  rows: readonly ListRow[];
  list: VirtualizerHandle | undefined;
  scroller: HTMLElement;
  isInSight: (index: number) => boolean;
  /** The list is moved by hand. */
  moved: () => void;
  /** The ring leaves the list at its end. */
  leave: () => void;
  /** A key is pressed at a row; whether it does something there. */
  keyed: (row: string, press: string) => boolean;
}

/** A row that is scrolled to is there within so many frames. */
const FRAMES = 20;

export class FocusRing {
  /** The key of the row at which the ring stands; `null` while the focus is elsewhere. */
  key = $state<string | null>(null);
  /** Its place, so that it stays mounted where the list is scrolled away from it. */
  readonly held = $derived.by(() => (this.key === null ? [] : [this.#indexOf(this.key)].filter((index) => index >= 0)));
  #last: string | null = null;

  constructor(private readonly along: () => RingedList) {}

  /** To where the ring stood, if that is in sight, or else to the newest line that is. */
  enter(): void {
    const { rows, list, scroller, isInSight } = this.along();
    const before = this.#last === null ? -1 : this.#indexOf(this.#last);
    if (before >= 0 && isInSight(before)) return this.#go(before);
    const bottom = list?.findItemIndex(scroller.scrollTop + scroller.clientHeight - 1) ?? -1;
    this.#go(nearest(rows, Math.min(bottom, rows.length - 1), -1));
  }

  onkeydown(event: KeyboardEvent): void {
    // On most keyboards, `+` is one with Shift.
    if (event.ctrlKey || event.metaKey || (event.shiftKey && event.key !== "+")) return;
    const target = event.target as HTMLElement;
    if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      event.preventDefault();
      this.#step(event.key === "ArrowDown" ? 1 : -1);
    } else if (target.dataset["row"] === undefined || event.altKey) {
      return;
    } else if (event.key === "Enter") {
      const folded = target.querySelector<HTMLElement>("[data-unfolds]");
      if (folded) folded.click();
      else target.dispatchEvent(new MouseEvent("contextmenu", { bubbles: true, cancelable: true }));
    } else if (this.along().keyed(target.dataset["row"], event.key)) {
      event.preventDefault();
    }
  }

  onfocusin({ target }: FocusEvent): void {
    const row = rowAround(target);
    if (row !== null) this.key = this.#last = row;
  }

  onfocusout({ relatedTarget }: FocusEvent): void {
    if (rowAround(relatedTarget) === null) this.key = null;
  }

  /** To the next line; beyond the last one, out of the list. */
  #step(by: 1 | -1): void {
    if (this.key === null) return this.enter();
    const { rows, leave } = this.along();
    const next = nearest(rows, this.#indexOf(this.key) + by, by);
    if (next >= 0) this.#go(next);
    else if (by > 0) leave();
  }

  #go(index: number): void {
    const { rows, list, scroller, moved } = this.along();
    const row = rows[index];
    if (!row || !list) return;
    moved();
    this.key = this.#last = row.key;
    void focusRow(list, scroller, index, row.key);
  }

  #indexOf(key: string): number {
    return this.along().rows.findIndex((row) => row.key === key);
  }
}

/** The nearest row from a place on, in one direction, of what somebody said or did; -1 when there is none. */
function nearest(rows: readonly ListRow[], index: number, by: 1 | -1): number {
  for (let i = index; i >= 0 && i < rows.length; i += by) {
    if (["line", "stone", "system", "gathered"].includes(rows[i]!.kind)) return i;
  }
  return -1;
}

/** The key of the row that an element stands in. */
function rowAround(element: EventTarget | null): string | null {
  return element instanceof Element ? (element.closest<HTMLElement>("[data-row]")?.dataset["row"] ?? null) : null;
}

/** Brings a row into sight, and the focus to it. */
async function focusRow(list: VirtualizerHandle, scroller: HTMLElement, index: number, key: string): Promise<void> {
  list.scrollToIndex(index, { align: "nearest" });
  await tick();
  const place = `[data-row="${CSS.escape(key)}"]`;
  for (let frames = 0; frames < FRAMES; frames++) {
    const row = scroller.querySelector<HTMLElement>(place);
    if (row) return row.focus({ preventScroll: true });
    await new Promise(requestAnimationFrame);
  }
}
