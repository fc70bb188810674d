// @vitest-environment happy-dom
// Whoever jumps gets back to where they were, and is led to what is meant for them.
import { fireEvent, screen } from "@testing-library/svelte";
import { describe, expect, it, vi } from "vitest";
import type { Entry } from "../src/wire";
import { layOut } from "./layout";
import { find, page, soon } from "./page";
import { entry, span } from "./room";

const press = (init: KeyboardEventInit): Promise<boolean> => fireEvent.keyDown(document.activeElement!, init);

/** A room of a hundred lines that is at its end; before these, two hundred more are kept. */
async function room(lines: Entry[] = span(201, 300), read?: number) {
  const opened = await page("past", (script) => {
    script.kept = { r1: span(1, 300) };
    script.pinned = { r2: [1] };
    const { room } = script.rooms!["r1"]![0] as { room: object };
    Object.assign(room, { entries: lines, more: true, ...(read === undefined ? {} : { read }) });
  });
  const window = layOut();
  const stands = (text: string): Promise<void> => soon(async () => (await window.frames(5), expect(window.topOf(text)).not.toBeNull()));
  const { rooms } = opened.hearth;
  return { ...opened, rooms, window, stands };
}

const pill = (id: "go-back" | "next-for-me"): HTMLElement | null => screen.queryByTestId(id);
const title = async (): Promise<string> => (await soon(() => expect(document.title).toContain("·")), document.title);

describe("the way back", () => {
  it("leads to the newest from where one was at the end, though lines came meanwhile", async () => {
    const { rooms, stands, transport } = await room();
    await stands("line 300");
    expect(pill("go-back")).toBeNull();
    rooms.jump("r1", 210);
    await stands("line 210");
    const back = await find("go-back");
    expect(back.textContent?.trim()).toBe("回到刚才");
    transport.say("r1", [{ type: "entries", entries: span(301, 303) }]);
    await fireEvent.click(back);
    await stands("line 303");
    await soon(() => expect([pill("go-back"), screen.queryByTestId("new-messages")]).toEqual([null, null]));
  });

  it("leads to the line that was in the middle, from a place that was not loaded, and over several jumps", async () => {
    const { rooms, window, stands } = await room();
    await stands("line 300");
    await press({ key: "PageUp" });
    await window.frames(5);
    await press({ key: "PageUp" });
    await window.frames(5);
    const inSight = span(201, 300).filter((line) => "text" in line && Math.abs((window.topOf(line.text) ?? Infinity) - 350) < 24) as { text: string }[];
    expect(inSight.length).toBeGreaterThan(0);
    rooms.jump("r1", 20);
    await stands("line 20");
    rooms.jump("r1", 30);
    await find("go-back");
    await stands("line 30");
    await press({ key: "F8", shiftKey: true });
    await stands(inSight[0]!.text);
    await soon(() => expect(pill("go-back")).toBeNull());
  });

  it("is none where the place that one has jumped to is in sight with the one before", async () => {
    const { rooms, stands } = await room();
    await stands("line 300");
    rooms.jump("r1", 298);
    await soon(() => expect(rooms.wayBack.to).toBeNull());
    expect(pill("go-back")).toBeNull();
  });

  it.each<[string, (at: Awaited<ReturnType<typeof room>>) => void]>([
    ["sends a line", ({ rooms }) => rooms.post("r1", "neu")],
    ["goes to the newest", ({ rooms }) => rooms.toNewest("r1")],
    ["changes the room", ({ rooms }) => rooms.show("r2")],
    ["finds another log there", ({ transport }) => transport.say("r1", [{ type: "welcomed", name: "r1", you: null, log: "log-new", limits: { text_bytes: 16384, nickname_chars: 32, frame_bytes: 65536 } }])],
  ])("is over when one %s", async (_, does) => {
    const at = await room();
    await at.stands("line 300");
    at.rooms.jump("r1", 210);
    await at.stands("line 210");
    await find("go-back");
    does(at);
    await soon(() => expect(pill("go-back")).toBeNull());
  });

  it("is over when one scrolls back by hand", async () => {
    const { rooms, window, stands } = await room();
    await stands("line 300");
    await press({ key: "PageUp" });
    await window.frames(5);
    const { to } = (rooms.jump("r1", 210), rooms.wayBack);
    await stands("line 210");
    await find("go-back");
    // The list is led to its place for a while.
    await new Promise((later) => setTimeout(later, 300));
    for (let i = 0; i < 12 && rooms.wayBack.to !== null; i++) {
      await fireEvent.keyDown(document.body, { key: "PageDown" });
      await window.frames(5);
    }
    expect(to).toBeGreaterThan(250);
    await soon(() => expect(pill("go-back")).toBeNull());
  });
});

