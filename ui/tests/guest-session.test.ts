// What is the guest's alone: silence in a browser, a page that was away, and what is found after a reload.
import { describe, expect, it } from "vitest";
import { fromClose, isFinal } from "../src/transport/guest/session/close-reasons";
import type { SavedLine, SavedMember, SavedRecord } from "../src/transport/guest/session/events";
import type { ConnectError, ServerFrame } from "../src/wire";
import { bare, dice, line, postId, Rig, welcome } from "./guest";

const ASK = { type: "history", before: 0, limit: 1 };
const SIGN: ServerFrame = { type: "page", before: 0, entries: [], more: false };
const REFUSED: ConnectError = { code: "refused", host: "host", port: 8080 };

describe("another link", () => {
  const refused = (code: "invite_expired" | "invite_needed"): ServerFrame => ({ type: "refused", code, message: "why" });
  const reader = (token: string): ServerFrame => ({ ...(welcome("a", 10, 10, token) as Extract<ServerFrame, { type: "welcome" }>), role: "reader" });

  it("is tried at once where the door was shut, and is the one that counts from then on", () => {
    const rig = new Rig({ secret: "old" });
    rig.event({ type: "begin" });
    rig.event({ type: "opened" });
    rig.hear(refused("invite_expired"));
    expect(rig.status).toMatchObject({ state: "disconnected" });
    rig.event({ type: "secret", secret: "new" });
    expect([rig.does("connect"), rig.status.state]).toEqual([true, "connecting"]);
    rig.event({ type: "opened" });
    expect(rig.sent).toMatchObject([{ type: "hello", secret: "new" }]);
    rig.hear(refused("invite_expired"));
    rig.order({ type: "reconnect" });
    rig.event({ type: "opened" });
    expect(rig.sent, "what is tried again is the newest").toMatchObject([{ type: "hello", secret: "new" }]);
  });

  it("takes the place of an attempt that is under way, or waits", () => {
    const rig = new Rig({ secret: "old" });
    rig.event({ type: "begin" });
    rig.event({ type: "secret", secret: "new" });
    expect([rig.does("hang_up"), rig.does("connect")]).toEqual([true, true]);
    rig.event({ type: "failed", error: REFUSED });
    rig.event({ type: "secret", secret: "newer" });
    expect([rig.does("hang_up"), rig.does("connect")]).toEqual([false, true]);
    rig.event({ type: "opened" });
    expect(rig.sent).toMatchObject([{ type: "hello", secret: "newer" }]);
  });

  it("gives a reader more, as the same one", () => {
    const rig = new Rig({ secret: "reading" });
    rig.event({ type: "begin" });
    rig.event({ type: "opened" });
    rig.hear(reader("mine"));
    expect(rig.event({ type: "secret", secret: "reading" }), "the same link again is no news").toEqual([]);
    rig.event({ type: "secret", secret: "writing" });
    expect([rig.does("hang_up"), rig.does("connect")]).toEqual([true, true]);
    rig.event({ type: "opened" });
    expect(rig.sent).toMatchObject([{ type: "hello", token: "mine", secret: "writing" }]);
    rig.hear(welcome("a", 10, 10, "mine"));
    expect(rig.told.find((update) => update.type === "welcomed")).not.toHaveProperty("role");
    expect(rig.snapshot().role).toBeUndefined();
  });

  it("leaves nothing behind that was under way", () => {
    const rig = new Rig({ secret: "reading" });
    rig.event({ type: "begin" });
    rig.event({ type: "opened" });
    rig.hear(reader("mine"));
    const post = { type: "post", id: postId(1), text: "可以说话了吗" } as const;
    rig.order(post);
    expect(rig.sent).toEqual([post]);
    rig.event({ type: "secret", secret: "writing" });
    rig.event({ type: "opened" });
    rig.hear(welcome("a", 10, 10, "mine"));
    expect(rig.sent).toEqual([post]);
  });

  it("disturbs nobody who may write already", () => {
    const rig = Rig.inRoom({ secret: "old" });
    expect(rig.event({ type: "secret", secret: "new" })).toEqual([]);
  });
});

