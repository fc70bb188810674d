// @vitest-environment happy-dom
// The store between transport and views.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Hearth } from "../src/model/hearth.svelte";
import { rowsOf } from "../src/model/room/rows";
import { Refusal } from "../src/transport";
import { type AppState, LIMITS_V1, type Room, type RoomUpdate, type Strip } from "../src/wire";
import { sceneOf } from "./gallery/scenes";
import { type Script, scripted } from "./gallery/scripted";
import { entry, snapshot, span } from "./room";

const A: Room = { key: "a", url: "ws://a:8080", name: null, hosted: false };
const B: Room = { key: "b", url: "ws://b:8080", name: null, hosted: false };

function app(rooms: Room[]): AppState {
  const host = { room: null, name: "", port: 8080, reach: "network", foreign_pages: false, outside: false } as const;
  return { settings: { nickname: "me", language: "en", theme: "light", send_key: "enter", show_typing: true, closing: "ask", keep_awake: true, nearby: true, zoom: 100, host }, hosting: { state: "off" }, rooms, own_rooms: [], nearby: [], recent: [], opened: null, version: "1" };
}

async function started(script: Partial<Script> = {}) {
  const transport = scripted({ app: app([A, B]), rooms: { a: [snapshot({ url: A.url })], b: [snapshot({ url: B.url })] }, ...script });
  const hearth = new Hearth(transport);
  const end = hearth.start();
  await vi.waitFor(() => expect(hearth.rooms.of("b")?.log).toBeTruthy());
  const say = async (room: string, ...updates: RoomUpdate[]): Promise<void> => {
    const before = hearth.rooms.of(room);
    transport.say(room, updates);
    await vi.waitFor(() => expect(hearth.rooms.of(room)).not.toBe(before));
  };
  return { hearth, transport, end, say };
}

beforeEach(() => localStorage.clear());
afterEach(() => void vi.useRealTimers());

it("tells when there is something to show", async () => {
  const hearth = new Hearth(scripted({ app: app([]) }));
  const end = hearth.start();
  expect(hearth.app).toBeNull();
  await hearth.told;
  expect(hearth.app).not.toBeNull();
  end();
});

describe("a line", () => {
  it("stands in the list before the other side has said anything", async () => {
    const { hearth, transport } = await started();
    hearth.rooms.post("a", "hello");
    const line = hearth.rooms.of("a")!.own[0]!;
    expect(line).toMatchObject({ type: "post", text: "hello", state: { state: "queued" } });
    expect(line.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab]/);
    expect(transport.calls).toContainEqual({ name: "order", args: ["a", { type: "post", text: "hello", id: line.id }] });
  });

  it("goes back into the box when the other side will not have it", async () => {
    const { hearth, transport } = await started();
    transport.order = async () => {
      throw new Refusal({ error: "unknown_room" });
    };
    hearth.rooms.post("a", "hello");
    await vi.waitFor(() => expect(hearth.notice).toEqual({ error: "unknown_room" }));
    expect(hearth.rooms.of("a")!.own).toEqual([]);
    expect(hearth.rooms.draft("a")).toBe("hello");
  });
});

describe("a line that is not taken", () => {
  it("is not put before what was begun meanwhile", async () => {
    const { hearth, transport } = await started();
    transport.order = async () => Promise.reject(new Refusal({ error: "unknown_room" }));
    hearth.rooms.post("a", "hello");
    hearth.rooms.setDraft("a", "and");
    await vi.waitFor(() => expect(hearth.notice).toEqual({ error: "unknown_room" }));
    expect(hearth.rooms.draft("a")).toBe("and");
  });
});

describe("how much is shown of who comes and goes", () => {
  it("is kept for the log, once there is one", async () => {
    const { hearth, transport, say } = await started({ rooms: { a: [snapshot({ url: A.url, name: "a", log: null })], b: [snapshot({ url: B.url })] } });
    const order = vi.spyOn(transport, "order");
    hearth.rooms.setJoinsShown("a", "none");
    expect([hearth.rooms.of("a")?.joins, order.mock.calls]).toEqual(["none", []]);
    await say("a", { type: "welcomed", name: "a", you: null, log: "log", limits: LIMITS_V1 });
    hearth.rooms.setJoinsShown("a", "all");
    expect(order.mock.calls.filter(([, { type }]) => type !== "lines")).toEqual([["a", { type: "set_joins_shown", log: "log", joins: "all" }]]);
  });
});

