// @vitest-environment happy-dom
// A window of one's own is no browser: nothing loads it again, leads out of it, or selects its buttons.
import { fireEvent, screen } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import { find, page, press, type } from "./page";

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

describe("keys that are no orders", () => {
  it.each([{ key: "r" }, { key: "ArrowLeft" }, { key: "ArrowLeft", ctrlKey: true }, { key: "c", ctrlKey: true }, { key: "v", ctrlKey: true }, { key: "z", ctrlKey: true }])(
    "do what they do: %o", async (keys) => {
      await page("joined-empty");
      expect(await fireEvent.keyDown(await find("composer"), { ...keys, cancelable: true })).toBe(true);
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
});
