// @vitest-environment happy-dom
// The store between transport and views.
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Hearth } from "../src/model/hearth.svelte";
import { Refusal } from "../src/transport";
import type { AppState, Room, RoomUpdate } from "../src/wire";
import { scripted, type Script } from "./gallery/scripted";
import { entry, snapshot } from "./room";

const A: Room = { key: "a", url: "ws://a:8080", name: null, hosted: false };
const B: Room = { key: "b", url: "ws://b:8080", name: null, hosted: false };

function app(rooms: Room[]): AppState {
  const host = { name: "", port: 8080, reach: "network", foreign_pages: false } as const;
  return { settings: { nickname: "me", language: "en", theme: "light", closing: "ask", host }, hosting: { state: "off" }, rooms, version: "1" };
}

async function started(script: Partial<Script> = {}) {
  const transport = scripted({ app: app([A, B]), rooms: { a: [snapshot({ url: A.url })], b: [snapshot({ url: B.url })] }, ...script });
  const hearth = new Hearth(transport);
  const end = hearth.start();
  await vi.waitFor(() => expect(hearth.roomOf("b")?.log).toBe("log"));
  const say = async (room: string, ...updates: RoomUpdate[]): Promise<void> => {
    const before = hearth.roomOf(room);
    transport.say(room, updates);
    await vi.waitFor(() => expect(hearth.roomOf(room)).not.toBe(before));
  };
  return { hearth, transport, end, say };
}

beforeEach(() => localStorage.clear());

describe("a line", () => {
  it("stands in the list before the other side has said anything", async () => {
    const { hearth, transport } = await started();
    hearth.post("a", "hello");
    const line = hearth.roomOf("a")!.own[0]!;
    expect(line).toMatchObject({ text: "hello", state: { state: "queued" } });
    expect(line.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab]/);
    expect(transport.calls).toContainEqual({ name: "post", args: ["a", line.id, "hello"] });
  });

  it("goes back into the box when the other side will not have it", async () => {
    const { hearth, transport } = await started();
    transport.post = async () => {
      throw new Refusal({ error: "unknown_room" });
    };
    hearth.post("a", "hello");
    await vi.waitFor(() => expect(hearth.notice).toEqual({ error: "unknown_room" }));
    expect(hearth.roomOf("a")!.own).toEqual([]);
    expect(hearth.draft("a")).toBe("hello");
  });
});

describe("rooms", () => {
  it("count what comes while another one is shown", async () => {
    const { hearth, say } = await started();
    expect(hearth.active?.key).toBe("a");
    await say("b", { type: "entries", entries: [entry(1, "li", "x"), entry(2, "me", "y")] });
    expect([hearth.unreadIn("a"), hearth.unreadIn("b"), hearth.unreadInAll]).toEqual([0, 1, 1]);
    hearth.show("b");
    expect(hearth.unreadIn("b")).toBe(1);
    hearth.look(true);
    expect(hearth.unreadIn("b")).toBe(0);
  });

  it("are read as they come while they are looked at", async () => {
    const { hearth, say } = await started();
    hearth.look(true);
    await say("a", { type: "entries", entries: [entry(1, "li", "x")] });
    expect(hearth.unreadIn("a")).toBe(0);
    expect(hearth.latest.map((e) => e.seq)).toEqual([1]);
    hearth.look(false);
    await say("a", { type: "entries", entries: [entry(2, "li", "y")] });
    expect(hearth.unreadIn("a")).toBe(1);
    expect(hearth.reading.divider).toBe(1);
  });

  it("are read up to where they were at the last start", async () => {
    const first = await started();
    first.hearth.look(true);
    await first.say("a", { type: "entries", entries: [entry(1, "li", "x")] });
    first.end();
    const entries = [entry(1, "li", "x"), entry(2, "li", "y")];
    const { hearth } = await started({ rooms: { a: [snapshot({ url: A.url, entries })], b: [snapshot({ url: B.url })] } });
    expect(hearth.unreadIn("a")).toBe(1);
    expect(hearth.reading.divider).toBe(1);
  });

  it("go when they are left, with what was said in them", async () => {
    const { hearth, transport, say } = await started();
    hearth.keepDraft("a", "half");
    transport.tell({ type: "rooms", rooms: [B] });
    expect(hearth.roomOf("a")).toBeNull();
    expect(hearth.draft("a")).toBe("");
    expect(hearth.active?.key).toBe("b");
    // What was still under way for the room that is gone changes nothing.
    transport.say("a", [{ type: "entries", entries: [entry(1, "li", "late")] }]);
    await say("b", { type: "entries", entries: [entry(1, "li", "x")] });
    expect(hearth.roomOf("a")).toBeNull();
  });

  it("go on from their cursor when the user comes back", async () => {
    const { hearth, transport, say } = await started();
    await say("a", { type: "entries", entries: [entry(1, "li", "x"), entry(2, "li", "y")] });
    const subscribe = vi.spyOn(transport, "subscribeRoom");
    hearth.cameBack();
    expect(subscribe).not.toHaveBeenCalled();
    vi.spyOn(Date, "now").mockReturnValue(Date.now() + 60_000);
    hearth.cameBack();
    expect(subscribe).toHaveBeenCalledWith("a", { log: "log", seq: 2 }, expect.any(Function));
    vi.restoreAllMocks();
  });

  it("ask once for older entries, and again when that failed", async () => {
    const { hearth, transport } = await started({
      rooms: { a: [snapshot({ url: A.url, entries: [{ ...entry(9, "li", "x"), prev: 8 }], more: true })], b: [snapshot({ url: B.url })] },
    });
    hearth.loadOlder("a");
    hearth.loadOlder("a");
    expect(transport.calls.filter((call) => call.name === "loadOlder")).toEqual([{ name: "loadOlder", args: ["a", 9, 100] }]);
    transport.say("a", [{ type: "older", page: { before: 9, entries: [entry(8, "li", "w")], more: true } }]);
    await vi.waitFor(() => expect(hearth.roomOf("a")?.asked).toBeNull());
    transport.loadOlder = async () => {
      throw new Refusal({ error: "system", message: "gone" });
    };
    hearth.loadOlder("a");
    expect(hearth.roomOf("a")?.asked).toBe(8);
    await vi.waitFor(() => expect(hearth.roomOf("a")?.asked).toBeNull());
  });
});

describe("joining", () => {
  it("says why it failed, and nothing when it was called off", async () => {
    const refused = { error: "connect", connect: { code: "refused", host: "h", port: 1 } } as const;
    const { hearth } = await started({ joinFails: refused });
    expect(await hearth.join("h:1")).toBe(false);
    expect(hearth.joinError).toEqual(refused);
    const other = await started({ joinFails: { error: "connect", connect: { code: "cancelled" } } });
    expect(await other.hearth.join("h:1")).toBe(false);
    expect(other.hearth.joinError).toBeNull();
    expect(other.hearth.joining).toBeNull();
  });

  it("shows the room once it is in", async () => {
    const { hearth, transport } = await started();
    transport.join = async () => "b";
    expect(await hearth.join("b:8080")).toBe(true);
    expect(hearth.active?.key).toBe("b");
  });
});
