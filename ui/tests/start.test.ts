// @vitest-environment happy-dom
// What the page begins with.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { start } from "../src/start";
import type { AppUpdate } from "../src/wire";
import { desk } from "../src/view/desk/desk";
import { sceneOf } from "./gallery/scenes";
import { scripted } from "./gallery/scripted";

const STAND_IN = "stand-in";

beforeEach(() => {
  localStorage.clear();
  document.body.innerHTML = `<div id="app"><p id="${STAND_IN}"></p></div>`;
});
afterEach(() => void vi.useRealTimers());

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
  start(transport, desk);
  await new Promise((later) => setTimeout(later));
  expect(standsIn()).toBe(true);
  speak();
  await vi.waitFor(() => expect(document.querySelector("main")).not.toBeNull());
  expect(standsIn()).toBe(false);
});

it("lets what goes wrong be an error of the window", async () => {
  vi.useFakeTimers();
  const { transport, speak } = waiting();
  start(transport, desk);
  document.getElementById("app")!.replaceChildren = () => {
    throw new Error("too old");
  };
  speak();
  await Promise.resolve();
  await Promise.resolve();
  expect(() => vi.runAllTimers()).toThrow("too old");
});
