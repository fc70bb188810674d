// Jumping to places in the past, and reading on from them.
import { describe, expect, it } from "vitest";
import { asking, cut, jump, leaveBehind, LIVE_KEPT, movedOn, overdue, requestAt, requestOfJump, shownEntries, toNewest, withRoomAt } from "../src/model/room/history";
import { reduce } from "../src/model/room/reduce";
import { placeOfRow, rowOfEntry } from "../src/model/room/list-rows";
import { type Row, RowBuilder, rowsOf } from "../src/model/room/rows";
import type { RoomState, Sight } from "../src/model/room/state";
import type { Entry, Gap, Page } from "../src/wire";
import { entry, NOW, roomOf, snapshot, span } from "./room";

const page = (before: number, after: number | null, entries: Entry[], more: boolean): { type: "older"; page: Page; gaps: Gap[] } => ({
  type: "older", page: { before, ...(after === null ? {} : { after }), entries, more }, gaps: [],
});
const on = (room: RoomState, ...updates: Parameters<typeof reduce>[1][]): RoomState => updates.reduce((state, update) => reduce(state, update, NOW), room);
const seqs = (room: RoomState): number[] => shownEntries(room).map((e) => e.seq);
/** A room of a thousand entries, of which the newest hundred are loaded. */
const loaded = (): RoomState => roomOf(snapshot({ entries: span(901, 1000), more: true }));
/** The same after a jump to 500, with a few entries on each side. */
function away(): RoomState {
  const room = jump(loaded(), 500);
  return on(room, page(501, null, span(491, 500), true), page(901, 500, span(501, 510), true));
}

describe("older entries", () => {
  it("bring with them what is no longer kept before them", () => {
    const oldest = { ...page(901, null, span(871, 900), false), gaps: [{ after: 0, to: 870 }] };
    const room = on(loaded(), oldest);
    expect(room).toMatchObject({ gaps: [{ after: 0, to: 870 }], more: false });
    expect(seqs(room)[0]).toBe(871);
  });
});

