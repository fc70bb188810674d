// @vitest-environment happy-dom
// The keyboard goes all the way.
import { fireEvent, screen } from "@testing-library/svelte";
import { describe, expect, it, vi } from "vitest";
import { otherRoom, type Wish, wishOf } from "../src/model/text/keys";
import { layOut } from "./layout";
import { find, page, soon, type } from "./page";
import { entry, span } from "./room";

const press = (init: KeyboardEventInit): Promise<boolean> => fireEvent.keyDown(document.activeElement!, init);

async function room() {
  const opened = await page("past", (script) => {
    delete script.kept;
    Object.assign((script.rooms!["r1"]![0] as { room: object }).room, { entries: span(1, 100), more: false });
  });
  const window = layOut();
  await soon(async () => (await window.frames(5), expect(window.topOf("line 100")).not.toBeNull()));
  const box = screen.getByTestId<HTMLTextAreaElement>("composer");
  box.focus();
  return { ...opened, window, box };
}

const ring = (): string | undefined => document.activeElement?.closest("[data-row]")?.querySelector("[data-testid=text]")?.textContent;

describe("what a key asks for", () => {
  const none = { shiftKey: false, ctrlKey: false, altKey: false, metaKey: false };
  it.each<[string, Partial<typeof none & Pick<KeyboardEvent, "getModifierState">>, Wish | null]>([
    ["F6", {}, { do: "region", by: 1 }],
    ["F6", { shiftKey: true }, { do: "region", by: -1 }],
    ["ArrowUp", { altKey: true }, { do: "line", by: -1 }],
    ["ArrowDown", { altKey: true, shiftKey: true }, { do: "rooms", by: 1, unread: true }],
    ["ArrowUp", {}, null],
    ["Tab", { ctrlKey: true, shiftKey: true }, { do: "rooms", by: -1, unread: false }],
    ["3", { metaKey: true }, { do: "room", nth: 3 }],
    ["0", { ctrlKey: true }, null],
    ["PageUp", {}, { do: "scroll", screens: -1 }],
    ["End", { ctrlKey: true }, { do: "scroll", screens: Infinity }],
    ["F", { ctrlKey: true }, { do: "search" }],
    ["?", { ctrlKey: true, shiftKey: true }, { do: "keys" }],
    ["/", {}, { do: "type" }],
    ["字", {}, { do: "type" }],
    ["😀", {}, { do: "type" }],
    ["€", { ctrlKey: true, altKey: true, getModifierState: (key) => key === "AltGraph" }, { do: "type" }],
    ["c", { ctrlKey: true }, null],
    ["Process", {}, null],
    ["Escape", {}, { do: "box" }],
    ["ArrowUp", { ctrlKey: true, altKey: true }, null],
    ["F6", { ctrlKey: true }, null],
    ["F6", { altKey: true }, null],
    ["Escape", { shiftKey: true }, null],
    ["Home", { ctrlKey: true, shiftKey: true }, null],
    ["f", { ctrlKey: true, shiftKey: true }, null],
    ["1", { ctrlKey: true, shiftKey: true }, null],
    ["PageUp", { shiftKey: true }, null],
    ["PageDown", { shiftKey: true }, null],
    ["PageDown", { ctrlKey: true }, null],
    ["PageDown", { altKey: true }, null],
  ])("%s %o", (key, modifiers, wish) => {
    expect(wishOf({ key, ...none, ...modifiers })).toEqual(wish);
  });

  it("is a room round the list, and one with unread lines before another", () => {
    const rooms = ["a", "b", "c", "d"];
    const any = (): boolean => true;
    expect([otherRoom(rooms, "a", 1, any), otherRoom(rooms, "d", 1, any), otherRoom(rooms, "a", -1, any)]).toEqual(["b", "a", "d"]);
    expect([otherRoom(rooms, "c", 1, (one) => one === "b"), otherRoom(rooms, "c", -1, () => false), otherRoom(["a"], "a", 1, any)]).toEqual(["b", "b", null]);
  });
});