describe("a link to a line", () => {
  const opened = (link: string, room?: string) => ({ type: "opened", opened: { link, address: "ws://a:8080", problem: null, ...(room === undefined ? {} : { room }) } }) as const;
  const rooms = { a: [snapshot({ url: A.url, log: "0190a000-0", entries: span(1, 40) })], b: [snapshot({ url: B.url, log: "other", entries: span(1, 40) })] };

  it("of a room that is open leads there at once", async () => {
    const { hearth, transport } = await started({ rooms });
    transport.tell(opened("hearth://b#l=7-other", "b"));
    await vi.waitFor(() => expect(hearth.rooms.of("b")?.goal?.to).toBe(7));
    expect([hearth.rooms.active?.key, hearth.app?.opened]).toEqual(["b", null]);
    expect(transport.calls.map(({ name }) => name)).toContain("answerOpened");
  });

  it("is asked about where the user is not, or where it opens a door, and leads there then", async () => {
    const { hearth, transport } = await started({ rooms });
    transport.tell(opened("hearth://a:8080#l=7-0190a000"));
    await vi.waitFor(() => expect(hearth.app?.opened?.link).toContain("l=7"));
    expect(hearth.rooms.of("a")?.goal).toBeNull();
    expect(await hearth.join("hearth://a:8080#l=7-0190a000")).toBe(true);
    expect([hearth.rooms.active?.key, hearth.rooms.of("a")?.goal?.to, hearth.alreadyIn]).toEqual(["a", 7, null]);
  });

  it("is followed once the room has told which log it has, and says so when that is another one", async () => {
    const { hearth, transport, say } = await started({ rooms: { ...rooms, a: [snapshot({ url: A.url, log: null })] } });
    transport.tell(opened("hearth://a#l=7-0190a000", "a"));
    await vi.waitFor(() => expect(hearth.app?.opened).toBeNull());
    expect(hearth.rooms.of("a")?.goal).toBeNull();
    await say("a", ...rooms.a);
    expect(hearth.rooms.of("a")?.goal?.to).toBe(7);
    transport.tell(opened("hearth://a#l=9-0190b000", "a"));
    await vi.waitFor(() => expect(hearth.rooms.of("a")?.seeking).toMatchObject({ seq: 9, gone: true }));
    expect(hearth.rooms.of("a")?.goal?.to).toBe(7);
  });

  it("is made of the link of its room, without what opens the door", async () => {
    const { hearth } = await started({ app: app([{ ...A, link: "http://a:8080/#p=_____________________w" }, B]), rooms });
    expect([hearth.linkToLine("a", 12), hearth.linkToLine("b", 12), hearth.linkToLine("x", 12)]).toEqual(["http://a:8080/#p=_____________________w&l=12-0190a000", null, null]);
  });
});