describe("a jump", () => {
  it("to a line that is loaded asks nothing", () => {
    const room = jump(loaded(), 950);
    expect(room).toMatchObject({ goal: { to: 950, nth: 1 }, away: null, seeking: null, sheet: 0 });
    expect(requestOfJump(room)).toBeNull();
    expect(jump(room, 950).goal).toEqual({ to: 950, nth: 2 });
  });

  it("to another asks for what stands before it, then for what follows, and shows both", () => {
    let room = jump(loaded(), 500);
    expect(requestOfJump(room)).toEqual({ before: 501, after: null });
    room = asking(room, { before: 501, after: null });
    expect(requestOfJump(room)).toBeNull();
    room = on(room, page(501, null, span(491, 500), true));
    expect(seqs(room)).toEqual(span(901, 1000).map((e) => e.seq));
    expect(requestOfJump(room)).toEqual({ before: 901, after: 500 });
    room = on(room, page(901, 500, span(501, 510), true));
    expect(room).toMatchObject({ goal: { to: 500 }, seeking: null, sheet: 1, away: { moreBefore: true, stalled: false } });
    expect(seqs(room)).toEqual(span(491, 510).map((e) => e.seq));
    expect(requestOfJump(room)).toBeNull();
  });

  it("within what was jumped to goes nowhere else, and back into the live entries leaves it", () => {
    expect(jump(away(), 495)).toMatchObject({ sheet: 1, goal: { to: 495 } });
    const back = jump(away(), 950);
    expect(back).toMatchObject({ sheet: 2, away: null, goal: { to: 950 } });
  });

  it("takes the place of the one before, whose answers come to nothing", () => {
    let room = jump(jump(loaded(), 500), 300);
    room = on(room, page(501, null, span(491, 500), true));
    expect(room.seeking).toMatchObject({ seq: 300, older: null });
    expect(requestOfJump(room)).toEqual({ before: 301, after: null });
    // The page before 301 is a jump's, even if it comes twice.
    room = on(room, page(301, null, span(291, 300), true), page(301, null, span(291, 300), true), page(901, 300, span(301, 310), true));
    expect(seqs(room)).toEqual(span(291, 310).map((e) => e.seq));
    expect(on(room, page(301, null, span(291, 300), true), page(901, 300, span(301, 310), true))).toEqual(room);
  });

  it("to a line that is gone goes to the one before it; when nothing is there, it says so and stays", () => {
    const near = on(jump(loaded(), 500), page(501, null, span(491, 498), true), page(901, 500, span(505, 510), true));
    expect(near.goal?.to).toBe(498);
    const first = on(jump(loaded(), 500), page(501, null, [], false), page(901, 500, span(505, 510), true));
    expect(first.goal?.to).toBe(505);
    const gone = on(jump(loaded(), 500), page(501, null, [], false), page(901, 500, [], false));
    expect(gone.seeking?.gone).toBe(true);
    expect(requestOfJump(gone)).toBeNull();
    expect(seqs(gone)[0]).toBe(901);
  });

  it("that finds nothing stands in the way of nobody, and is told until the user goes on", () => {
    const gone = on(jump(loaded(), 500), page(501, null, [], false), page(901, 500, [], false));
    expect(requestAt(gone, "start")).toEqual({ before: 901, after: null });
    const older = on(asking(gone, { before: 901, after: null }), page(901, null, span(801, 900), true));
    expect(seqs(older)[0], "older lines load").toBe(801);
    expect(older.seeking?.gone).toBe(true);
    expect(movedOn(older).seeking).toBeNull();
    expect(overdue(older).seeking).toBeNull();
    expect(movedOn(asking(gone, { before: 901, after: null })).asked, "what was asked since goes on").not.toBeNull();
  });

  it("that nobody answers counts as gone after a while, and a late answer leads nowhere", () => {
    const waiting = asking(jump(loaded(), 500), { before: 501, after: null });
    const late = overdue(waiting);
    expect(late).toMatchObject({ seeking: { gone: true }, asked: null });
    expect(requestOfJump(late)).toBeNull();
    expect(on(late, page(501, null, span(491, 500), true), page(901, 500, span(501, 510), true))).toEqual(late);
  });

  it("without a link gives way to the hand that scrolls; with one, its answer is close", () => {
    const waiting = asking(jump(loaded(), 500), { before: 501, after: null });
    expect(movedOn(waiting)).toBe(waiting);
    const down = asking(on(waiting, { type: "status", status: { state: "reconnecting", in_ms: 5, attempt: 1, error: { code: "link_broken" } } }), { before: 501, after: null });
    expect(requestAt(down, "start")).toBeNull();
    expect(movedOn(down)).toMatchObject({ seeking: null, asked: null });
    expect(requestAt(movedOn(down), "start")).toEqual({ before: 901, after: null });
    expect(movedOn(loaded())).toMatchObject({ seeking: null });
  });

  it("close before the live entries makes one list with them", () => {
    const room = on(jump(loaded(), 890), page(891, null, span(871, 890), true), page(901, 890, span(891, 900), false));
    expect(room).toMatchObject({ away: null, more: true, sheet: 1, goal: { to: 890 } });
    expect(seqs(room)).toEqual(span(871, 1000).map((e) => e.seq));
  });

  it("is over when the log begins anew", () => {
    for (const room of [away(), jump(loaded(), 500)]) {
      const anew = on(room, snapshot({ log: "other", entries: span(1, 3) }));
      expect(anew).toMatchObject({ away: null, seeking: null, asked: null });
      expect(seqs(anew)).toEqual([1, 2, 3]);
      expect(on(anew, page(501, null, span(491, 500), true), page(901, 500, span(501, 510), true))).toEqual(anew);
    }
  });

  it("stays when the same log is told once more", () => {
    expect(seqs(on(away(), snapshot({ entries: span(950, 1050), more: true })))).toEqual(span(491, 510).map((e) => e.seq));
  });
});