/** A hundred lines, of which these are for the user. */
function named(...seqs: number[]): Entry[] {
  const { at, from } = entry(301, "li", "");
  const mentions = { members: [{ member: "m-ming", nickname: "阿明" }] };
  return [...span(201, 300), ...seqs.map((line, i): Entry => ({ seq: 301 + i, prev: 300 + i, at, from, kind: "addressed", about: line, mentions }))];
}

describe("what is meant for the user", () => {
  it("is counted apart, led to one by one by F8, and counted down as it comes into sight", async () => {
    vi.spyOn(document, "hasFocus").mockReturnValue(true);
    const { rooms, stands } = await room(named(240, 270, 290), 210);
    await stands("line 211");
    await soon(() => expect(pill("next-for-me")?.textContent?.trim()).toBe("3"));
    expect(pill("next-for-me")!.getAttribute("aria-label")).toContain("3");
    expect(await title()).toMatch(/^\(@3 · \d+\) /);
    for (const [text, left] of [["line 240", [270, 290]], ["line 270", [290]], ["line 290", []]] as const) {
      await press({ key: "F8" });
      await stands(text);
      await soon(() => expect(rooms.unseenIn("r1")).toEqual(left));
    }
    expect(pill("next-for-me")).toBeNull();
    vi.restoreAllMocks();
  });

  it("waits for whoever has gone to the newest line over it, also for a press", async () => {
    vi.spyOn(document, "hasFocus").mockReturnValue(true);
    const { rooms, stands } = await room(named(240), 210);
    await stands("line 211");
    await soon(async () => {
      const newest = screen.queryByTestId("new-messages");
      if (newest) await fireEvent.click(newest);
      expect(rooms.unreadIn("r1")).toBe(0);
    });
    expect(rooms.unseenIn("r1")).toEqual([240]);
    expect(await title()).toMatch(/^\(@1( · \d+)?\) /);
    await fireEvent.click(await find("next-for-me"));
    await stands("line 240");
    await soon(() => expect([rooms.unseenIn("r1"), pill("next-for-me")]).toEqual([[], null]));
    vi.restoreAllMocks();
  });

  it("of another room is marked in the rail, in words, too", async () => {
    const { transport } = await room();
    const at = "2026-11-22T04:06:00.000Z", from = { member: "m-li", nickname: "小李" };
    transport.say("r2", [{ type: "entries", entries: [
      { seq: 4, prev: 3, at, from, kind: "message", text: "@阿明 来吃饭" },
      { seq: 5, prev: 4, at, from, kind: "addressed", about: 4, mentions: { members: [{ member: "m-ming", nickname: "阿明" }] } },
    ] }]);
    const mark = await find("for-me");
    expect(mark.textContent).toBe("@1");
    expect(mark.closest("[data-testid=room-item]")!.textContent).toContain("1 条提到或回复你");
  });

  it("is asked for where it answers a line that is not here", async () => {
    const { transport, rooms } = await room();
    const asked: object[] = [];
    const order = transport.order.bind(transport);
    transport.order = async (key, command) => {
      if (command.type === "lines") asked.push({ key, lines: command.lines });
      return order(key, command);
    };
    const { at, from } = entry(9, "li", "");
    transport.say("r2", [{ type: "entries", entries: [
      { seq: 40, prev: 3, at, from, kind: "message", text: "好" }, { seq: 41, prev: 40, at, from, kind: "addressed", about: 40, reply: 20 },
    ] }]);
    await soon(() => expect(asked).toContainEqual({ key: "r2", lines: [20] }));
    expect(rooms.unseenIn("r2")).toEqual([]);
    transport.say("r2", [{ type: "lines", lines: { lines: [20], entries: [{ ...entry(20, "ming", "谁来？") }] } }]);
    await soon(() => expect(rooms.unseenIn("r2")).toEqual([40]));
  });
});

it("who may not mention all is told so, and sends all the same", async () => {
  const { transport } = await page("joined-empty");
  const box = (await find("composer")) as HTMLTextAreaElement;
  const told = (): string => screen.getByTestId("all-is-text").textContent!.trim();
  expect(told()).toBe("");
  await fireEvent.input(box, { target: { value: "@所有人 明天见" } });
  await soon(() => expect(told()).toContain("只有房主和管理员能提到所有人"));
  await fireEvent.keyDown(box, { key: "Enter" });
  expect(transport.ordered("post")).toMatchObject([{ text: "@所有人 明天见" }]);
  expect(transport.ordered("post")[0]).not.toHaveProperty("mentions");
  await soon(() => expect(told()).toBe(""));
});
