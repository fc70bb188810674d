// The hand on a list: whether it is somebody who moves what scrolls, or only the layout around it.
//
// A scroll event says that a place has changed, and not why: lines are measured, the message box grows, the window changes its
// size. So a hand is known by its own events.

/** What a wheel, a key or fingers have set in motion goes on for this long, in milliseconds. */
const MOTION_MS = 400;

/** Keys that move the list from anywhere, and those that do only in it. */
const ANYWHERE = ["PageUp", "PageDown"];
const WITHIN = ["ArrowUp", "ArrowDown", "Home", "End", " "];

export class Hand {
  #movedAt = -Infinity;
  /** A pointer is down: it drags the scrollbar, or a selection over an edge, where no event comes while it goes on. */
  #holds = false;

  /** Whether a hand moves the list now. */
  get moves(): boolean {
    return this.#holds || performance.now() - this.#movedAt < MOTION_MS;
  }

  /** Whether a pointer is down on the list. */
  get holds(): boolean {
    return this.#holds;
  }

  /** Whether a hand has moved the list since then, by the page's own clock. */
  movedSince(time: number): boolean {
    return this.#holds || this.#movedAt > time;
  }

  /** Keys elsewhere move it. */
  moved(): void {
    this.#movedAt = performance.now();
  }

  /** Whoever asks for a place lets go of the list: what it still does is none of theirs. */
  rests(): void {
    this.#movedAt = -Infinity;
  }

  /** Feels what is done to the list. Gives what ends it. */
  on(scroller: HTMLElement): () => void {
    const felt = new AbortController();
    const { signal } = felt;
    const moved = (): void => this.moved();
    const letGo = (): void => {
      // What it has let fly goes on.
      if (this.#holds) moved();
      this.#holds = false;
    };
    // Whoever goes to a line by Tab has it scrolled into sight.
    for (const event of ["touchmove", "focusin"]) scroller.addEventListener(event, moved, { passive: true, signal });
    // With Ctrl it is another size of letters that is asked for.
    scroller.addEventListener("wheel", ({ ctrlKey }) => void (!ctrlKey && moved()), { passive: true, signal });
    addEventListener("keydown", ({ key, target }) => {
      if (ANYWHERE.includes(key) || (WITHIN.includes(key) && scroller.contains(target as Node))) moved();
    }, { capture: true, signal });
    scroller.addEventListener("pointerdown", () => void (this.#holds = true), { signal });
    for (const event of ["pointerup", "pointercancel", "blur"]) addEventListener(event, letGo, { capture: true, signal });
    // Not every engine tells that a scrollbar was let go.
    addEventListener("pointermove", ({ buttons }) => void (buttons === 0 && letGo()), { capture: true, passive: true, signal });
    return () => felt.abort();
  }
}