describe("a quiet link", () => {
  it("is asked for a sign of life, and a dead one is noticed within 35 seconds", () => {
    const rig = Rig.inRoom();
    rig.waitDue();
    expect([rig.now, rig.sent]).toEqual([20_000, [ASK]]);
    rig.now += 100;
    rig.hear(SIGN);
    expect(rig.effects, "it is told to nobody").toEqual([]);
    rig.waitDue();
    expect([rig.now, rig.sent]).toEqual([40_100, [ASK]]);
    rig.waitDue();
    expect([rig.now, rig.does("hang_up")]).toEqual([55_100, true]);
    expect(rig.status).toMatchObject({ state: "reconnecting", attempt: 1, error: { code: "silent", seconds: 35 } });
  });

  it("is not asked while there is talk", () => {
    const rig = Rig.inRoom();
    for (let n = 10; n < 20; n += 1) {
      rig.now += 19_000;
      rig.hear(line(n, n + 1));
      expect(rig.event({ type: "tick" })).toEqual([]);
    }
  });

  it("is not asked in the place of the user's own question", () => {
    const rig = Rig.inRoom();
    rig.order({ type: "history", before: 9, limit: 50 });
    rig.waitDue();
    rig.hear(SIGN);
    expect(rig.effects).toEqual([]);
    rig.hear({ type: "page", before: 9, entries: [], more: false });
    expect(rig.told).toEqual([{ type: "older", page: { before: 9, entries: [], more: false }, gaps: [] }]);
  });

  it("is left alone while nobody looks, and asked when somebody does", () => {
    const rig = Rig.inRoom();
    rig.event({ type: "hidden" });
    expect(rig.session.deadline).toBeNull();
    rig.now += 3_600_000;
    rig.event({ type: "woke" });
    expect(rig.sent).toEqual([ASK]);
    rig.wait(1000);
    rig.hear(line(10, 11));
    expect(rig.session.deadline).toBe(rig.now + 20_000);
    rig.event({ type: "woke" });
    rig.wait(2000);
    expect(rig.status).toMatchObject({ state: "reconnecting", error: { code: "silent" } });
  });

  it("is asked once more when its deadline was slept through: the answer may be there, unread", () => {
    const rig = Rig.inRoom();
    rig.waitDue();
    rig.wait(15_000 + 60_000);
    expect([rig.does("hang_up"), rig.sent]).toEqual([false, [ASK]]);
    rig.hear(SIGN);
    expect(rig.status.state).toBe("connected");
    rig.waitDue();
    rig.wait(75_000);
    rig.wait(2000);
    expect(rig.does("hang_up"), "but not for ever").toBe(true);
  });
});