describe("reading on", () => {
  it("goes older at the start and newer at the end, one question at a time", () => {
    const room = away();
    expect(requestAt(room, "start")).toEqual({ before: 491, after: null });
    expect(requestAt(room, "end")).toEqual({ before: 901, after: 510 });
    expect(requestAt(asking(room, { before: 491, after: null }), "end")).toBeNull();
    const grown = on(room, page(491, null, span(481, 490), false), page(901, 510, span(511, 520), true));
    expect(seqs(grown)).toEqual(span(481, 520).map((e) => e.seq));
    expect(requestAt(grown, "start")).toBeNull();
    expect(requestAt(loaded(), "end")).toBeNull();
  });

  it("meets the live entries, and what was shown stays where it is", () => {
    const before = rowsOf(away(), null, NOW);
    const room = on(away(), page(901, 510, span(511, 900), false));
    expect(room).toMatchObject({ away: null, more: true, sheet: 1 });
    expect(seqs(room)).toEqual(span(491, 1000).map((e) => e.seq));
    expect(rowsOf(room, null, NOW).slice(0, before.length).map((row) => row.key)).toEqual(before.map((row) => row.key));
  });

  it("meets them over a gap, but not over a hole that nobody explains", () => {
    const missing = on(away(), { type: "gap", gap: { after: 510, to: 900 } });
    expect(on(missing, page(901, 510, [], false))).toMatchObject({ away: null });
    const stalled = on(away(), page(901, 510, [], false));
    expect(stalled.away).toMatchObject({ stalled: true });
    expect(requestAt(stalled, "end")).toBeNull();
    const again = on(stalled, { type: "status", status: { state: "connected", dialect: "v1" } });
    expect(requestAt(again, "end")).toEqual({ before: 901, after: 510 });
  });

  it("goes on to where the live entries start now, when they were cut meanwhile", () => {
    const many = on(away(), { type: "entries", entries: span(1001, 6000) });
    const room = on({ ...many, ...cut(many) }, page(901, 510, span(511, 900), false));
    expect(room.away).not.toBeNull();
    expect(requestAt(room, "end")).toEqual({ before: 6000 - LIVE_KEPT + 1, after: 900 });
  });

  it("leaves live entries alone: they come in the background", () => {
    const room = on(away(), { type: "entries", entries: span(1001, 1003) });
    expect(seqs(room).at(-1)).toBe(510);
    const back = toNewest(room);
    expect(back).toMatchObject({ away: null, sheet: 2, goal: { to: "end" } });
    expect(seqs(back).at(-1)).toBe(1003);
    expect(toNewest(back)).toBe(back);
  });

  it("shows own lines at the newest end alone", () => {
    const own = { type: "post", id: "x", text: "mine", state: { state: "queued" } } as const;
    const room = on(away(), { type: "own", act: own });
    expect(rowsOf(room, null, NOW).some((row) => row.key === "x")).toBe(false);
    expect(rowsOf(toNewest(room), null, NOW).at(-1)?.key).toBe("x");
  });

  it("finds an own line that was stored although nobody said so, and shows it once", () => {
    // The host stored it, the link broke, and what is live now begins behind it.
    const own = { type: "own", act: { type: "post", id: "x", text: "mine", state: { state: "sent" } } } as const;
    const stored = page(901, null, [...span(898, 899), entry(900, "me", "mine", "x")], true);
    const room = on(loaded(), own, stored);
    expect(room.own).toEqual([]);
    expect(rowsOf(room, null, NOW).filter((row) => row.key === "x")).toMatchObject([{ text: "mine", state: "stored" }]);
    const elsewhere = on(away(), own, stored);
    expect(elsewhere.own, "even where the answer comes too late to be shown").toEqual([]);
    expect(on(away(), own, page(491, null, [entry(490, "me", "mine", "x")], true)).own).toEqual([]);
    expect(on(jump(loaded(), 500), own, page(501, null, [entry(500, "me", "mine", "x")], true)).own).toEqual([]);
  });

  it("asks again for what nobody answered once there is a link", () => {
    const asked = asking(loaded(), { before: 901, after: null });
    const down = on(asked, { type: "status", status: { state: "reconnecting", in_ms: 5, attempt: 1, error: { code: "link_broken" } } });
    expect(requestAt(down, "start")).toEqual({ before: 901, after: null });
  });
});

describe("a gap that came with an older page", () => {
  const told = (room: RoomState): object[] => rowsOf(room, null, NOW).filter((row) => row.kind === "gap");
  const gap = { type: "gap", gap: { after: 850, to: 860 } } as const;

  it("is told after the window went on from where it was", () => {
    const room = on(loaded(), gap, page(901, null, [...span(841, 850), ...span(861, 900)], true));
    const back = on(room, snapshot({ resumed: true, entries: span(1001, 1002), gaps: [{ after: 1002, to: 1005 }] }));
    expect(told(back)).toEqual([{ kind: "gap", key: "gap-850", count: 10 }, { kind: "gap", key: "gap-1002", count: 3 }]);
    const again = on(back, snapshot({ resumed: true, entries: [], gaps: [{ after: 1002, to: 1005 }] }));
    expect(again.gaps, "and each one once").toEqual(back.gaps);
  });

  it("is told at a place that was jumped to, even when the live entries start afresh", () => {
    const missing = { type: "gap", gap: { after: 500, to: 505 } } as const;
    const room = on(jump(loaded(), 500), missing, page(501, null, span(491, 500), true), page(901, 500, span(506, 510), true));
    expect(told(on(room, snapshot({ entries: span(950, 1050), more: true })))).toHaveLength(1);
  });

  it("is no gap of another log", () => {
    const other = on(on(loaded(), gap), snapshot({ log: "other", entries: [...span(841, 850), ...span(861, 870)] }));
    expect(told(other)).toEqual([]);
  });
});

