// @vitest-environment happy-dom
// Who lets go of the end of the list, and who does not, on an element whose layout is told.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ListRow } from "../src/model/room/list-rows";
import { ListPlace } from "../src/view/room/list/list-place.svelte";

class Scroller extends EventTarget {
  scrollHeight = 2000;
  clientHeight = 500;
  #top = 0;
  get scrollTop(): number {
    return this.#top;
  }
  set scrollTop(top: number) {
    this.#top = Math.max(0, Math.min(top, this.scrollHeight - this.clientHeight));
  }
  getBoundingClientRect = () => ({ top: 0 });
}

const ROWS = [{ kind: "line", key: "1" }] as unknown as readonly ListRow[];
let resized: () => void;
let scroller: Scroller;
let place: ListPlace;
let end: () => void;

beforeEach(() => {
  vi.stubGlobal("ResizeObserver", class {
    constructor(told: () => void) {
      resized = told;
    }
    observe = () => {};
    disconnect = () => {};
  });
  scroller = new Scroller();
  const part = (): HTMLElement => document.createElement("div");
  const [content, filler] = [part(), part()];
  place = new ListPlace(() => ({ rows: ROWS, list: undefined, scroller: scroller as unknown as HTMLElement, content, filler, away: false, moved: () => {} }));
  end = place.on();
  place.follow(ROWS, false, null);
  place.onscroll();
});
afterEach(() => {
  end();
  vi.unstubAllGlobals();
});

function scrolled(by: number): void {
  scroller.scrollTop += by;
  place.onscroll();
}

describe("the end of the list", () => {
  it("is let go of by somebody without a hand who goes out of sight", () => {
    scrolled(-500);
    expect(place.stuck).toBe(false);
  });

  it("is let go of by them also after a layout that moved nothing", () => {
    scroller.clientHeight = 380;
    resized();
    scroller.scrollHeight = 2300;
    resized();
    expect(place.fromEnd()).toBe(0);
    scrolled(-380);
    expect(place.stuck).toBe(false);
  });

  it("stays with a layout that moves the list, whichever is told first", () => {
    scroller.scrollHeight = 2600;
    scrolled(-120);
    resized();
    expect([place.stuck, place.fromEnd()]).toEqual([true, 0]);
    scroller.scrollHeight = 1800;
    scroller.scrollTop = 1200;
    resized();
    place.onscroll();
    expect([place.stuck, place.fromEnd()]).toEqual([true, 0]);
  });

  it("stays with a small step of nobody's", () => {
    scrolled(-60);
    expect(place.stuck).toBe(true);
  });

  it("stays for whoever asks for it just after they have moved the list: what the layout still does is none of theirs", () => {
    scroller.dispatchEvent(new Event("wheel"));
    scrolled(-600);
    place.hand.rests();
    place.toEnd();
    scrolled(-60);
    expect(place.stuck).toBe(true);
  });

  it("is let go of by a hand, however small its step, and taken again at the end", () => {
    scroller.dispatchEvent(new Event("wheel"));
    scrolled(-60);
    expect(place.stuck).toBe(false);
    scrolled(60);
    expect(place.stuck).toBe(true);
  });
});