describe("an attempt", () => {
  it("that leads nowhere is given up after ten seconds in all, and so is a host that does not greet", () => {
    const rig = new Rig();
    for (const opens of [false, true]) {
      rig.event({ type: opens ? "tick" : "begin" });
      rig.wait(7000);
      if (opens) rig.event({ type: "opened" });
      rig.wait(2999);
      expect(rig.effects).toEqual([]);
      rig.wait(1);
      expect(rig.does("hang_up")).toBe(true);
      expect(rig.status).toMatchObject({ error: { code: "timed_out", host: "host", port: 8080, seconds: 10 } });
      rig.now = rig.session.deadline!;
    }
  });

  it("that fails is made again, with a countdown, ever later and never all at once", () => {
    const rig = new Rig({}, dice(7));
    rig.event({ type: "begin" });
    const delays: number[] = [];
    for (let attempt = 1; attempt <= 40; attempt += 1) {
      rig.event({ type: "failed", error: REFUSED });
      const delay = rig.session.deadline! - rig.now;
      expect(rig.status).toEqual({ state: "reconnecting", in_ms: Math.round(delay), attempt, error: REFUSED });
      expect(delay).toBeGreaterThanOrEqual(100);
      expect(delay).toBeLessThanOrEqual(Math.min(30_000, 500 * 2 ** (attempt - 1)));
      delays.push(delay);
      rig.waitDue();
      expect(rig.does("connect")).toBe(true);
      expect(rig.status).toMatchObject({ in_ms: 0, attempt });
    }
    const late = delays.slice(10);
    expect(Math.min(...late)).toBeLessThan(6000);
    expect(Math.max(...late)).toBeGreaterThan(24_000);
  });

  it("follows soon where nobody is there at all, and a good link starts over", () => {
    const rig = Rig.inRoom();
    for (let n = 0; n < 50; n += 1) {
      rig.event({ type: "failed", error: { code: "unreachable", host: "host" } });
      expect(rig.session.deadline! - rig.now).toBeLessThanOrEqual(2000);
      rig.waitDue();
    }
    rig.event({ type: "opened" });
    rig.hear(welcome("a", 10, 10));
    rig.now += 10_000;
    rig.event({ type: "closed", code: 1006 });
    expect(rig.session.deadline! - rig.now).toBeLessThanOrEqual(500);
  });

  it("is not waited for by who comes back, and one that has just begun is not begun again", () => {
    const rig = Rig.inRoom();
    rig.event({ type: "closed", code: 1006 });
    rig.event({ type: "woke" });
    expect(rig.effects.map(({ type }) => type)).toEqual(["connect", "tell"]);
    rig.now += 500;
    expect(rig.event({ type: "woke" })).toEqual([]);
    rig.now += 5000;
    rig.event({ type: "woke" });
    expect(rig.effects.map(({ type }) => type)).toEqual(["hang_up", "connect", "tell"]);
  });

  it("from a page that was left is made when it is come back to", () => {
    const rig = Rig.inRoom();
    rig.order({ type: "post", id: postId(1), text: "a" });
    rig.event({ type: "parted" });
    expect(rig.does("hang_up")).toBe(true);
    expect(rig.snapshot().own).toMatchObject([{ state: { state: "queued" } }]);
    rig.event({ type: "woke" });
    expect(rig.does("connect")).toBe(true);
  });
});

describe("the end of a link", () => {
  it.each<[number, ConnectError["code"], boolean]>([
    [1000, "host_stopped", false], [1001, "host_stopped", false], [1005, "host_stopped", false], [1006, "link_broken", false],
    [1008, "rate_refused", false], [1009, "rate_refused", false], [1011, "link_broken", false], [4000, "hello_refused", false],
    [4001, "room_full", false], [4002, "hello_refused", true], [3333, "link_broken", false],
  ])("by code %i is %s", (number, code, final) => {
    const error = fromClose(number);
    expect([error.code, isFinal(error)]).toEqual([code, final]);
    const rig = Rig.inRoom();
    rig.event({ type: "closed", code: number });
    expect(rig.status).toMatchObject({ state: final ? "disconnected" : "reconnecting", error });
  });

  it("stays the host's when nobody listens there afterwards", () => {
    const rig = Rig.inRoom();
    rig.event({ type: "closed", code: 1001 });
    rig.waitDue();
    rig.event({ type: "failed", error: REFUSED });
    expect(rig.status).toMatchObject({ error: { code: "host_stopped" } });
    rig.waitDue();
    rig.event({ type: "failed", error: { code: "unreachable", host: "host" } });
    expect(rig.status, "this is something else").toMatchObject({ error: { code: "unreachable" } });
  });
});