describe("the focus ring", () => {
  it("goes from the box along the lines and back", async () => {
    const { window, box } = await room();
    await press({ key: "ArrowUp", altKey: true });
    await window.frames(2);
    expect(ring()).toBe("line 100");
    await press({ key: "ArrowUp" });
    await window.frames(2);
    await press({ key: "ArrowUp", altKey: true });
    await window.frames(2);
    expect(ring()).toBe("line 98");
    const stops = screen.getByRole("log", { name: "聊天记录" }).parentElement!.querySelectorAll("[tabindex='0']");
    expect(stops, "the list is one stop").toHaveLength(1);
    for (let i = 0; i < 2; i++) {
      await press({ key: "ArrowDown" });
      await window.frames(2);
    }
    expect(ring()).toBe("line 100");
    await press({ key: "ArrowDown" });
    expect(document.activeElement).toBe(box);
    await press({ key: "F6" });
    await window.frames(2);
    expect(ring()).toBe("line 100");
    await press({ key: "Escape" });
    expect(document.activeElement).toBe(box);
  });

  it("goes on beyond the screen, and what is new does not take it away", async () => {
    const { window, transport, hearth } = await room();
    await press({ key: "ArrowUp", altKey: true });
    for (let i = 0; i < 60; i++) {
      await press({ key: "ArrowUp" });
      await window.frames(3);
    }
    expect(ring()).toBe("line 40");
    transport.say("r1", [{ type: "entries", entries: span(101, 300) }]);
    await soon(async () => (await window.frames(3), expect(hearth.rooms.shown?.entries).toHaveLength(300)));
    expect(ring()).toBe("line 40");
  });

  it("stays at its line while the list follows what is new", async () => {
    const { window, transport, hearth } = await room();
    await press({ key: "ArrowUp", altKey: true });
    await window.frames(3);
    expect(ring()).toBe("line 100");
    transport.say("r1", [{ type: "entries", entries: span(101, 300) }]);
    await soon(async () => (await window.frames(5), expect(window.topOf("line 300")).not.toBeNull()));
    expect([hearth.rooms.shown?.entries.length, ring()]).toEqual([300, "line 100"]);
    await press({ key: "ArrowUp" });
    await window.frames(5);
    expect(ring()).toBe("line 99");
  });

  it("is what makes a link in a line a stop", async () => {
    const { window, transport } = await room();
    transport.say("r1", [{ type: "entries", entries: [entry(101, "li", "见 https://example.org/"), entry(102, "li", "end")] }]);
    await soon(async () => (await window.frames(5), expect(window.topOf("end")).not.toBeNull()));
    const link = document.querySelector("a[href]") as HTMLAnchorElement;
    expect(link.tabIndex).toBe(-1);
    await press({ key: "ArrowUp", altKey: true });
    await press({ key: "ArrowUp" });
    await window.frames(3);
    expect([ring()?.startsWith("见"), link.tabIndex]).toEqual([true, 0]);
    await press({ key: "ArrowDown" });
    await window.frames(3);
    expect(link.tabIndex).toBe(-1);
  });

  it("is left by a letter, which is written in the box", async () => {
    const { window, box } = await room();
    await press({ key: "ArrowUp", altKey: true });
    await window.frames(2);
    expect(document.activeElement).not.toBe(box);
    expect(await press({ key: "h" }), "the letter is written by the browser").toBe(true);
    expect(document.activeElement).toBe(box);
  });
});

describe("what is typed with no field focused", () => {
  it("goes to the box, from a button and from nowhere, but not from another field or a dialog", async () => {
    const { box } = await room();
    for (const from of [document.body, screen.getByTestId("people-toggle")]) {
      box.blur();
      from.focus();
      await press({ key: "字" });
      expect(document.activeElement).toBe(box);
    }
    screen.getByTestId("people-toggle").focus();
    await press({ key: " " });
    expect(document.activeElement).toBe(screen.getByTestId("people-toggle"));
    await press({ key: "v", ctrlKey: true });
    expect(document.activeElement).toBe(box);
    await press({ key: ",", ctrlKey: true });
    await find("settings-dialog");
    for (const id of ["settings-nickname", "dialog-close", "settings-keys"]) {
      const part = screen.getByTestId(id);
      part.focus();
      await press({ key: "a" });
      await press({ key: "F6" });
      expect(document.activeElement, id).toBe(part);
    }
    expect(await press({ key: "f", ctrlKey: true }), "nor does the browser search").toBe(false);
    expect(screen.queryByTestId("search-panel")).toBeNull();
  });

  it("goes there when what had the focus is gone", async () => {
    const { box } = await room();
    await press({ key: "/", ctrlKey: true });
    await find("keys-dialog");
    await fireEvent.click(screen.getByTestId("dialog-close"));
    await soon(() => expect(screen.queryByTestId("keys-dialog")).toBeNull());
    await soon(() => expect(document.activeElement).toBe(box));
    const button = document.body.appendChild(document.createElement("button"));
    button.focus();
    button.remove();
    await fireEvent.keyUp(document.body, { key: "Enter" });
    await soon(() => expect(document.activeElement).toBe(box));
  });

  it("is left alone where Tab or a press beside everything took the focus away", async () => {
    const { box } = await room();
    box.blur();
    await fireEvent.keyUp(document.body, { key: "Tab" });
    await fireEvent.click(document.querySelector("h1")!);
    await new Promise((done) => setTimeout(done, 50));
    expect(document.activeElement).toBe(document.body);
  });

  it("is the first field where there is no room yet", async () => {
    await page("first");
    await soon(async () => expect(document.activeElement).toBe(await find("nickname-input")));
  });
});

