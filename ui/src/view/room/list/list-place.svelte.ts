// The place of the chat list (stick to bottom, scroll anchoring): it stays with the newest line while that is in sight, keeps its
// place otherwise, and goes to a place that is asked for.
import type { VirtualizerHandle } from "virtua/svelte";
import { type ListRow, rowOfEntry } from "../../../model/room/list-rows";
import type { RoomState } from "../../../model/room/state";
import { isField } from "../../base/focus";
import { Hand } from "./hand";

/** The list that has a place. */
export interface PlacedList {
  rows: readonly ListRow[];
  list: VirtualizerHandle | undefined;
  scroller: HTMLElement;
  /** What is in it, and what holds a short conversation down. */
  content: HTMLElement;
  filler: HTMLElement;
  /** Whether the newest lines are elsewhere. */
  away: boolean;
  /** It stands somewhere else; `byHand`: somebody has moved it there. */
  moved: (byHand: boolean) => void;
}

/** Closer to the end than this is "at" it, in pixels. */
const AT_END = 32;
/** Farther up than this share of the list's height, in a layout that is the same, goes somebody without a hand. */
const FAR = 0.75;
/** A row that was unfolded is measured within so many frames. */
const TOGGLE_FRAMES = 4;
/** Lines on the way to a place are measured within this time, in milliseconds. */
const FINDING_MS = 250;
/** A line that was jumped to stands out for this long, in milliseconds. */
const TARGET_MS = 2400;

export class ListPlace {
  /** Whether the list stays with the newest line. */
  stuck = $state(true);
  /** The key of the line that was jumped to just now. */
  target = $state<string | null>(null);
  readonly hand = new Hand();
  /** Whether it was given its first place. */
  #placed = false;
  /** The way to a place. On it, nothing that the list measures says where the user looks. */
  #way: { step: () => void; timer: ReturnType<typeof setTimeout> } | null = null;
  #targeting: ReturnType<typeof setTimeout> | undefined;
  /** The last goal that the list went to. */
  #reached = -1;
  /** Where the list stood when that was looked at last, and in what layout. */
  #last = { top: 0, content: 0, height: 0 };
  /** Where the list begins in the window, in pixels. */
  #edge = 0;

  constructor(private readonly at: () => PlacedList) {}

  /** Whether it has a place, and is not on the way to one. */
  get settled(): boolean {
    return this.#placed && this.#way === null;
  }

  get atEnd(): boolean {
    return this.settled && this.stuck;
  }

  /** The list is there. Gives what ends it. */
  on(): () => void {
    const { scroller, content } = this.at();
    // Whatever changes a height (a line measured, a text unfolded, the message box grown).
    const observer = new ResizeObserver(() => this.#resized());
    observer.observe(scroller);
    observer.observe(content);
    const letGo = this.hand.on(scroller);
    return () => {
      observer.disconnect();
      letGo();
      this.#leaveWay();
      clearTimeout(this.#targeting);
    };
  }

  /** The rows are others; `goal` is where the room is to be shown. */
  follow(rows: readonly ListRow[], shift: boolean, goal: RoomState["goal"]): void {
    // The virtualizer learns of its own correction by the scroll event in the next frame, and measures lines before
    // that: near the top it would then reckon from where it was, and go there.
    if (shift) this.at().scroller.dispatchEvent(new Event("scroll"));
    this.#letGo();
    if (goal !== null && goal.nth !== this.#reached && rows.length > 0) {
      this.#reached = goal.nth;
      if (goal.to === "end") this.#comeBack(rows);
      else this.#goTo(rows[rowOfEntry(rows, goal.to)]);
    } else if (!this.#placed && rows.length > 0) this.#start(rows);
    else if (this.stuck) this.toEnd();
  }

  /** Goes to the newest line and stays there. Own lines always lead there. */
  toEnd(): void {
    const { away, filler, content, scroller } = this.at();
    this.stuck = !away;
    this.#leaveWay();
    filler.style.flex = "";
    content.style.minHeight = "";
    scroller.scrollTop = scroller.scrollHeight;
    this.#note();
  }

  /** To the first line that is new, if that is below what is in sight and does not fit there with all that follows. */
  toFirstNew(): boolean {
    const { rows, list, scroller } = this.at();
    const divider = dividerIn(rows);
    // What is new may fit below what is in sight: then its place is the end.
    const below = list && divider > 0 ? list.getScrollSize() - list.getItemOffset(divider) : 0;
    const goes = below > (scroller.clientHeight * 2) / 3 && this.sideOf(divider) === "below";
    if (goes) this.#toNew();
    return goes;
  }

  /** Whoever comes back to a window in which more was said than fits on the screen begins where they left. */
  toMissed(): void {
    const divider = dividerIn(this.at().rows);
    if (this.atEnd && !this.at().away && divider > 0 && this.sideOf(divider) === "above") this.#toNew();
  }

  /** Where a row stands: above what is in sight, in it, or below. */
  sideOf(index: number): "above" | "in" | "below" {
    const { list, scroller } = this.at();
    const top = (list?.getItemOffset(index) ?? 0) - scroller.scrollTop;
    return top < 0 ? "above" : top < scroller.clientHeight ? "in" : "below";
  }

  /** Scrolls by screens, as a hand does. */
  scrollBy(screens: number): void {
    const { scroller } = this.at();
    this.hand.moved();
    scroller.scrollTop = Math.max(0, scroller.scrollTop + screens * 0.9 * scroller.clientHeight);
  }

  fromEnd(): number {
    const { scroller } = this.at();
    return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
  }

  onscroll(): void {
    if (!this.settled) return;
    const { away, moved } = this.at();
    const byHand = this.hand.moves;
    if (this.fromEnd() < AT_END && !away) this.stuck = true;
    else this.#letGo();
    this.#note();
    moved(byHand);
  }

  /**
   * Lets go of the end if somebody has gone up since the list was looked at: a hand; or a screen reader or a search of the
   * browser's, which have none and go out of sight. A layout that changes moves the list too, and by more than it looks like when
   * it is done. The scroll event tells of it in the next frame, so whoever is about to move the list asks first.
   */
  #letGo(): void {
    const { top, content, height } = this.#last;
    const { scrollTop, scrollHeight, clientHeight } = this.at().scroller;
    const isSame = content === scrollHeight && height === clientHeight;
    if (top - scrollTop > (this.hand.moves ? 1 : isSame ? FAR * clientHeight : Infinity)) this.stuck = false;
  }

  /** From where the list stands now, and from this layout, somebody moves it. */
  #note(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.at().scroller;
    this.#last = { top: scrollTop, content: scrollHeight, height: clientHeight };
  }

  /** A row is about to be unfolded or folded: what is looked at stays where it is, and what is below makes room. */
  hold(): void {
    const { filler, content, scroller } = this.at();
    this.stuck = false;
    filler.style.flexBasis = `${filler.clientHeight}px`;
    filler.style.flexGrow = "0";
    // What is folded near the end leaves its room there.
    content.style.minHeight = `${content.offsetHeight}px`;
    this.#stay(scroller.scrollTop, TOGGLE_FRAMES);
  }

  /** The virtualizer makes up for a row that grows while its head is out of sight, as if it were above what is read. */
  #stay(top: number, frames: number): void {
    const { scroller } = this.at();
    if (frames === 0 || !scroller) return;
    this.stuck = false;
    scroller.scrollTop = top;
    requestAnimationFrame(() => this.#stay(top, frames - 1));
  }

  /** The newest line stays; or the line under the eye, when a banner comes above the list. */
  #resized(): void {
    const { scroller } = this.at();
    const before = this.#edge;
    this.#edge = scroller.getBoundingClientRect().top;
    // What is measured on the way pulls nobody back who drags a selection out of sight.
    this.#way?.step();
    if (!this.settled || this.hand.holds) return;
    this.#letGo();
    if (this.stuck || this.fromEnd() < AT_END) this.toEnd();
    else if (this.#edge !== before) scroller.scrollTop += this.#edge - before;
    // The scroll that tells of it may come late, and be one with somebody's.
    this.#note();
  }

  /** At first, what is new starts a third below the top; if there is nothing new, the newest line is in sight. */
  #start(rows: readonly ListRow[]): void {
    if (dividerIn(rows) <= 0) this.#arrive();
    else this.#toNew();
  }