describe("after a reload", () => {
  const member: SavedMember = { token: "kept", you: { member: "me", nickname: "阿明" }, name: "围炉", log: "a" };
  const kept = (n: number, change: Partial<SavedLine> = {}): SavedLine => ({
    own: { type: "post", id: postId(n), text: `mine ${n}`, state: { state: change.wentOut ? "sent" : "queued" } }, wentOut: false, stored: null, ...change,
  });
  const posts = (rig: Rig): string[] => rig.sent.flatMap((frame) => (frame.type === "post" ? [frame.id!] : []));

  function reloaded(...lines: SavedLine[]): Rig {
    const rig = new Rig({ member, lines });
    rig.event({ type: "begin" });
    rig.event({ type: "opened" });
    return rig;
  }

  it("the guest is the same member, and is sent the newest entries again", () => {
    const rig = reloaded();
    expect(rig.sent.map(bare)).toEqual([{ type: "hello", nickname: "阿明", token: "kept" }]);
    expect(rig.snapshot()).toMatchObject({ name: "围炉", you: member.you, log: null });
    rig.hear(welcome("a", 70, 71, "kept"));
    expect(rig.hear(line(70, 71))).toMatchObject([{ type: "tell", update: { type: "entries" } }]);
  });

  it("lines that never left go out at once", () => {
    const rig = reloaded(kept(1), kept(2));
    expect(rig.snapshot().own).toHaveLength(2);
    rig.hear(welcome("a", 70, 80, "kept"));
    expect(posts(rig)).toEqual([postId(1), postId(2)]);
  });

  it("lines that may be in the log wait until it is read", () => {
    const rig = reloaded(kept(1, { wentOut: true }), kept(2, { wentOut: true }));
    rig.hear(welcome("a", 70, 72, "kept"));
    expect(posts(rig)).toEqual([]);
    rig.hear(line(70, 71, "me", postId(1)));
    rig.hear(line(71, 72));
    expect(posts(rig)).toEqual([postId(2)]);
  });

  it("an acked line is not sent again: it is in the log", () => {
    const rig = reloaded(kept(1, { wentOut: true, stored: 60 }), kept(2, { wentOut: true, stored: 71 }));
    rig.hear(welcome("a", 70, 71, "kept"));
    expect([posts(rig), rig.told.filter(({ type }) => type === "dropped")]).toEqual([[], [{ type: "dropped", id: postId(1) }]]);
    rig.hear(line(70, 71, "me", postId(2)));
    expect(rig.snapshot().own).toEqual([]);
  });

  it("an acked line goes again where the log does not have it", () => {
    for (const lost of [welcome("b", 0, 0), welcome("a", 5, 7)]) {
      const rig = reloaded(kept(1, { wentOut: true, stored: 60 }));
      rig.hear(lost);
      expect(posts(rig)).toEqual([postId(1)]);
    }
  });

  it("lines for another room fail", () => {
    const rig = reloaded(kept(1));
    rig.hear({ ...welcome("b", 0, 0), room: { name: "别处" } } as Parameters<Rig["hear"]>[0]);
    expect(posts(rig)).toEqual([]);
    expect(rig.snapshot().own).toMatchObject([{ state: { state: "failed", reason: { code: "other_room" } } }]);
  });
});

describe("a rename", () => {
  const rename = (n: number) => ({ type: "rename", nickname: `小红${n}`, id: postId(n) }) as const;

  it("of which a host of the first versions acks none holds up no line", () => {
    const answers: ServerFrame[] = [
      { type: "you", member: "me", nickname: "小红1" }, { type: "refused", of: "rename", code: "rate_limited", message: "" },
    ];
    for (const answer of answers) {
      const rig = Rig.inRoom();
      rig.order({ type: "post", id: postId(9), text: "a" });
      rig.hear({ type: "refused", id: postId(9), code: "rate_limited", message: "", retry_after_ms: 500 });
      rig.order(rename(1));
      rig.wait(500);
      expect(rig.sent, "one after the other").toMatchObject([{ type: "post" }]);
      rig.hear({ type: "ack", id: postId(9), seq: 11 });
      rig.order({ type: "post", id: postId(10), text: "b" });
      expect([rig.sent, rig.snapshot().own], "behind the rename").toMatchObject([[], [{}, { state: { state: "queued" } }]]);
      expect(rig.hear(answer)).toContainEqual({ type: "send", frame: { type: "post", id: postId(10), text: "b" } });
    }
  });

  it("is not kept, and told to nobody before the room knows it", () => {
    const rig = Rig.inRoom();
    expect(rig.order(rename(1))).toEqual([{ type: "send", frame: rename(1) }]);
    expect([rig.snapshot().own, rig.event({ type: "closed", code: 1006 }).filter(({ type }) => type === "save")]).toEqual([[], []]);
  });

  it("behind a hello goes to another room, too: a nickname is for all of them", () => {
    const rig = Rig.inRoom();
    rig.event({ type: "closed", code: 1006 });
    rig.waitDue();
    rig.event({ type: "opened" });
    rig.order(rename(1));
    rig.hear({ ...welcome("b", 0, 0), room: { name: "别处" } } as Parameters<Rig["hear"]>[0]);
    expect(rig.sent).toEqual([rename(1)]);
  });

  it("to what is no nickname is none", () => {
    const rig = Rig.inRoom();
    expect(rig.order({ type: "rename", nickname: " \u200b ", id: postId(1) })).toEqual([]);
  });
});