describe("the live list", () => {
  it("is bounded, and what was dropped can be loaded again", () => {
    const room = on(loaded(), { type: "entries", entries: span(1001, 5500) });
    const short = cut(room);
    expect(short.entries).toHaveLength(LIVE_KEPT);
    expect(short).toMatchObject({ more: true });
    expect(requestAt(short, "start")).toEqual({ before: 5501 - LIVE_KEPT, after: null });
    expect(cut(short)).toBe(short);
    // What was asked before the cut would leave a hole.
    expect(on(short, page(901, null, span(801, 900), true))).toEqual(short);
  });
});

describe("who reads on for long", () => {
  const at = (seq: number): Sight => ({ from: seq - 10, middle: seq, to: seq + 10 });
  /** Reads on by pages at one end, from a place to another, and gives the longest list that was shown. */
  function read(room: RoomState, from: number, to: number): { room: RoomState; longest: number } {
    let longest = 0;
    for (let seq = from; seq !== to; seq += Math.sign(to - from) * 100) {
      const edge = to < from ? "start" : "end";
      const request = requestAt(room, edge)!;
      room = asking(withRoomAt(room, edge, at(edge === "start" ? seq + 20 : seq - 20)), request);
      expect(requestAt(asking(room, null), edge), "what is asked for still fits").toEqual(request);
      const { before, after } = request;
      room = on(room, page(before, after, after === null ? span(before - 100, before - 1) : span(after + 1, Math.min(after + 100, before - 1)), true));
      longest = Math.max(longest, shownEntries(room).length);
    }
    return { room, longest };
  }
  const newest = (): RoomState => roomOf(snapshot({ entries: span(99_901, 100_000), more: true }));

  it("has a list that stays short, back and on again, until it meets the newest", () => {
    const back = read(newest(), 99_901, 901);
    expect(back.longest).toBeLessThan(LIVE_KEPT * 1.5);
    expect(seqs(back.room)).toEqual(span(901, 900 + shownEntries(back.room).length).map((e) => e.seq));
    expect(back.room).toMatchObject({ sheet: 0, away: { moreBefore: true }, entries: { length: LIVE_KEPT } });
    const last = shownEntries(back.room).at(-1)!.seq;
    const on_ = read(back.room, last, last + 80_000);
    expect(on_.longest).toBeLessThan(LIVE_KEPT * 1.5);
    expect(on_.room.away).toMatchObject({ moreBefore: true });
    const rest = 100_000 - LIVE_KEPT - shownEntries(on_.room).at(-1)!.seq;
    expect(read(on_.room, 0, Math.ceil(rest / 100) * 100).room.away, "they have met").toBeNull();
  });

  it("keeps what is in sight, and some hundreds of entries around it", () => {
    const far = read(newest(), 99_901, 90_901).room;
    const long: RoomState = { ...far, away: { ...far.away!, entries: span(1, 6000) } };
    expect(withRoomAt(long, "start", at(3600))).toBe(long);
    expect(withRoomAt(long, "end", at(2400))).toBe(long);
    expect(seqs(withRoomAt(long, "start", at(50))).at(-1)).toBe(LIVE_KEPT);
    expect(seqs(withRoomAt(long, "end", at(5950)))[0]).toBe(6001 - LIVE_KEPT);
  });
});