  #arrive(): void {
    this.#placed = true;
    this.toEnd();
    // The virtualizer would hear of it in the next frame, and show nothing in this one.
    this.at().scroller.dispatchEvent(new Event("scroll"));
  }

  /** The button that led here is gone with the list that it stood in, and the focus with it. */
  #comeBack(rows: readonly ListRow[]): void {
    this.#start(rows);
    if (document.activeElement === document.body) this.at().scroller.focus({ preventScroll: true });
  }

  /** A line that was jumped to stands in the middle, stands out for a while, and is where one reads on. */
  #goTo(row: ListRow | undefined): void {
    if (row === undefined) return;
    this.target = row.key;
    clearTimeout(this.#targeting);
    this.#targeting = setTimeout(() => (this.target = null), TARGET_MS);
    this.#find(row.key, (height, list) => Math.max(0, list - height) / 2, () => {
      // Who goes from one found line to the next stays in the field.
      if (isField(document.activeElement)) return;
      this.at().scroller.querySelector<HTMLElement>("[aria-current]")?.focus({ preventScroll: true });
    });
  }

  /** What is new begins a third below the top: what it goes on from is in sight. */
  #toNew(): void {
    this.#find("new", (_, list) => list / 3);
  }

  /**
   * Goes to a row, and has it stand so far below the top, reckoned from its height and the list's. What is on the way is measured
   * as it comes into sight, so the list goes there more than once; unless a hand has moved it meanwhile, which knows better.
   * (The virtualizer's own way to an index would pull that hand back.)
   */
  #find(key: string, below: (row: number, list: number) => number, then: () => void = () => {}): void {
    this.#leaveWay();
    this.stuck = false;
    this.#placed = true;
    const began = performance.now();
    const step = (): void => {
      const { rows, list, scroller } = this.at();
      const index = rows.findIndex((row) => row.key === key);
      if (this.#way !== way || !list || index < 0 || this.hand.movedSince(began)) return;
      scroller.scrollTop = list.getItemOffset(index) - below(list.getItemSize(index), scroller.clientHeight);
    };
    const timer = setTimeout(() => {
      step();
      this.#way = null;
      then();
      this.onscroll();
    }, FINDING_MS);
    const way = { step, timer };
    this.#way = way;
    requestAnimationFrame(step);
  }

  #leaveWay(): void {
    clearTimeout(this.#way?.timer);
    this.#way = null;
  }
}

/** The row from which on everything is new; -1 when there is none. */
function dividerIn(rows: readonly ListRow[]): number {
  return rows.findIndex((row) => row.kind === "new");
}
