// Fingers on the lines of the list (long press, swipe): one that rests asks what can be done to a line, and one that goes to the
// right answers it. All else that fingers do is the engine's.
import type { Attachment } from "svelte/attachments";
import { byTouch } from "../../base/focus";

/** A finger that stays for so long asks, in milliseconds. */
const REST_MS = 350;
/** A finger is never quite still, in pixels. */
const STILL = 10;
/** Let go so far to the right, a line is answered, in pixels. */
export const ANSWERS = 56;
/** No farther does the line follow. */
const FARTHEST = 76;
/** So close to the edge of the screen, a swipe leads back in a browser. */
const EDGE = 24;

/** The lines under the fingers, each named by the key of its row. */
export interface FingeredLines {
  canAnswer: (row: string) => boolean;
  answer: (row: string) => void;
  /** What can be done is asked for. */
  ask: (row: string) => void;
}

interface Finger {
  readonly id: number;
  readonly x: number;
  readonly y: number;
  readonly row: string;
  readonly resting: ReturnType<typeof setTimeout> | undefined;
}

export class Fingers {
  /** The line that follows a finger, and how far. */
  swiped = $state.raw<{ readonly row: string; readonly by: number } | null>(null);
  #finger: Finger | null = null;
  /** What a finger has done is no press on what is under it. */
  #hasDone = false;

  constructor(private readonly lines: FingeredLines) {}

  readonly on: Attachment<HTMLElement> = (list) => {
    const listening = new AbortController();
    const { signal } = listening;
    list.addEventListener("pointerdown", (event) => this.#down(event), { signal });
    list.addEventListener("contextmenu", keepEngineOut, { signal });
    list.addEventListener("click", (event) => this.#clicked(event), { capture: true, signal });
    addEventListener("pointermove", (event) => this.#moved(event), { passive: true, signal });
    addEventListener("pointerup", (event) => this.#up(event), { signal });
    // The engine has taken it: it scrolls.
    addEventListener("pointercancel", () => this.#letGo(), { signal });
    return () => {
      this.#letGo();
      listening.abort();
    };
  };

  #down({ pointerId: id, pointerType, isPrimary, clientX: x, clientY: y, target }: PointerEvent): void {
    this.#letGo();
    this.#hasDone = false;
    const row = (target as Element).closest<HTMLElement>("[data-row]")?.dataset["row"];
    if (pointerType !== "touch" || !isPrimary || row === undefined || !byTouch()) return;
    // A link has a menu of the engine's.
    const resting = isLink(target) ? undefined : setTimeout(() => this.#rest(row), REST_MS);
    this.#finger = { id, x, y, row, resting };
  }

  #rest(row: string): void {
    this.#letGo();
    this.#hasDone = true;
    // Not every engine has it.
    if ("vibrate" in navigator) navigator.vibrate(10);
    this.lines.ask(row);
  }

  #moved({ pointerId, clientX, clientY }: PointerEvent): void {
    const finger = this.#finger;
    if (finger?.id !== pointerId) return;
    const x = clientX - finger.x, y = Math.abs(clientY - finger.y);
    if (this.swiped === null) {
      if (Math.hypot(x, y) < STILL) return;
      if (x < 2 * y || finger.x < EDGE || !this.lines.canAnswer(finger.row)) return this.#letGo();
      clearTimeout(finger.resting);
      this.#hasDone = true;
    }
    this.swiped = { row: finger.row, by: Math.min(FARTHEST, Math.max(0, x)) };
  }

  #up({ pointerId }: PointerEvent): void {
    if (this.#finger?.id !== pointerId) return;
    const { swiped } = this;
    this.#letGo();
    if (swiped !== null && swiped.by >= ANSWERS) this.lines.answer(swiped.row);
  }

  #letGo(): void {
    clearTimeout(this.#finger?.resting);
    this.#finger = null;
    this.swiped = null;
  }

  #clicked(event: MouseEvent): void {
    if (!this.#hasDone) return;
    this.#hasDone = false;
    event.preventDefault();
    event.stopPropagation();
  }
}

/** The engine would select a word, or offer to. */
function keepEngineOut(event: MouseEvent): void {
  if ("pointerType" in event && event.pointerType === "touch" && byTouch() && !isLink(event.target)) event.preventDefault();
}

function isLink(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("a") !== null;
}