describe("who looks back while much is said", () => {
  const busy = on(loaded(), { type: "entries", entries: span(1001, 6000) });
  const behind = leaveBehind(busy, 950);

  it("keeps what they see where it is, with somewhat more after it, and the live list is cut", () => {
    expect(behind).toMatchObject({ sheet: busy.sheet, goal: busy.goal, more: true, entries: { length: LIVE_KEPT } });
    expect(seqs(behind)).toEqual(span(901, 6000 - LIVE_KEPT).map((e) => e.seq));
    const rows = rowsOf(behind, null, NOW);
    expect(rowsOf(busy, null, NOW).slice(0, rows.length)).toEqual(rows);
    const long = cut(on(behind, { type: "entries", entries: span(6001, 20_000) }));
    expect(long.entries.length + shownEntries(long).length).toBe(LIVE_KEPT + 1100);
  });

  it("is left where they are while less than that came, and while they look at a place that they jumped to", () => {
    expect(leaveBehind(busy, 1501)).toBe(busy);
    expect(leaveBehind(busy, 1500)).not.toBe(busy);
    const jumped = on(away(), { type: "entries", entries: span(1001, 6000) });
    expect(leaveBehind(jumped, 500)).toBe(jumped);
  });

  it("reads on older and newer, over what was cut meanwhile, until the two meet", () => {
    expect(requestAt(behind, "start")).toEqual({ before: 901, after: null });
    expect(requestAt(behind, "end")).toEqual({ before: 2001, after: 2000 });
    const joined = on(behind, page(2001, 2000, [], false));
    expect(joined.away, "nothing was cut yet, so nothing is missing").toBeNull();
    expect(seqs(joined)).toEqual(seqs(busy));
    const long = cut(on(behind, { type: "entries", entries: span(6001, 7000) }));
    expect(requestAt(long, "end")).toEqual({ before: 3001, after: 2000 });
    const met = on(long, page(3001, 2000, span(2001, 3000), false));
    expect(met.away).toBeNull();
    expect(seqs(met)).toEqual(span(901, 7000).map((e) => e.seq));
  });

  it("finds the newest where the button leads", () => {
    const back = toNewest(on(behind, { type: "entries", entries: span(6001, 6003) }));
    expect(back).toMatchObject({ away: null, sheet: 1, goal: { to: "end" } });
    expect(seqs(back)).toEqual(span(6001 - LIVE_KEPT, 6003).map((e) => e.seq));
  });
});

describe("a row's place in the log", () => {
  it("is that of its entry, or of the one before it", () => {
    const own = { type: "own", act: { type: "post", id: "x", text: "mine", state: { state: "queued" } } } as const;
    const rows = rowsOf(on(loaded(), own), 950, NOW);
    expect(rows.map((row) => row.kind).slice(0, 2)).toEqual(["day", "line"]);
    const divider = rows.findIndex((row) => row.kind === "new");
    expect([0, 1, divider, divider + 1, rows.length - 1, Infinity].map((at) => placeOfRow(rows, at))).toEqual([0, 901, 950, 951, 1000, 1000]);
    const anew = rowsOf(on(loaded(), snapshot({ log: "other", entries: span(1, 3) })), null, NOW);
    expect([50, anew.length - 1].map((at) => placeOfRow(anew, at)), "another log has other places").toEqual([0, 3]);
  });
});

describe("rows that grow", () => {
  it("are the same as rows made anew, whatever happens", () => {
    const made = new RowBuilder();
    let room = loaded();
    const same = (divider: number | null = null): Row[] => {
      const rows = made.rows(room, divider, NOW);
      expect(rows).toEqual(rowsOf(room, divider, NOW));
      return rows;
    };
    same();
    for (const update of [
      { type: "entries", entries: span(1001, 1002) },
      { type: "own", act: { type: "post", id: "a", text: "mine", state: { state: "queued" } } },
      { type: "entries", entries: [entry(1003, "wei", "between")] },
      { type: "gap", gap: { after: 1003, to: 1010 } },
      { type: "entries", entries: [{ ...entry(1011, "me", "mine", "a"), prev: 1010 }] },
      page(901, null, span(801, 900), true),
      { type: "entries", entries: span(1012, 1013) },
      { type: "status", status: { state: "connected", dialect: "classic" } },
    ] as Parameters<typeof reduce>[1][]) {
      room = on(room, update);
      same();
      same(1000);
      same();
    }
    room = jump(room, 500);
    room = on(room, page(501, null, span(491, 500), true), page(801, 500, span(501, 510), true));
    same();
    room = on(room, page(801, 510, span(511, 800), false));
    expect(rowOfEntry(same(), 500)).toBeGreaterThan(0);
    room = on(room, snapshot({ log: "other", entries: span(1, 3) }));
    same();
  });
});
