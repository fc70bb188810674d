// @vitest-environment happy-dom
// What the box is for: an answer, an old line in other words, or what was taken back, said again.
import { fireEvent, screen } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import { LIMITS_V1, type RefusalCode, type RoomUpdate } from "../src/wire";
import { find, page, soon } from "./page";

const box = (): HTMLTextAreaElement => screen.getByTestId<HTMLTextAreaElement>("composer");
const write = async (text: string): Promise<void> => void (await fireEvent.input(box(), { target: { value: text } }));
const enter = async (): Promise<void> => void (await fireEvent.keyDown(box(), { key: "Enter" }));

async function room() {
  const opened = await page("acts");
  await find("pins");
  return { ...opened, rooms: opened.hearth.rooms };
}

describe("an edit", () => {
  it("leaves the draft where it is, and gives it back", async () => {
    const { rooms, transport } = await room();
    await write("写到一半");
    rooms.beginEdit("r1", 3, "我最喜欢麦田那一句。");
    await soon(() => expect([box().value, screen.getByTestId("strip").dataset["kind"]]).toEqual(["我最喜欢麦田那一句。", "edit"]));
    await write("我最喜欢狐狸。");
    expect(rooms.strip("r1")).toMatchObject({ text: "我最喜欢狐狸。" });
    await enter();
    expect(transport.ordered("edit")).toMatchObject([{ about: 3, text: "我最喜欢狐狸。" }]);
    await soon(() => expect([box().value, screen.queryByTestId("strip")]).toEqual(["写到一半", null]));
  });

  it("is begun by ↑ in an empty box, and ended by Esc", async () => {
    await room();
    await fireEvent.keyDown(box(), { key: "ArrowUp" });
    await soon(() => expect(box().value).toContain("狐狸不吃麦子"));
    await fireEvent.keyDown(box(), { key: "Escape" });
    await soon(() => expect([box().value, screen.queryByTestId("strip")]).toEqual(["", null]));
  });

  it("of which nothing is left takes the line back, whose words can be said again", async () => {
    const { rooms, transport } = await room();
    rooms.beginEdit("r1", 3, "我最喜欢麦田那一句。");
    await soon(() => expect(box().value).not.toBe(""));
    await write("");
    await enter();
    expect(transport.ordered("remove")).toMatchObject([{ about: 3 }]);
    expect(rooms.takenBack).toMatchObject({ key: "r1", seq: 3, text: expect.stringContaining("狐狸不吃麦子") as string });
    await write("还有");
    rooms.sayAgain();
    await soon(() => expect(box().value).toMatch(/狐狸不吃麦子.*\n还有$/));
    expect(rooms.takenBack).toBeNull();
  });
});

describe("an edit of a line that is taken away meanwhile", () => {
  async function takenAway(typed: string | null, before = ""): Promise<void> {
    const { rooms, transport } = await room();
    if (before !== "") await write(before);
    await fireEvent.keyDown(box(), { key: "ArrowUp" });
    if (rooms.strip("r1") === null) rooms.beginEdit("r1", 3, "狐狸不吃麦子");
    await soon(() => expect(box().value).toContain("狐狸不吃麦子"));
    const { seq } = rooms.strip("r1")!;
    if (typed !== null) await write(typed);
    const from = { member: "li", nickname: "小李" };
    transport.say("r1", [{ type: "entries", entries: [{ kind: "removed", about: seq, seq: 9000, prev: 8999, at: "2026-11-22T12:00:00Z", from }] }]);
    await soon(() => expect(screen.queryByTestId("strip")).toBeNull());
  }

  it("keeps what was made of it", async () => {
    await takenAway("狐狸不吃麦子，吃");
    expect(box().value).toBe("狐狸不吃麦子，吃");
  });

  it("keeps it in front of what waited", async () => {
    await takenAway("狐狸吃什么？", "写到一半");
    expect(box().value).toBe("狐狸吃什么？\n写到一半");
  });

  it("keeps nothing of what it said", async () => {
    await takenAway(null);
    expect(box().value).toBe("");
  });
});

describe("an edit that is not done", () => {
  const refused = (reason: RefusalCode): RoomUpdate => ({
    type: "own", act: { type: "edit", id: "0190a000-0000-7000-8000-0000000000e1", about: 3, text: "我最喜欢狐狸。", state: { state: "failed", reason: { code: "refused", reason } } },
  });

  it.each<[string, RefusalCode, string, string, boolean]>([
    ["is there to be done again", "too_many", "", "我最喜欢狐狸。", true],
    ["is a line by itself where its line is gone", "line_gone", "", "我最喜欢狐狸。", false],
    ["and stands in front of what was typed since", "line_gone", "写到一半", "我最喜欢狐狸。\n写到一半", false],
  ])("%s", async (_, reason, typed, then, edits) => {
    const { rooms, transport } = await room();
    if (typed !== "") await write(typed);
    transport.say("r1", [refused(reason)]);
    await soon(() => expect(box().value).toBe(then));
    expect(rooms.strip("r1")?.kind === "edit").toBe(edits);
  });

  it("waits where another line is edited by now", async () => {
    const { rooms, transport } = await room();
    rooms.beginEdit("r1", 6, "第二句");
    await soon(() => expect(box().value).toBe("第二句"));
    transport.say("r1", [refused("too_many")]);
    await soon(() => expect(rooms.notDone).not.toBeNull());
    expect(box().value).toBe("第二句");
    rooms.endStrip("r1");
    await soon(() => expect(box().value).toBe("我最喜欢狐狸。"));
  });
});

describe("an answer", () => {
  it("goes out with the line that it answers, once", async () => {
    const { rooms, transport } = await room();
    rooms.beginReply("r1", 6);
    await write("好");
    await enter();
    await write("再说一句");
    await enter();
    expect(transport.ordered("post")).toMatchObject([{ text: "好", reply: 6 }, { text: "再说一句" }]);
    expect(transport.ordered("post")[1]).not.toHaveProperty("reply");
  });

  it("is none to a line of another log", async () => {
    const { rooms, transport } = await room();
    rooms.beginReply("r1", 6);
    await soon(() => expect(rooms.strip("r1")).not.toBeNull());
    transport.say("r1", [{ type: "welcomed", name: "r1", you: null, log: "log-new", limits: LIMITS_V1 }]);
    await soon(() => expect(rooms.strip("r1")).toBeNull());
  });
});

it("a line that somebody else took away can be said again by nobody", async () => {
  const { rooms } = await room();
  rooms.act("r1", { type: "remove", about: 6 });
  expect(rooms.takenBack).toBeNull();
});