describe("a draft", () => {
  const saved = () => new Map<string, { read?: number; draft?: string; strip?: Strip }>();
  const rooms = { a: [snapshot({ url: A.url })], b: [snapshot({ url: B.url, log: "other" })] };

  it("is there after a restart, and not once it was sent", async () => {
    const kept = saved();
    const first = await started({ saved: kept, rooms });
    first.hearth.rooms.setDraft("a", "half a sen");
    first.end();
    const second = await started({ saved: kept, rooms });
    expect([second.hearth.rooms.draft("a"), second.hearth.rooms.draft("b")]).toEqual(["half a sen", ""]);
    second.hearth.rooms.setDraft("a", "");
    expect(kept.get("log")?.draft).toBe("");
  });

  it("keeps its strip, with the words of an edit, for its log alone", async () => {
    const kept = saved();
    const first = await started({ saved: kept, rooms });
    first.hearth.rooms.setDraft("a", "half a sen");
    first.hearth.rooms.beginEdit("a", 3, "an old line");
    first.hearth.rooms.setDraft("a", "an older line");
    first.end();
    expect(kept.get("log")).toEqual({ draft: "half a sen", strip: { kind: "edit", seq: 3, text: "an older line" } });
    const second = await started({ saved: kept, rooms });
    expect([second.hearth.rooms.draft("a"), second.hearth.rooms.strip("b")]).toEqual(["an older line", null]);
    second.hearth.rooms.endStrip("a");
    expect(second.hearth.rooms.draft("a")).toBe("half a sen");
    second.hearth.rooms.beginReply("a", 4);
    second.hearth.rooms.setDraft("a", "");
    second.hearth.rooms.flush();
    expect(kept.get("log")).toEqual({ draft: "", strip: { kind: "reply", seq: 4 } });
    await second.say("a", { type: "welcomed", name: "a", you: null, log: "third", limits: LIMITS_V1, draft: "for those" });
    expect([second.hearth.rooms.draft("a"), second.hearth.rooms.strip("a")]).toEqual(["for those", null]);
    second.end();
    expect(kept.get("log")?.strip).toEqual({ kind: "reply", seq: 4 });
  });

  it("loses its strip with the line that it is about, also when that went while nobody was there", async () => {
    const kept = saved().set("log", { draft: "half", strip: { kind: "reply", seq: 3 } });
    const from = { member: "m-me", nickname: "me" };
    const gone = { type: "about", entries: [{ seq: 9, prev: 8, at: "2026-11-22T12:00:00Z", from, kind: "removed", about: 3 }] } as const;
    const { hearth, say } = await started({ saved: kept, rooms });
    expect(hearth.rooms.strip("a")).toEqual({ kind: "reply", seq: 3 });
    await say("a", { ...gone, entries: [...gone.entries] });
    expect([hearth.rooms.strip("a"), hearth.rooms.draft("a")]).toEqual([null, "half"]);
    hearth.rooms.flush();
    expect(kept.get("log")).toEqual({ draft: "half" });
  });

  it("is saved when nobody types for a while, at once when the user goes elsewhere, and not for each key", async () => {
    const kept = saved();
    const { hearth, transport } = await started({ saved: kept, rooms });
    const order = vi.spyOn(transport, "order");
    const save = () => order.mock.calls.map(([, command]) => command).filter(({ type }) => type === "set_draft");
    vi.useFakeTimers();
    for (const text of ["h", "ha", "hal"]) hearth.rooms.setDraft("a", text);
    expect(save()).toEqual([]);
    vi.advanceTimersByTime(1000);
    expect(save()).toEqual([{ type: "set_draft", log: "log", text: "hal" }]);
    hearth.rooms.setDraft("a", "half");
    hearth.rooms.show("b");
    expect(kept.get("log")?.draft).toBe("half");
    hearth.rooms.setDraft("b", "there");
    hearth.rooms.flush();
    expect(kept.get("other")?.draft).toBe("there");
    vi.advanceTimersByTime(10_000);
    expect(save()).toHaveLength(3);
  });

  it("is saved while somebody types without a pause", async () => {
    const kept = saved();
    const { hearth } = await started({ saved: kept, rooms });
    vi.useFakeTimers();
    let typed = "";
    for (let n = 0; n < 100; n++) {
      hearth.rooms.setDraft("a", typed += n % 10);
      vi.advanceTimersByTime(40);
      // So much was typed within 200 ms; what is written takes half a second together with what the shell gathers.
      expect(typed.length - (kept.get("log")?.draft ?? "").length).toBeLessThanOrEqual(5);
    }
  });

  it("is handed over before the app quits, and before its room is left", async () => {
    const kept = saved();
    const { hearth, transport } = await started({ saved: kept, rooms });
    hearth.rooms.setDraft("a", "the last wor");
    transport.tell({ type: "quitting" });
    await vi.waitFor(() => expect(transport.calls).toContainEqual({ name: "flushed", args: [] }));
    expect(kept.get("log")?.draft).toBe("the last wor");
    hearth.rooms.setDraft("a", "the last word");
    void hearth.leave(A);
    expect(kept.get("log")?.draft).toBe("the last word");
    hearth.rooms.setDraft("a", "the very last word");
    void hearth.stopHosting();
    expect(kept.get("log")?.draft).toBe("the very last word");
  });

  it("that only came back stays with its log when another one answers", async () => {
    const kept = saved().set("log", { draft: "for these people" }).set("third", { draft: "for those" });
    const { hearth, say } = await started({ saved: kept, rooms });
    expect(hearth.rooms.draft("a")).toBe("for these people");
    await say("a", { type: "welcomed", name: "a", you: null, log: "another", limits: LIMITS_V1 });
    expect(hearth.rooms.draft("a")).toBe("");
    await say("a", { type: "welcomed", name: "a", you: null, log: "third", limits: LIMITS_V1, draft: "for those" });
    expect(hearth.rooms.draft("a")).toBe("for those");
    hearth.rooms.flush();
    expect([kept.get("log")?.draft, kept.get("another"), kept.get("third")?.draft]).toEqual(["for these people", undefined, "for those"]);
  });

  it("that was sent is not written into another log", async () => {
    const kept = saved().set("another", { draft: "kept there" });
    const { hearth, say } = await started({ saved: kept, rooms });
    hearth.rooms.setDraft("a", "said");
    hearth.rooms.setDraft("a", "");
    await say("a", { type: "welcomed", name: "a", you: null, log: "another", limits: LIMITS_V1, draft: "kept there" });
    hearth.rooms.flush();
    expect([hearth.rooms.draft("a"), kept.get("another")?.draft]).toEqual(["kept there", "kept there"]);
  });

  it("that was sent does not come back with late word of the same log", async () => {
    const kept = saved();
    const { hearth, say } = await started({ saved: kept, rooms });
    hearth.rooms.setDraft("a", "said");
    hearth.rooms.setDraft("a", "");
    await say("a", snapshot({ url: A.url, resumed: true, draft: "said" }));
    expect(hearth.rooms.draft("a")).toBe("");
  });

  it("is there again in a room that was left with it, whatever was typed there before", async () => {
    const kept = saved();
    const { hearth, transport, say } = await started({ saved: kept, rooms });
    const order = vi.spyOn(transport, "order");
    hearth.rooms.setDraft("a", "half");
    void hearth.leave(A);
    hearth.rooms.setDraft("a", "half a");
    transport.tell({ type: "rooms", rooms: [B] });
    await new Promise((done) => setTimeout(done, 200));
    expect(order.mock.calls.map(([room, command]) => [room, command.type])).toEqual([["a", "set_draft"]]);
    transport.tell({ type: "rooms", rooms: [A, B] });
    await say("a", snapshot({ url: A.url, draft: "half" }));
    expect(hearth.rooms.draft("a")).toBe("half");
  });

  it("that was typed in this window goes before what was saved, and into another log", async () => {
    const kept = saved().set("log", { draft: "old" }).set("another", { draft: "older" });
    const { hearth, say } = await started({ saved: kept, rooms });
    expect(hearth.rooms.draft("a")).toBe("old");
    hearth.rooms.setDraft("a", "new");
    await say("a", { type: "welcomed", name: "a", you: null, log: "another", limits: LIMITS_V1, draft: "older" });
    expect(hearth.rooms.draft("a")).toBe("new");
    hearth.rooms.flush();
    expect([kept.get("log")?.draft, kept.get("another")?.draft]).toEqual(["old", "new"]);
  });

  it("for which there is no log yet waits for one", async () => {
    const kept = saved();
    const { hearth, say } = await started({ saved: kept, rooms: { ...rooms, a: [snapshot({ url: A.url, name: "a", log: null })] } });
    hearth.rooms.setDraft("a", "early");
    hearth.rooms.flush();
    expect(kept.size).toBe(0);
    await say("a", { type: "welcomed", name: "a", you: null, log: "log", limits: LIMITS_V1, draft: "saved" });
    hearth.rooms.flush();
    expect([hearth.rooms.draft("a"), kept.get("log")?.draft]).toEqual(["early", "early"]);
  });

  it("that cannot be saved is nobody's trouble", async () => {
    const { hearth, transport } = await started({ rooms });
    transport.order = async () => Promise.reject(new Refusal({ error: "unknown_room" }));
    hearth.rooms.setDraft("a", "");
    await vi.waitFor(() => expect(hearth.rooms.draft("a")).toBe(""));
    expect(hearth.notice).toBeNull();
  });
});