describe("regions", () => {
  it("are gone through by F6, and people by arrows", async () => {
    const { window, box, transport } = await room();
    const person = (nickname: string) => ({ member: `m-${nickname}`, nickname, dialect: "v1" as const });
    transport.say("r1", [{ type: "people", people: ["a", "b", "c"].map(person), online: 3, at: 100 }]);
    await soon(() => expect(screen.getAllByTestId("person")).toHaveLength(3));
    const where = (): string | undefined => document.activeElement?.closest<HTMLElement>("[data-region]")?.dataset["region"];
    const seen: (string | undefined)[] = [];
    for (let i = 0; i < 4; i++) {
      await press({ key: "F6" });
      await window.frames(2);
      seen.push(document.activeElement === box ? "box" : where());
    }
    expect(seen).toEqual(["lines", "aside", "rooms", "box"]);
    await press({ key: "F6", shiftKey: true });
    expect(where()).toBe("rooms");
    await press({ key: "F6", shiftKey: true });
    const people = screen.getAllByTestId("person");
    expect(document.activeElement).toBe(people[0]);
    await press({ key: "ArrowDown" });
    await press({ key: "ArrowDown" });
    await press({ key: "ArrowDown" });
    expect(document.activeElement).toBe(people[2]);
    expect(people.map((one) => one.tabIndex)).toEqual([-1, -1, 0]);
    await press({ key: "Escape" });
    expect(document.activeElement).toBe(box);
  });
});

describe("the list", () => {
  it("is scrolled from the box", async () => {
    const { window, box } = await room();
    const list = screen.getByRole("log", { name: "聊天记录" });
    const atEnd = (): boolean => (window.topOf("line 100") ?? Infinity) < 700;
    expect(atEnd()).toBe(true);
    const end = list.scrollTop;
    await press({ key: "PageUp" });
    await window.frames(3);
    expect(list.scrollTop).toBeLessThan(end - 500);
    await press({ key: "PageDown" });
    await press({ key: "PageDown" });
    await window.frames(3);
    expect(atEnd()).toBe(true);
    await press({ key: "Home", ctrlKey: true });
    await window.frames(3);
    expect(list.scrollTop).toBe(0);
    await press({ key: "End", ctrlKey: true });
    await window.frames(3);
    expect(atEnd()).toBe(true);
    await type("composer", "two\nlines");
    await press({ key: "Home", ctrlKey: true });
    await window.frames(3);
    expect(atEnd(), "in a text of several lines it is the text's").toBe(true);
    expect(document.activeElement).toBe(box);
  });

  it("stands at the first line that is new when the window comes back, and the button leads on to the end", async () => {
    const { window, transport, hearth } = await room();
    const focused = vi.spyOn(document, "hasFocus").mockReturnValue(false);
    await fireEvent.blur(globalThis.window);
    transport.say("r1", [{ type: "entries", entries: span(101, 180) }]);
    await soon(async () => (await window.frames(5), expect(window.topOf("line 180")).not.toBeNull()));
    expect(hearth.rooms.unreadIn("r1")).toBe(80);
    focused.mockReturnValue(true);
    await fireEvent.focus(globalThis.window);
    await soon(async () => {
      await window.frames(5);
      expect(window.topOf("line 101")).toBeGreaterThan(150);
      expect(window.topOf("line 101")).toBeLessThan(350);
    });
    const pill = await find("new-messages");
    expect([hearth.rooms.unreadIn("r1"), pill.textContent?.trim()]).toEqual([80, "80 条新消息"]);
    await soon(async () => {
      await fireEvent.click(screen.getByTestId("new-messages"));
      await window.frames(5);
      expect(window.topOf("line 180")).not.toBeNull();
    });
    await soon(() => expect(hearth.rooms.unreadIn("r1")).toBe(0));
    vi.restoreAllMocks();
  });

  it("stays at its end when less than a screen came", async () => {
    const { window, transport, hearth } = await room();
    const focused = vi.spyOn(document, "hasFocus").mockReturnValue(false);
    await fireEvent.blur(globalThis.window);
    transport.say("r1", [{ type: "entries", entries: [entry(101, "li", "line 101")] }]);
    await soon(async () => (await window.frames(5), expect(window.topOf("line 101")).not.toBeNull()));
    focused.mockReturnValue(true);
    await fireEvent.focus(globalThis.window);
    expect(hearth.rooms.unreadIn("r1")).toBe(0);
    vi.restoreAllMocks();
  });
});

