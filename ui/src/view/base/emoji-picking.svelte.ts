// Emoji picking: who asks for an emoji, and where the picker opens for that.
import { getContext, setContext } from "svelte";

interface Asked {
  /** Where it opens. */
  anchor: { getBoundingClientRect(): DOMRect };
  /** What asks. */
  by: Element;
  take: (emoji: string) => void;
}

export class EmojiPicking {
  /** What was asked; `null` while the picker is closed. */
  asked = $state.raw<Asked | null>(null);
  /** What gets the focus back. */
  #before: HTMLElement | null = null;

  /** Opens at an element, or puts it away where that is what opened it. */
  open(by: Element, take: (emoji: string) => void): void {
    if (this.asked?.by === by) return this.close();
    this.#before = document.activeElement as HTMLElement | null;
    let place = by.getBoundingClientRect();
    // What shows under the pointer alone is gone soon; its place is not.
    const getBoundingClientRect = (): DOMRect => (by.isConnected ? (place = by.getBoundingClientRect()) : place);
    this.asked = { anchor: { getBoundingClientRect }, by, take };
  }

  close(): void {
    this.asked = null;
  }

  giveBack(): void {
    if (this.#before?.isConnected) this.#before.focus({ preventScroll: true });
  }
}

const KEY = Symbol("emoji picking");

export function provideEmojiPicking(): EmojiPicking {
  return setContext(KEY, new EmojiPicking());
}

export function useEmojiPicking(): EmojiPicking {
  return getContext<EmojiPicking>(KEY);
}