describe("rooms", () => {
  it("count what comes while another one is shown", async () => {
    const { hearth, say } = await started();
    expect(hearth.rooms.active?.key).toBe("a");
    await say("b", { type: "entries", entries: [entry(1, "li", "x"), entry(2, "me", "y")] });
    expect([hearth.rooms.unreadIn("a"), hearth.rooms.unreadIn("b"), hearth.rooms.unreadInAll]).toEqual([0, 1, 1]);
    hearth.rooms.show("b");
    expect(hearth.rooms.unreadIn("b")).toBe(1);
    hearth.rooms.look(true, true);
    expect(hearth.rooms.unreadIn("b")).toBe(0);
  });

  it("are read as they come while they are looked at", async () => {
    const { hearth, say } = await started();
    hearth.rooms.look(true, true);
    await say("a", { type: "entries", entries: [entry(1, "li", "x")] });
    expect(hearth.rooms.unreadIn("a")).toBe(0);
    expect(hearth.rooms.latest.map((e) => e.seq)).toEqual([1]);
    hearth.rooms.look(false, false);
    await say("a", { type: "entries", entries: [entry(2, "li", "y")] });
    expect(hearth.rooms.unreadIn("a")).toBe(1);
    expect(hearth.rooms.reading.divider).toBe(1);
    hearth.rooms.show("b");
    expect(hearth.rooms.latest, "no news of another room").toEqual([]);
  });

  it("are read up to where they were at the last start", async () => {
    const saved = new Map();
    const rooms = { a: [snapshot({ url: A.url })], b: [snapshot({ url: B.url, log: "other" })] };
    const first = await started({ saved, rooms });
    first.hearth.rooms.look(true, true);
    await first.say("a", { type: "entries", entries: [entry(1, "li", "x")] });
    first.end();
    const entries = [entry(1, "li", "x"), entry(2, "li", "y")];
    const { hearth } = await started({ saved, rooms: { ...rooms, a: [snapshot({ url: A.url, entries })] } });
    expect(hearth.rooms.unreadIn("a")).toBe(1);
    expect(hearth.rooms.reading.divider).toBe(1);
  });

  it("are read up to where they were when the log is met again, however it is met", async () => {
    const { hearth, say } = await started();
    const entries = [entry(1, "li", "x"), entry(2, "li", "y"), entry(3, "li", "z")];
    await say("a", { type: "welcomed", name: "a", you: null, log: "another", limits: LIMITS_V1, read: 2 }, { type: "entries", entries });
    expect([hearth.rooms.unreadIn("a"), hearth.rooms.reading.divider]).toEqual([1, 2]);
    // Another window has read on; what is behind says nothing.
    await say("a", snapshot({ url: A.url, log: "another", resumed: true, read: 3 }));
    expect(hearth.rooms.unreadIn("a")).toBe(0);
    await say("a", snapshot({ url: A.url, log: "another", resumed: true, read: 1 }));
    expect(hearth.rooms.unreadIn("a")).toBe(0);
  });

  it("go when they are left, with what was said in them", async () => {
    const { hearth, transport, say } = await started();
    hearth.rooms.setDraft("a", "half");
    transport.tell({ type: "rooms", rooms: [B] });
    expect(hearth.rooms.of("a")).toBeNull();
    expect(hearth.rooms.draft("a")).toBe("");
    expect(hearth.rooms.active?.key).toBe("b");
    // What was still under way for the room that is gone changes nothing.
    transport.say("a", [{ type: "entries", entries: [entry(1, "li", "late")] }]);
    await say("b", { type: "entries", entries: [entry(1, "li", "x")] });
    expect(hearth.rooms.of("a")).toBeNull();
  });

  it("stay in sight when they are hosted no longer", async () => {
    const mine = { ...A, own: "own-a", hosted: true };
    const { hearth, transport } = await started({ app: app([mine, B]) });
    expect(hearth.rooms.active?.key).toBe("a");
    transport.tell({ type: "rooms", rooms: [{ ...mine, hosted: false }, B] });
    expect(hearth.rooms.active?.key).toBe("a");
  });

  it("go on from their cursor when the user comes back", async () => {
    const { hearth, transport, say } = await started();
    await say("a", { type: "entries", entries: [entry(1, "li", "x"), entry(2, "li", "y")] });
    const subscribe = vi.spyOn(transport, "subscribeRoom");
    hearth.rooms.cameBack();
    expect(subscribe).not.toHaveBeenCalled();
    vi.spyOn(Date, "now").mockReturnValue(Date.now() + 60_000);
    hearth.rooms.cameBack();
    expect(subscribe).toHaveBeenCalledWith("a", { log: "log", seq: 2 }, expect.any(Function));
    vi.restoreAllMocks();
  });

  it("ask once for older entries, and again when that failed", async () => {
    const { hearth, transport } = await started({
      rooms: { a: [snapshot({ url: A.url, entries: [{ ...entry(9, "li", "x"), prev: 8 }], more: true })], b: [snapshot({ url: B.url })] },
    });
    hearth.rooms.loadMore("a", "start");
    hearth.rooms.loadMore("a", "start");
    hearth.rooms.loadMore("a", "end");
    expect(transport.calls).toEqual([{ name: "order", args: ["a", { type: "history", before: 9, limit: 100 }] }]);
    transport.say("a", [{ type: "older", page: { before: 9, entries: [entry(8, "li", "w")], more: true }, gaps: [] }]);
    await vi.waitFor(() => expect(hearth.rooms.of("a")?.asked).toBeNull());
    transport.order = async () => {
      throw new Refusal({ error: "system", message: "gone" });
    };
    hearth.rooms.loadMore("a", "start");
    expect(hearth.rooms.of("a")?.asked).toEqual({ before: 8, after: null });
    await vi.waitFor(() => expect(hearth.rooms.of("a")?.asked).toBeNull());
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

  it("shows the room once it is in, and says when it was open before", async () => {
    const { hearth, transport } = await started();
    transport.join = async () => "b";
    expect(await hearth.join("b:8080")).toBe(true);
    expect([hearth.rooms.active?.key, hearth.alreadyIn]).toEqual(["b", "b"]);
    transport.join = async () => {
      transport.tell({ type: "rooms", rooms: [A, B, { ...B, key: "c" }] });
      return "c";
    };
    expect(await hearth.join("c:8080")).toBe(true);
    expect([hearth.rooms.active?.key, hearth.alreadyIn]).toEqual(["c", null]);
  });
});

describe("the link of a room", () => {
  const { hosting } = sceneOf("hosting").app;
  const link = "http://b:8080/#p=_____________________w";
  const hosts = { ...app([{ ...A, hosted: true }, { ...B, link }]), hosting };

  it("is that by which it was joined, and of one's own that of its best address", async () => {
    const { hearth } = await started({ app: hosts });
    expect([hearth.linkOf({ ...A, hosted: true }), hearth.linkOf({ ...B, link }), hearth.linkOf(B)]).toEqual(["http://192.168.1.23:8080/#p=_____________________w", link, null]);
  });

  it("is none where a classic server has no page to lead to", async () => {
    const { hearth, say } = await started({ app: hosts });
    await say("b", { type: "status", status: { state: "connected", dialect: "classic" } });
    expect(hearth.linkOf({ ...B, link })).toBeNull();
  });
});

describe("jumping", () => {
  const kept = Array.from({ length: 1000 }, (_, i) => entry(i + 1, "li", `line ${i + 1}`));
  const rooms = { a: [snapshot({ url: A.url, entries: kept.slice(-50), more: true })], b: [snapshot({ url: B.url })] };

  it("fetches both sides of a place, and one's own line leads back to the newest", async () => {
    const { hearth, transport, say } = await started({ rooms, kept: { a: kept } });
    hearth.rooms.jump("a", 500);
    await vi.waitFor(() => expect(hearth.rooms.of("a")?.away?.entries).toHaveLength(100));
    expect(transport.calls.map((call) => call.args)).toEqual([
      ["a", { type: "history", before: 501, limit: 50 }], ["a", { type: "history", before: 951, after: 500, limit: 50 }],
    ]);
    hearth.rooms.look(false, false);
    await say("a", { type: "entries", entries: [entry(1001, "li", "news")] });
    expect(hearth.rooms.of("a")?.away?.entries.at(-1)?.seq).toBe(550);
    expect(hearth.rooms.unreadIn("a")).toBeGreaterThan(0);
    hearth.rooms.post("a", "mine");
    expect(hearth.rooms.of("a")).toMatchObject({ away: null, goal: { to: "end" } });
  });

  it("is told to be in vain when nobody answers, and forgotten once that was read", async () => {
    const { hearth, transport } = await started({ rooms });
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    hearth.rooms.jump("a", 500);
    vi.advanceTimersByTime(5_000);
    hearth.rooms.jump("a", 300);
    vi.advanceTimersByTime(9_000);
    expect(hearth.rooms.of("a")?.seeking, "each jump has its own time").toMatchObject({ seq: 300, gone: false });
    hearth.rooms.loadMore("a", "start");
    expect(transport.calls.map((call) => call.args)).toEqual([
      ["a", { type: "history", before: 501, limit: 50 }], ["a", { type: "history", before: 301, limit: 50 }],
    ]);
    vi.advanceTimersByTime(1_000);
    expect(hearth.rooms.of("a")?.seeking?.gone).toBe(true);
    hearth.rooms.loadMore("a", "start");
    expect(transport.calls.at(-1)?.args).toEqual(["a", { type: "history", before: 951, limit: 100 }]);
    vi.advanceTimersByTime(6_000);
    expect(hearth.rooms.of("a")?.seeking).toBeNull();
  });

  it("that finds nothing is forgotten once that was read", async () => {
    const { hearth } = await started({ rooms, kept: { a: [] } });
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    hearth.rooms.jump("a", 500);
    await vi.waitFor(() => expect(hearth.rooms.of("a")?.seeking?.gone).toBe(true));
    vi.advanceTimersByTime(6_000);
    expect(hearth.rooms.of("a")?.seeking).toBeNull();
  });

  it("is over when the question is refused, and when another room is shown", async () => {
    const { hearth, transport } = await started({ rooms, kept: { a: kept } });
    const { order } = transport;
    transport.order = async () => {
      throw new Refusal({ error: "system", message: "gone" });
    };
    hearth.rooms.jump("a", 500);
    await vi.waitFor(() => expect(hearth.notice).not.toBeNull());
    expect(hearth.rooms.of("a")).toMatchObject({ seeking: null, asked: null });
    transport.order = order;
    hearth.rooms.jump("a", 500);
    await vi.waitFor(() => expect(hearth.rooms.of("a")?.away).not.toBeNull());
    hearth.rooms.show("b");
    expect(hearth.rooms.of("a")).toMatchObject({ away: null, goal: null });
  });
});

describe("a search", () => {
  it("goes on by itself while nothing was found and there is more to look through", async () => {
    const { hearth, transport, say } = await started();
    hearth.rooms.search("a", "部署");
    await say("a", { type: "found", found: { query: "部署", entries: [], more: true, reached: 300 }, whole: true });
    await say("a", { type: "found", found: { query: "部署", before: 300, entries: [entry(7, "li", "部署")], more: true, reached: 7 }, whole: true });
    expect(hearth.rooms.of("a")?.search?.lines).toHaveLength(1);
    const asked = transport.ordered("search").map(({ before }) => before);
    expect(asked, "and not once more than that").toEqual([undefined, 300]);
  });

  it("counts its latest words alone, and goes on where it ended", async () => {
    const kept = Array.from({ length: 120 }, (_, i) => entry(i + 1, "li", i % 2 ? "部署" : "部门"));
    const { hearth, transport } = await started({ kept: { a: kept } });
    hearth.rooms.search("a", "部");
    hearth.rooms.search("a", "部署");
    await vi.waitFor(() => expect(hearth.rooms.of("a")?.search?.lines).toHaveLength(50));
    expect(hearth.rooms.of("a")?.search).toMatchObject({ query: "部署", next: 22, whole: true });
    hearth.rooms.searchOn("a");
    hearth.rooms.searchOn("a");
    await vi.waitFor(() => expect(hearth.rooms.of("a")?.search?.lines).toHaveLength(60));
    expect(transport.calls.map((call) => call.args)).toEqual([
      ["a", { type: "search", query: "部", limit: 50 }], ["a", { type: "search", query: "部署", limit: 50 }],
      ["a", { type: "search", query: "部署", before: 22, limit: 50 }],
    ]);
    hearth.rooms.search("a", " ");
    expect(hearth.rooms.of("a")?.search).toBeNull();
  });

  it("is not touched by what becomes of the one before it", async () => {
    const { hearth, transport, say } = await started();
    const refusals: ((why: Refusal) => void)[] = [];
    transport.order = () => new Promise((_, refuse) => void refusals.push(refuse));
    for (const query of ["部", "部署", "部"]) hearth.rooms.search("a", query);
    for (const refuse of refusals.slice(0, 2)) refuse(new Refusal({ error: "unknown_room" }));
    await vi.waitFor(() => expect(hearth.notice).not.toBeNull());
    await say("a", { type: "found", found: { query: "部", entries: [entry(7, "li", "部")], more: false, reached: 0 }, whole: true });
    expect(hearth.rooms.of("a")?.search?.lines).toHaveLength(1);
  });

  it("adds what this window has when the host was not asked", async () => {
    const entries = [entry(1, "li", "部署"), entry(2, "li", "别的")];
    const { hearth } = await started({
      rooms: { a: [snapshot({ url: A.url, entries })], b: [snapshot({ url: B.url })] }, kept: { a: [] }, searchedWhole: false,
    });
    hearth.rooms.search("a", "部署");
    await vi.waitFor(() => expect(hearth.rooms.of("a")?.search?.lines?.map((line) => line.seq)).toEqual([1]));
    expect(hearth.rooms.of("a")?.search?.whole).toBe(false);
  });
});

describe("the live list", () => {
  it("is cut while the user is at its end, and never while they look back", async () => {
    const many = span(1, 6000);
    const { hearth, say } = await started();
    hearth.rooms.look(false, false);
    await say("a", { type: "entries", entries: many });
    expect(hearth.rooms.of("a")?.entries).toHaveLength(6000);
    hearth.rooms.look(true, true);
    await say("a", { type: "entries", entries: [entry(6001, "li", "x")] });
    expect(hearth.rooms.of("a")).toMatchObject({ entries: { length: 4000 }, more: true });
  });

  it("is bounded where the user looks back, too, and what they see is not touched", async () => {
    const { hearth, say } = await started({ rooms: { a: [snapshot({ url: A.url, entries: span(101, 1000), more: true })], b: [snapshot({ url: B.url })] } });
    hearth.rooms.look(false, false, { from: 1, to: 900, middle: 1 });
    await say("a", { type: "entries", entries: span(1001, 5300) });
    expect(hearth.rooms.of("a")?.away, "not before it must").toBeNull();
    // Older lines come first: a list that got shorter at its end meanwhile could not keep its place.
    await say("a", { type: "entries", entries: span(5301, 5399) });
    hearth.rooms.look(false, false, { from: 1, to: 800, middle: 1 });
    await say("a", { type: "older", page: { before: 101, entries: span(1, 100), more: false }, gaps: [] });
    expect(hearth.rooms.of("a")).toMatchObject({ away: null, entries: { length: 5399 } });
    for (let seq = 5400; seq < 30_000; seq += 2000) await say("a", { type: "entries", entries: span(seq, seq + 1999) });
    const room = hearth.rooms.of("a")!;
    expect(room.away?.entries[0]?.seq).toBe(1);
    expect(room.away?.entries.at(-1)?.seq).toBeGreaterThan(800 + 500);
    expect(room.away!.entries.length + room.entries.length).toBeLessThan(10_000);
    expect(hearth.rooms.unreadIn("a")).toBeGreaterThan(0);
    hearth.rooms.toNewest("a");
    expect(hearth.rooms.of("a")).toMatchObject({ away: null, goal: { to: "end" } });
  });

  it("is never cut under an own line that was just written", async () => {
    const { hearth, say } = await started();
    hearth.rooms.look(false, false, { from: 1, to: 4000, middle: 1 });
    await say("a", { type: "entries", entries: span(1, 4600) });
    hearth.rooms.look(false, false, { from: 1, to: 50, middle: 1 });
    hearth.rooms.post("a", "mine");
    expect(rowsOf(hearth.rooms.of("a")!, null, 0).at(-1)).toMatchObject({ text: "mine" });
  });
});

describe("a line from an earlier start", () => {
  it("becomes its entry under the same key, in its place, after others came between", async () => {
    const own = { type: "post", id: "old", text: "from yesterday", state: { state: "queued" } } as const;
    const { hearth, say } = await started({
      rooms: { a: [snapshot({ url: A.url, entries: [entry(1, "li", "x")], own: [own] })], b: [snapshot({ url: B.url })] },
    });
    const keys = (): string[] => rowsOf(hearth.rooms.of("a")!, null, 0).filter((row) => row.kind === "line").map((row) => row.key);
    expect(keys()).toEqual(["1", "old"]);
    await say("a", { type: "entries", entries: [entry(2, "li", "between"), entry(3, "me", "from yesterday", "old"), entry(4, "li", "after")] });
    expect(keys()).toEqual(["1", "2", "old", "4"]);
    expect(rowsOf(hearth.rooms.of("a")!, null, 0).find((row) => row.key === "old")).toMatchObject({ mine: true, state: "stored" });
    // A late word about it changes nothing, not even in a window that never saw it wait.
    await say("a", { type: "own", act: own }, { type: "entries", entries: [entry(5, "li", "y")] });
    expect(keys()).toEqual(["1", "2", "old", "4", "5"]);
  });
});
