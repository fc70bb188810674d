// @vitest-environment happy-dom
// What a browser takes tens of milliseconds to make is not made for a room of today in plain words.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Entry } from "../src/wire";
import { layOut } from "./layout";

vi.setConfig({ testTimeout: 40_000 });

const made: string[] = [];
let end = (): void => {};

beforeEach(() => {
  localStorage.clear();
  made.length = 0;
  const counted = <T extends new (...args: never[]) => object>(name: string, thing: T): T =>
    new Proxy(thing, { construct: (target, args, as) => (made.push(name), Reflect.construct(target, args, as) as object) });
  vi.stubGlobal("Intl", {
    ...Object.fromEntries(Object.getOwnPropertyNames(Intl).map((name) => [name, Intl[name as keyof typeof Intl]])),
    Segmenter: counted("Segmenter", Intl.Segmenter),
    DateTimeFormat: counted("DateTimeFormat", Intl.DateTimeFormat),
  });
});
afterEach(() => {
  end();
  vi.unstubAllGlobals();
});

/** A guest's room with one line, on a page that has just been loaded. */
async function room(nickname: string, text: string, at = new Date()): Promise<HTMLElement> {
  vi.resetModules();
  const { mount, unmount } = await import("svelte");
  const { sceneOf } = await import("./gallery/scenes");
  const { scripted } = await import("./gallery/scripted");
  const { Hearth } = await import("../src/model/hearth.svelte");
  const { default: App } = await import("../src/view/App.svelte");
  const { entry } = await import("./room");
  const script = sceneOf("guest-room");
  const line: Entry = { ...entry(1, nickname, text), at: at.toISOString() };
  Object.assign((script.rooms!["r1"]![0] as { room: object }).room, { entries: [line] });
  const hearth = new Hearth(scripted(script));
  hearth.start();
  await hearth.told;
  const window = layOut();
  const app = mount(App, { target: document.body, props: { hearth, appOnly: null } });
  end = () => void unmount(app);
  await window.frames(5);
  return document.querySelector<HTMLElement>("[data-testid=text]")!;
}

it("is not made for plain names and words of today", async () => {
  const line = await room("阿明", "今晚八点，老地方见。");
  expect(line.textContent).toContain("老地方");
  expect(made).toEqual([]);
});

it.each([
  ["Segmenter", "阿明\u0308", "早", new Date()],
  ["DateTimeFormat", "阿明", "早", new Date(2025, 0, 5)],
])("is made when it is needed: %s", async (what, nickname, text, at) => {
  await room(nickname, text, at);
  expect([...new Set(made)]).toEqual([what]);
});
