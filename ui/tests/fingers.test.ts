// @vitest-environment happy-dom
// What fingers on a line ask for, and what is left to the engine.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Fingers } from "../src/view/room/list/fingers.svelte";

let list: HTMLElement;
let fingers: Fingers;
let end: () => void;
let asked: string[];
let answered: string[];
const clicked = vi.fn();

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("matchMedia", () => ({ matches: true }));
  document.body.innerHTML = `<div id="list"><div data-row="7"><p>text <a href="https://example.com/">link</a></p></div><div data-row="own"><p>mine</p></div><p id="ground"></p></div>`;
  list = document.querySelector("#list")!;
  [asked, answered] = [[], []];
  clicked.mockReset();
  list.querySelector("p")!.addEventListener("click", clicked);
  fingers = new Fingers({ canAnswer: (row) => row === "7", answer: (row) => answered.push(row), ask: (row) => asked.push(row) });
  end = fingers.on(list) as () => void;
});
afterEach(() => {
  end();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function at(type: string, x: number, y: number, on = "[data-row='7'] p", more: PointerEventInit = {}): void {
  const target = document.querySelector(on)!;
  target.dispatchEvent(new PointerEvent(type, { bubbles: true, cancelable: true, pointerId: 1, pointerType: "touch", isPrimary: true, clientX: x, clientY: y, ...more }));
}
const press = (on?: string, more?: PointerEventInit): void => at("pointerdown", 100, 100, on, more);
const swipe = (...path: readonly (readonly [number, number])[]): void => path.forEach(([x, y]) => at("pointermove", 100 + x, 100 + y));
const release = (): void => at("pointerup", 0, 0);
const click = (): boolean => list.querySelector("p")!.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));

describe("a finger that rests", () => {
  it("asks after 350 ms, once, and presses nothing", () => {
    press();
    vi.advanceTimersByTime(340);
    expect(asked).toEqual([]);
    vi.advanceTimersByTime(20);
    expect(asked).toEqual(["7"]);
    release();
    expect(click()).toBe(false);
    expect(clicked).not.toHaveBeenCalled();
    click();
    expect(clicked, "the next press is one").toHaveBeenCalledOnce();
    vi.advanceTimersByTime(1000);
    expect([asked, answered]).toEqual([["7"], []]);
  });

  it.each<[string, () => void]>([
    ["lifts early", () => (press(), vi.advanceTimersByTime(200), release())],
    ["moves", () => (press(), swipe([0, 12]))],
    ["is taken by the engine, which scrolls", () => (press(), at("pointercancel", 100, 100))],
    ["is joined by another", () => (press(), press("[data-row='own'] p", { pointerId: 2, isPrimary: false }))],
    ["is a mouse", () => press(undefined, { pointerType: "mouse" })],
    ["is on a link", () => press("a")],
    ["is on empty ground", () => press("#ground")],
  ])("does not where it %s", (_, does) => {
    does();
    vi.advanceTimersByTime(1000);
    expect(asked).toEqual([]);
    release();
    click();
    expect(clicked).toHaveBeenCalledOnce();
  });

  it("asks where it trembles", () => {
    press();
    swipe([3, 4], [-4, 2]);
    vi.advanceTimersByTime(360);
    expect(asked).toEqual(["7"]);
  });

  it("is not where a mouse is the first pointer", () => {
    vi.stubGlobal("matchMedia", () => ({ matches: false }));
    press();
    vi.advanceTimersByTime(1000);
    expect(asked).toEqual([]);
  });
});

describe("a finger that goes to the right", () => {
  it.each<[string, readonly (readonly [number, number])[], string[]]>([
    ["far enough", [[20, 2], [60, 8]], ["7"]],
    ["just far enough", [[20, 0], [56, 0]], ["7"]],
    ["not far enough", [[20, 0], [55, 0]], []],
    ["and back", [[20, 0], [70, 0], [30, 0]], []],
    ["and far down in the end", [[20, 0], [60, 90]], ["7"]],
    ["and far down from the start", [[12, 10], [90, 60]], []],
    ["not, but to the left", [[-20, 0], [-90, 0]], []],
    ["after it went down", [[0, 30], [90, 30]], []],
  ])("answers: %s", (_, path, lines) => {
    press();
    swipe(...path);
    release();
    expect([answered, fingers.swiped, asked]).toEqual([lines, null, []]);
  });

  it("takes the line along, but not away", () => {
    press();
    swipe([6, 0]);
    expect(fingers.swiped).toBeNull();
    swipe([30, 0]);
    expect(fingers.swiped).toEqual({ row: "7", by: 30 });
    swipe([300, 0]);
    expect(fingers.swiped).toEqual({ row: "7", by: 76 });
    vi.advanceTimersByTime(1000);
    at("pointercancel", 0, 0);
    expect([fingers.swiped, answered, asked]).toEqual([null, [], []]);
  });

  it("does nothing to a line that cannot be answered, nor from the very edge of the screen", () => {
    press("[data-row='own'] p");
    swipe([30, 0], [70, 0]);
    release();
    at("pointerdown", 10, 100);
    at("pointermove", 90, 100);
    release();
    expect([answered, fingers.swiped]).toEqual([[], null]);
  });
});

describe("the engine's menu", () => {
  const menu = (on: string, pointerType: string): boolean => {
    const event = Object.assign(new Event("contextmenu", { bubbles: true, cancelable: true }), { pointerType });
    return document.querySelector(on)!.dispatchEvent(event);
  };
  it("is kept from fingers on a line, and left to them on a link", () => {
    expect([menu("[data-row='7'] p", "touch"), menu("a", "touch"), menu("[data-row='7'] p", "mouse")]).toEqual([false, true, true]);
  });
});
