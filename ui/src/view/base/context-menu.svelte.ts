// The context menu: what it offers for that which was pointed at, and where it opens.
import { getContext, setContext } from "svelte";
import type { LineRow } from "../../model/room/rows";

/** A box to write in. */
export type Field = HTMLInputElement | HTMLTextAreaElement;

/** What can be done to a line; what cannot be is not there. */
export interface LineOffer {
  react: ((emoji: string) => void) | null;
  /** Offers all emoji, to react with. */
  pick: (() => void) | null;
  mine: ReadonlySet<string>;
  reply: (() => void) | null;
  /** Copies the link to it. */
  link: (() => void) | null;
  edit: (() => void) | null;
  pin: (() => void) | null;
  pinned: boolean;
  /** Whether it is the user's own. */
  own: boolean;
  remove: (() => void) | null;
}

/** What can be done with that which was pointed at. */
export interface Offer {
  link?: HTMLAnchorElement | null;
  /** Puts what is selected, or else the line, on the clipboard. */
  copy?: (() => void) | null;
  /** Offers what is done in a box to write in. */
  field?: Field | null;
  /** What can be done to the line. */
  line?: LineOffer | null;
  /** Offers what the room's own menu has. */
  room?: boolean;
}

export interface Place { x: number; y: number; /** What it belongs to: a dialog, or the page. */ within: HTMLElement }

export class ContextMenu {
  /** What is offered, and where; `null` while it is closed. */
  shown = $state.raw<{ offer: Offer; place: Place } | null>(null);
  /** What is offered to fingers, of a line, by a sheet of its own. */
  sheet = $state.raw<{ offer: Offer; row: LineRow } | null>(null);
  /** What gets the focus back, */
  #before: HTMLElement | null = null;
  /** and the selection that is offered to be copied. */
  #selected: (() => void) | null = null;

  /** Opens in place of the engine's own menu; where nothing is offered, there is none. */
  open(event: MouseEvent, offer: Offer): void {
    event.preventDefault();
    const any = Object.values(offer).some(Boolean);
    if (this.shown === null) this.#before = document.activeElement as HTMLElement | null;
    this.#selected = selectionKept();
    this.shown = any ? { offer, place: placeOf(event) } : null;
  }

  /** Opens for fingers. */
  openSheet(row: LineRow, offer: Offer): void {
    if (Object.values(offer).some(Boolean)) this.sheet = { row, offer };
  }

  close(): void {
    this.shown = null;
    this.sheet = null;
  }

  /** Some engines drop the selection when the focus goes to the menu. */
  keepSelection(): void {
    if (this.shown !== null && getSelection()?.isCollapsed !== false) this.#selected?.();
  }

  /** The focus goes back to where it was. */
  giveBack(): void {
    if (this.#before?.isConnected) this.#before.focus({ preventScroll: true });
  }
}

/** What selects again what is selected now. */
function selectionKept(): (() => void) | null {
  const selection = getSelection();
  if (!selection || selection.isCollapsed) return null;
  const { anchorNode, anchorOffset, focusNode, focusOffset } = selection;
  return () => {
    if (anchorNode?.isConnected && focusNode?.isConnected) selection.setBaseAndExtent(anchorNode, anchorOffset, focusNode, focusOffset);
  };
}

/** The pointer's place, or, for who opens it by a key, the upper corner of what has the focus. */
function placeOf(event: MouseEvent): Place {
  const target = event.target as Element;
  const within = target.closest<HTMLElement>(".dialog") ?? document.body;
  if (event.clientX !== 0 || event.clientY !== 0) return { x: event.clientX, y: event.clientY, within };
  const { left, top } = target.getBoundingClientRect();
  return { x: left + 12, y: top + 12, within };
}

/** Whether the engine has its own way: by a long press, fingers select. Not every engine says what pressed. */
export function isLeftAlone(event: Event): boolean {
  return "pointerType" in event ? event.pointerType === "touch" : matchMedia("(pointer: coarse)").matches;
}

/** The box that an event is about, if it is one in which one writes. */
export function fieldOf(event: Event): Field | null {
  const { target } = event;
  if (target instanceof HTMLTextAreaElement) return target;
  const written = target instanceof HTMLInputElement && !["radio", "checkbox", "button", "submit"].includes(target.type);
  return written ? target : null;
}

const KEY = Symbol("context menu");

export function provideContextMenu(): ContextMenu {
  return setContext(KEY, new ContextMenu());
}

export function useContextMenu(): ContextMenu {
  return getContext<ContextMenu>(KEY);
}
