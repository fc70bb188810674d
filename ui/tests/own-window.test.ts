// @vitest-environment happy-dom
// A window of one's own is no browser: nothing loads it again, leads out of it, or selects its buttons.
import { fireEvent, screen } from "@testing-library/svelte";
import { describe, expect, it, vi } from "vitest";
import { fieldOf, isLeftAlone } from "../src/view/base/context-menu.svelte";
import { isOfBrowser, selectsAll } from "../src/view/base/keys";
import { layOut } from "./layout";
import { find, page, press, soon, type } from "./page";
import { entry } from "./room";

const RELOAD_AND_LEAVE: KeyboardEventInit[] = [
  { key: "F5" }, { key: "F5", ctrlKey: true }, { key: "r", ctrlKey: true }, { key: "R", ctrlKey: true, shiftKey: true }, { key: "r", metaKey: true },
  { key: "ArrowLeft", altKey: true }, { key: "ArrowRight", altKey: true }, { key: "Home", altKey: true },
  { key: "BrowserBack" }, { key: "BrowserForward" }, { key: "BrowserRefresh" }, { key: "BrowserStop" },
  { key: "p", ctrlKey: true }, { key: "F3" }, { key: "g", ctrlKey: true },
];
const guest = { hosting: false, joining: false, keeping: false };

describe("an order to a browser", () => {
  it.each(RELOAD_AND_LEAVE)("does nothing in the app, wherever the focus is: %o", async (keys) => {
    await page("joined-empty");
    await type("composer", "a draft");
    for (const target of [await find("composer"), document.body, screen.getByTestId("send")]) {
      expect(await fireEvent.keyDown(target, { ...keys, cancelable: true })).toBe(false);
    }
    expect(screen.getByTestId<HTMLTextAreaElement>("composer").value).toBe("a draft");
  });

  it.each(RELOAD_AND_LEAVE)("is the browser's on a guest's page: %o", async (keys) => {
    await page("joined-empty", (script) => (script.can = guest));
    expect(await fireEvent.keyDown(await find("composer"), { ...keys, cancelable: true })).toBe(true);
  });

  it("comes from no button of a mouse", async () => {
    await page("joined-empty");
    const box = await find("composer");
    for (const button of [3, 4]) {
      expect(await fireEvent.mouseDown(box, { button })).toBe(false);
      expect(await fireEvent.mouseUp(box, { button })).toBe(false);
    }
    expect(await fireEvent.mouseDown(box, { button: 0 })).toBe(true);
  });

  it("may come from one on a guest's page", async () => {
    await page("joined-empty", (script) => (script.can = guest));
    const box = await find("composer");
    for (const button of [3, 4]) expect(await fireEvent.mouseUp(box, { button })).toBe(true);
  });
});

describe("a key", () => {
  const press = (key: string, init: KeyboardEventInit = {}): KeyboardEvent => new KeyboardEvent("keydown", { key, ...init });

  it("is an order to a browser with Ctrl, or by itself, and no letter that AltGr makes", () => {
    for (const key of ["r", "R", "p", "g", "j", "u", "s", "o", "F5"]) {
      expect([isOfBrowser(press(key, { ctrlKey: true })), isOfBrowser(press(key, { metaKey: true }))], key).toEqual([true, true]);
      expect(isOfBrowser(press(key, { ctrlKey: true, altKey: true })), key).toBe(key === "F5");
    }
    for (const key of ["F3", "F5", "F7", "BrowserBack", "BrowserForward", "BrowserHome", "BrowserSearch"]) expect(isOfBrowser(press(key)), key).toBe(true);
    for (const key of ["r", "ArrowLeft", "Home", "F6", "Escape"]) expect(isOfBrowser(press(key)), key).toBe(false);
  });

  it("leads back or forward with Alt, but on a Mac, where it moves by words", () => {
    const keys = ["ArrowLeft", "ArrowRight", "Home", "ArrowUp"];
    const alt = (init: KeyboardEventInit = {}) => keys.map((key) => isOfBrowser(press(key, { altKey: true, ...init })));
    expect([alt(), alt({ ctrlKey: true })]).toEqual([[true, true, true, false], [false, false, false, false]]);
    const agent = vi.spyOn(navigator, "userAgent", "get").mockReturnValue("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)");
    expect(alt()).toEqual([false, false, false, false]);
    agent.mockRestore();
  });

  it("selects all with Ctrl or Cmd alone, where nothing is written", () => {
    const all = (init: KeyboardEventInit, tag = "button", type?: string) => {
      const target = Object.assign(document.createElement(tag), type !== undefined && { type });
      return selectsAll({ key: "a", ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...init, target });
    };
    expect([{ ctrlKey: true }, { metaKey: true }, {}, { ctrlKey: true, shiftKey: true }, { ctrlKey: true, altKey: true }].map((init) => all(init))).toEqual([true, true, false, false, false]);
    const boxes = [["textarea"], ["input", "text"], ["input", "search"], ["input", "radio"], ["input", "checkbox"]] as const;
    expect(boxes.map(([tag, type]) => all({ ctrlKey: true }, tag, type))).toEqual([false, false, false, true, true]);
  });
});

