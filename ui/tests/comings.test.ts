// @vitest-environment happy-dom
// Comings and goings in the list, as a user sees them and chooses how.
import { fireEvent, screen } from "@testing-library/svelte";
import { describe, expect, it, vi } from "vitest";
import type { Entry } from "../src/wire";
import { layOut } from "./layout";
import { find, page, press, soon } from "./page";
import { entry } from "./room";

const joined = (seq: number, who: string): Entry => ({ ...entry(seq, who, ""), kind: "joined" });

const LOG: Entry[] = [
  entry(1, "li", "早"), joined(2, "林晓"), joined(3, "Wei"), { ...entry(4, "老王", ""), kind: "left" }, entry(5, "li", "到齐了"),
];

async function room(saved = new Map()) {
  const opened = await page("joined-empty", (script) => {
    const [first] = script.rooms!["r1"]!;
    Object.assign((first as { room: object }).room, { entries: LOG, online: 5, more: false });
    script.saved = saved;
  });
  const window = layOut();
  await soon(async () => {
    await window.frames(3);
    expect(screen.getAllByTestId("message").length).toBeGreaterThan(1);
  });
  return { ...opened, window };
}

const lines = (): string[] => screen.queryAllByTestId("system-line").map((line) => line.querySelector("p")!.textContent!.replace(/\s*·.*/s, "").trim());

describe("comings and goings", () => {
  it("are one row, which unfolds by a click and by a key, in its place", async () => {
    const { window } = await room();
    expect(lines()).toEqual(["林晓、Wei 进来了，老王离开了"]);
    const toggle = await find("gathered-toggle");
    expect([toggle.querySelector("span:not(.away)")!.textContent, toggle.getAttribute("aria-expanded")]).toEqual(["展开", "false"]);
    await fireEvent.click(toggle);
    expect(screen.getAllByTestId("gathered-event").map((one) => one.textContent!.trim().split(/\s+·/)[0])).toEqual(["林晓 加入聊天", "Wei 加入聊天", "老王 退出聊天"]);
    expect(toggle.getAttribute("aria-expanded")).toBe("true");
    await fireEvent.click(toggle);
    expect(screen.queryAllByTestId("gathered-event")).toEqual([]);
    const row = toggle.closest<HTMLElement>("[data-row]")!;
    row.focus();
    await fireEvent.keyDown(row, { key: "Enter" });
    expect(screen.getAllByTestId("gathered-event")).toHaveLength(3);
    await window.frames(3);
    expect(document.activeElement).toBe(row);
  });

  it("stay unfolded while more come, in the same node", async () => {
    const { transport, window } = await room();
    transport.say("r1", [{ type: "entries", entries: [joined(6, "a"), joined(7, "b")] }]);
    await soon(async () => (await window.frames(3), expect(lines()).toEqual(["林晓、Wei 进来了，老王离开了", "a、b 进来了"])));
    const toggle = screen.getAllByTestId("gathered-toggle")[1]!;
    await fireEvent.click(toggle);
    transport.say("r1", [{ type: "entries", entries: [joined(8, "c")] }]);
    await soon(async () => (await window.frames(3), expect(lines().at(-1)).toBe("a、b、c 进来了")));
    expect(screen.getAllByTestId("gathered-event")).toHaveLength(3);
    expect(toggle.isConnected).toBe(true);
  });

  it("are shown as the user chose for the room, also the next time", async () => {
    const saved = new Map<string, object>();
    const { unmount } = await room(saved);
    await press(await find("room-menu"));
    await press(await find("joins-all"));
    await soon(() => expect(lines()).toEqual(["林晓 加入聊天", "Wei 加入聊天", "老王 退出聊天"]));
    expect((await find("joins-all")).getAttribute("aria-checked")).toBe("true");
    await press(await find("joins-none"));
    await soon(() => expect(lines()).toEqual([]));
    expect([...saved.values()]).toMatchObject([{ joins: "none" }, {}].slice(0, saved.size));
    unmount();
    await room(saved);
    expect(lines()).toEqual([]);
  });

  it("make neither title nor badge", async () => {
    const { transport, hearth } = await room();
    vi.spyOn(document, "hasFocus").mockReturnValue(false);
    const { title } = document;
    await fireEvent.blur(globalThis.window);
    transport.say("r1", [{ type: "entries", entries: [joined(6, "a"), joined(7, "b")] }]);
    await soon(() => expect(hearth.rooms.shown?.entries).toHaveLength(7));
    expect([hearth.rooms.unreadIn("r1"), document.title]).toEqual([0, title]);
    transport.say("r1", [{ type: "entries", entries: [entry(8, "li", "x")] }]);
    await soon(() => expect(document.title).not.toBe(title));
    expect(hearth.rooms.unreadIn("r1")).toBe(1);
    vi.restoreAllMocks();
  });
});

describe("a list in which nothing of what came is shown", () => {
  it("asks for what came before", async () => {
    const { transport, window } = await page("joined-empty", (script) => {
      const [first] = script.rooms!["r1"]!;
      Object.assign((first as { room: object }).room, { entries: [joined(50, "a"), joined(51, "b")], online: 99, more: true });
      delete script.kept;
    }).then((opened) => ({ ...opened, window: layOut() }));
    await soon(async () => (await window.frames(3), expect(transport.ordered("history")).toMatchObject([{ before: 50 }])));
    transport.say("r1", [{ type: "older", page: { before: 50, entries: [joined(48, "c"), joined(49, "d")], more: true }, gaps: [] }]);
    await soon(async () => (await window.frames(3), expect(transport.ordered("history")).toMatchObject([{ before: 50 }, { before: 48 }])));
    transport.say("r1", [{ type: "older", page: { before: 48, entries: [entry(47, "li", "早")], more: false }, gaps: [] }]);
    await soon(async () => (await window.frames(3), expect(screen.getByTestId("text").textContent).toContain("早")));
  });
});
