// @vitest-environment happy-dom
// What the page begins with.
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Rooms } from "../src/model/rooms.svelte";
import { start } from "../src/start";
import { appOnly } from "../src/view/app-only";
import type { AppUpdate } from "../src/wire";
import { sceneOf } from "./gallery/scenes";
import { scripted } from "./gallery/scripted";

const STAND_IN = "stand-in";

beforeEach(() => {
  localStorage.clear();
  document.body.innerHTML = `<div id="app"><p id="${STAND_IN}"></p></div>`;
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** A transport that says its first word when it is told to. */
function waiting() {
  let say: (update: AppUpdate) => void = () => {};
  const script = sceneOf("first");
  const transport = { ...scripted(script), subscribeApp: (tell: typeof say) => ((say = tell), () => {}) };
  return { transport, speak: (app = script.app) => say({ type: "state", app }) };
}

const standsIn = (): boolean => document.getElementById(STAND_IN) !== null;

it("leaves what stands in for the page until there is something to show", async () => {
  const { transport, speak } = waiting();
  start(transport, appOnly);
  await new Promise((later) => setTimeout(later));
  expect(standsIn()).toBe(true);
  speak();
  await vi.waitFor(() => expect(document.querySelector("main")).not.toBeNull());
  expect(standsIn()).toBe(false);
});

it.each(["blur", "pagehide"])("saves what was typed before the page may be gone: %s", (leaving) => {
  const flush = vi.spyOn(Rooms.prototype, "flush");
  start(waiting().transport, appOnly);
  expect(flush).not.toHaveBeenCalled();
  dispatchEvent(new Event(leaving));
  expect(flush).toHaveBeenCalled();
});

it("lets what goes wrong be an error of the window", async () => {
  vi.useFakeTimers();
  const { transport, speak } = waiting();
  start(transport, appOnly);
  document.getElementById("app")!.replaceChildren = () => {
    throw new Error("too old");
  };
  speak();
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  expect(() => vi.runAllTimers()).toThrow("too old");
});

it("leaves what stands in for the page where its words cannot be had, and says so", async () => {
  document.body.insertAdjacentHTML("beforeend", '<p id="not-loaded" hidden></p>');
  document.head.innerHTML = ["en", "zh-CN", "zh-TW"].map((language) => `<link rel="words" hreflang="${language}" href="data:text/javascript,throw 1">`).join("");
  const { transport, speak } = waiting();
  start(transport, appOnly);
  speak();
  await vi.waitFor(() => expect(document.getElementById("not-loaded")!.hasAttribute("hidden")).toBe(false));
  expect(standsIn()).toBe(true);
  document.head.innerHTML = "";
});

describe("the app's frame", () => {
  /** Runs the script in front of the page in a window whose frames are painted when it is said; gives what comes of it. */
  function open() {
    document.head.innerHTML = '<link rel="modulepreload" crossorigin href="/assets/app.js" data-page>';
    const [frames, marks, scripts]: [(() => void)[], string[], string[]] = [[], [], []];
    vi.spyOn(document.head, "append").mockImplementation((script) => void scripts.push((script as HTMLScriptElement).src));
    new Function("requestAnimationFrame", "performance", readFileSync("public/first-paint.js", "utf8"))(
      (frame: () => void) => frames.push(frame),
      { mark: (name: string) => marks.push(name) },
    );
    return { marks, scripts, paint: () => frames.shift()!() };
  }
  const APP = "http://localhost:3000/assets/app.js";

  it("is on the screen before the page's script is there", () => {
    const { marks, scripts, paint } = open();
    expect(scripts).toEqual([]);
    paint();
    expect([scripts, marks]).toEqual([[APP], []]);
    paint();
    expect(marks).toEqual(["frame"]);
  });

  it("is not waited for in a window that is not to be seen, and the script comes once", () => {
    vi.useFakeTimers();
    const { scripts, paint } = open();
    vi.advanceTimersByTime(499);
    expect(scripts).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(scripts).toEqual([APP]);
    paint();
    expect(scripts).toEqual([APP]);
  });
});