describe("a box to write in", () => {
  it("is told from what is only pressed", () => {
    const of = (tag: string, type?: string) => {
      const target = Object.assign(document.createElement(tag), type !== undefined && { type });
      return fieldOf({ target } as unknown as Event) === target;
    };
    expect([of("textarea"), of("input", "text"), of("input", "search"), of("input", "password")]).toEqual([true, true, true, true]);
    expect([of("input", "radio"), of("input", "checkbox"), of("input", "button"), of("input", "submit"), of("button"), of("div")]).toEqual(Array(6).fill(false));
  });

  it("is left to fingers, and not to a pen", () => {
    const by = (pointerType: string) => isLeftAlone(Object.assign(new Event("contextmenu"), { pointerType }));
    expect(["touch", "pen", "mouse", ""].map(by)).toEqual([true, false, false, false]);
  });
});

describe("keys that are no orders", () => {
  it.each([{ key: "r" }, { key: "ArrowLeft" }, { key: "ArrowLeft", ctrlKey: true }, { key: "c", ctrlKey: true }, { key: "v", ctrlKey: true }])(
    "do what they do: %o", async (keys) => {
      await page("joined-empty");
      expect(await fireEvent.keyDown(await find("composer"), { ...keys, cancelable: true })).toBe(true);
    });

  it("take back what was typed in any box of the app, and nowhere else, and put it in again", async () => {
    await page("joined-empty");
    await fireEvent.keyDown(window, { key: "f", ctrlKey: true });
    const done: string[] = [];
    Object.assign(document, { execCommand: (command: string) => done.push(command) > 0 });
    try {
      for (const target of [await find("composer"), await find("search-input"), document.body, screen.getByTestId("send")]) {
        for (const keys of [{ key: "z" }, { key: "Z", shiftKey: true }, { key: "y" }, { key: "z", altKey: true }, { key: "y", shiftKey: true }]) {
          await fireEvent.keyDown(target, { ctrlKey: true, ...keys });
        }
      }
    } finally {
      delete (document as { execCommand?: unknown }).execCommand;
    }
    expect(done).toEqual(["undo", "redo", "redo", "undo", "redo", "redo"]);
  });

  it("select all of a box, and nothing of what is no text", async () => {
    await page("joined-empty");
    const all = { key: "a", ctrlKey: true, cancelable: true };
    expect(await fireEvent.keyDown(await find("composer"), all)).toBe(true);
    for (const target of [document.body, screen.getByTestId("send"), screen.getByTestId("status")]) {
      expect(await fireEvent.keyDown(target, all)).toBe(false);
    }
  });
});

describe("the engine's own menu", () => {
  it("shows nowhere in the app", async () => {
    await page("joined-empty");
    for (const id of ["composer", "status", "room-item", "send"]) {
      expect(await fireEvent.contextMenu((await screen.findAllByTestId(id))[0]!)).toBe(false);
    }
  });

  it("is left to a guest's boxes, where only it can paste, and to fingers", async () => {
    await page("joined-empty", (script) => (script.can = guest));
    expect(await fireEvent.contextMenu(await find("composer"))).toBe(true);
    expect(await fireEvent.contextMenu(await find("status"))).toBe(false);
    const touch = Object.assign(new Event("contextmenu", { bubbles: true, cancelable: true }), { pointerType: "touch" });
    expect(await fireEvent(await find("status"), touch)).toBe(true);
  });

  it("has one of the page's own in its place, with the room's actions on empty ground", async () => {
    await page("hosting");
    await fireEvent.contextMenu(document.querySelector(".scroller")!, { clientX: 5, clientY: 5 });
    expect((await find("context-export-html")).textContent).toContain("HTML");
    await press(await find("context-export-html"));
  });

  it("copies an address as people write it", async () => {
    const { transport } = await page("joined-empty");
    const window = layOut();
    transport.say("r1", [{ type: "entries", entries: [entry(900, "li", "写给 mail@example.org")] }]);
    const link = (): Element | null => document.querySelector("a[href^=mailto]");
    await soon(async () => (await window.frames(5), expect(link()).not.toBeNull()));
    await fireEvent.contextMenu(link()!, { clientX: 5, clientY: 5 });
    await press(await find("context-copy-link"));
    expect(transport.calls.at(-1)).toEqual({ name: "copyText", args: ["mail@example.org"] });
  });
});