describe("the search", () => {
  it("goes to a line and keeps the focus in its field", async () => {
    const { window, transport } = await room();
    await press({ key: "f", ctrlKey: true });
    const input = await find("search-input");
    await type("search-input", "line");
    await soon(() => expect(transport.ordered("search")).toHaveLength(1));
    transport.say("r1", [{ type: "found", whole: true, found: { query: "line", entries: [entry(50, "li", "line 50"), entry(20, "li", "line 20")], more: false, reached: 0 } }]);
    await soon(() => expect(screen.getAllByTestId("search-result")).toHaveLength(2));
    for (const line of ["line 50", "line 20"]) {
      await press({ key: "Enter" });
      // That it stands out is the last of its way.
      await soon(async () => {
        await window.frames(5);
        expect(document.querySelector("article[aria-current]")?.querySelector("[data-testid=text]")?.textContent).toBe(line);
      });
      await new Promise((done) => setTimeout(done, 400));
      await window.frames(5);
      expect(document.activeElement).toBe(input);
    }
    await press({ key: "Escape" });
    await soon(() => expect(document.activeElement).toBe(screen.getByTestId("composer")));
  });
});

describe("rooms", () => {
  it("are gone to by their place, round the list, and by what is unread", async () => {
    const { hearth, transport } = await room();
    const [first, second] = hearth.app!.rooms.map(({ key }) => key);
    const there = (): string | undefined => hearth.rooms.active?.key;
    await press({ key: "2", ctrlKey: true });
    expect(there()).toBe(second);
    await press({ key: "9", ctrlKey: true });
    expect(there()).toBe(second);
    await press({ key: "Tab", ctrlKey: true });
    expect(there()).toBe(first);
    transport.say(second!, [{ type: "entries", entries: [entry(900, "li", "x")] }]);
    await soon(() => expect(hearth.rooms.unreadIn(second!)).toBeGreaterThan(0));
    await press({ key: "ArrowDown", altKey: true, shiftKey: true });
    expect(there()).toBe(second);
    await press({ key: ",", ctrlKey: true });
    await find("settings-dialog");
    await press({ key: "1", ctrlKey: true });
    expect(there(), "behind a dialog nothing happens").toBe(second);
    await press({ key: "Escape" });
    await soon(() => expect(document.activeElement).toBe(screen.getByTestId("composer")));
  });
});

describe("ticks", () => {
  it("are one sign, which stays in sight at the newest own line alone", async () => {
    const { window, transport } = await room();
    const mine = (seq: number) => ({ ...entry(seq, "x", `mine ${seq}`), from: { member: "m-ming", nickname: "阿明" } });
    transport.say("r1", [{ type: "entries", entries: [mine(101), mine(102), entry(103, "li", "x")] }]);
    await soon(async () => (await window.frames(5), expect(window.topOf("x")).not.toBeNull()));
    const states = [...document.querySelectorAll<HTMLElement>(".state.stored")];
    expect(states.map((one) => one.classList.contains("newest"))).toEqual([false, true]);
    expect(states.map((one) => [one.title, one.querySelectorAll("path, polyline").length])).toEqual([["主持人已保存", 1], ["主持人已保存", 1]]);
  });
});