describe("what must outlive a reload", () => {
  const records = (rig: Rig): SavedRecord[] => rig.effects.flatMap((effect) => (effect.type === "save" ? [effect.record] : []));

  it("is kept before anything that relies on it is sent", () => {
    const rig = Rig.inRoom();
    expect(records(rig)).toMatchObject([{ type: "member", member: { token: "secret", log: "a", name: "围炉" } }]);
    rig.order({ type: "post", id: postId(1), text: "a" });
    expect(rig.effects.map(({ type }) => type)).toEqual(["save", "tell", "save", "tell", "send"]);
    expect(records(rig)[1]).toMatchObject({ line: { wentOut: true, own: { state: { state: "sent" } } } });
    rig.hear({ type: "ack", id: postId(1), seq: 11 });
    expect(records(rig)).toMatchObject([{ type: "line", line: { stored: 11 } }]);
    rig.hear(line(10, 11, "me", postId(1)));
    expect(records(rig)).toEqual([{ type: "gone", id: postId(1) }]);
  });

  it("is no more than a host may make a page keep", () => {
    const rig = Rig.inRoom();
    rig.hear({ ...line(10, 11), text: "长".repeat(20_000), time: "9".repeat(20_000) } as Parameters<Rig["hear"]>[0]);
    expect(rig.snapshot().entries).toMatchObject([{ text: "长".repeat(5461), time: "9".repeat(64) }]);
    for (let n = 11; n < 2500; n += 1) rig.hear(line(n, n + 1));
    const { entries, more } = rig.snapshot();
    expect([entries.length <= 2200, entries.at(-1)?.seq, more]).toEqual([true, 2500, true]);
    const people = Array.from({ length: 600 }, (_, n) => ({ member: `m${n}`, nickname: `n${n}`, dialect: "v1" as const }));
    rig.hear({ type: "people", people, online: 600 });
    expect([rig.snapshot().people.length, rig.snapshot().online]).toEqual([500, 600]);
  });
});

describe("a subscriber", () => {
  it("goes on from where it was", () => {
    const rig = Rig.inRoom();
    rig.hear(line(10, 11));
    rig.hear(line(11, 12));
    const from = (seq: number, log = "a") => rig.session.snapshot({ log, seq }, rig.now);
    expect(from(11)).toMatchObject({ resumed: true, entries: [{ seq: 12 }] });
    expect(from(12)).toMatchObject({ resumed: true, entries: [] });
    expect(from(9)).toMatchObject({ resumed: false, entries: [{ seq: 11 }, { seq: 12 }], more: true });
    expect(from(11, "b").resumed).toBe(false);
  });
});

describe("whose room it is", () => {
  it("is told with the welcome, and to whoever looks later; another welcome may say otherwise", () => {
    const rig = Rig.inRoom();
    expect(rig.session.snapshot(null, rig.now).owner).toBeUndefined();
    const greeting = welcome("a", 10, 10);
    if (greeting.type !== "welcome") throw new Error("it is one");
    const reconnected = (room: typeof greeting.room): void => {
      rig.event({ type: "closed", code: 1006 });
      rig.waitDue();
      rig.event({ type: "opened" });
      rig.hear({ ...greeting, room });
    };
    reconnected({ name: "围炉", owner: "li" });
    expect(rig.told).toContainEqual(expect.objectContaining({ type: "welcomed", owner: "li" }));
    expect(rig.session.snapshot(null, rig.now).owner).toBe("li");
    reconnected({ name: "围炉" });
    expect(rig.session.snapshot(null, rig.now).owner).toBeUndefined();
  });
});
