// Comings and goings between two lines of talk are one row, the same by whatever way the entries came.
import { afterEach, describe, expect, it } from "vitest";
import { announced } from "../src/model/room/announcement";
import { CROWD, Gatherer } from "../src/model/room/gathered";
import { type GatheredRow, heldByEnd, type ListRow, newestOwn, placeOfRow, rowOfEntry } from "../src/model/room/list-rows";
import { readOn, UNREAD, unread } from "../src/model/room/reading";
import { reduce } from "../src/model/room/reduce";
import { RowBuilder, type SystemRow } from "../src/model/room/rows";
import type { RoomState } from "../src/model/room/state";
import { m } from "../src/paraglide/messages.js";
import { overwriteGetLocale } from "../src/paraglide/runtime";
import { gatheredWords } from "../src/view/words/names";
import { type Entry, type JoinsShown, LIMITS_V1 } from "../src/wire";
import { NOW, roomOf, snapshot } from "./room";

afterEach(() => overwriteGetLocale(() => "en"));

const MINUTE = 60_000;

type What = { kind: "joined" } | { kind: "left" } | { kind: "renamed"; old: string } | { kind: "message"; text: string };

/** A log of what was said and done, each a minute after the other where it says no more. */
class Log {
  readonly entries: Entry[] = [];
  #at = NOW;

  /** `who` is a nickname, or `member=nickname`. */
  add(who: string, what: What, minutes = 1): this {
    const [member, nickname = member] = who.split("=") as [string, string?];
    const prev = this.entries.at(-1)?.seq ?? 0;
    this.#at += minutes * MINUTE;
    this.entries.push({ seq: prev + 1, prev, at: new Date(this.#at).toISOString(), from: { member: `m-${member}`, nickname }, ...what });
    return this;
  }
  joined = (who: string, minutes = 1): this => this.add(who, { kind: "joined" }, minutes);
  left = (who: string, minutes = 1): this => this.add(who, { kind: "left" }, minutes);
  renamed = (who: string, old: string): this => this.add(who, { kind: "renamed", old });
  says = (who: string, text = "…", minutes = 1): this => this.add(who, { kind: "message", text }, minutes);

  room(change: object = {}): RoomState {
    return roomOf(snapshot({ entries: this.entries, online: 5, ...change }));
  }
}

function shown(room: RoomState, divider: number | null = null, gatherer = new Gatherer()): readonly ListRow[] {
  return gatherer.rows(new RowBuilder().rows(room, divider, NOW), room.joins, room.online);
}

/** What a reader sees, days aside. */
function seen(rows: readonly ListRow[]): string[] {
  return rows.flatMap((row) => {
    if (row.kind === "gathered") return [gatheredWords(row).map((piece) => piece.text).join("")];
    if (row.kind === "system") return [`${row.event} ${row.nickname}`];
    return row.kind === "line" ? [row.text] : row.kind === "day" ? [] : [row.kind];
  });
}

describe("what happened between two lines of talk", () => {
  it("is one row, in one sentence of each language", () => {
    const log = new Log().says("li", "early").joined("林晓").joined("Wei").left("老王").says("li", "late");
    overwriteGetLocale(() => "zh-CN");
    expect(seen(shown(log.room()))).toEqual(["early", "林晓、Wei 进来了，老王离开了", "late"]);
    overwriteGetLocale(() => "en");
    expect(seen(shown(log.room()))).toEqual(["early", "林晓 and Wei joined, 老王 left", "late"]);
    const row = shown(log.room()).find((one) => one.kind === "gathered") as GatheredRow;
    expect(row.events.map((event) => [event.event, event.nickname])).toEqual([["joined", "林晓"], ["joined", "Wei"], ["left", "老王"]]);
  });

  it("names three people, and of more says how many they are", () => {
    overwriteGetLocale(() => "zh-CN");
    const log = new Log();
    for (let i = 1; i <= 12; i++) log.joined(`客${i}`);
    expect(seen(shown(log.room()))).toEqual(["客1、客2、客3 等 12 人进来了"]);
    const four = new Log().left("a").left("b").left("c").left("d");
    expect(seen(shown(four.room()))).toEqual(["a、b、c 等 4 人离开了"]);
  });

  it("has a space between Chinese words and a name of other letters", () => {
    overwriteGetLocale(() => "zh-CN");
    const last = (name: string) => seen(shown(new Log().joined("甲").joined(name).room()))[0];
    expect(["明Wei", "Wei明", "7", "★", "Оля", "𠮷", "甲 2"].map(last)).toEqual(
      ["甲、明Wei 进来了", "甲、Wei明进来了", "甲、7 进来了", "甲、★进来了", "甲、Оля 进来了", "甲、𠮷进来了", "甲、甲 2 进来了"]);
  });

  it("has none behind a comma", () => {
    overwriteGetLocale(() => "zh-CN");
    expect(seen(shown(new Log().joined("甲").left("Wei").room()))).toEqual(["甲进来了，Wei 离开了"]);
  });

  it("tells three new nicknames, and of more how many there are", () => {
    const log = new Log();
    for (let i = 1; i <= 4; i++) {
      log.renamed(`p${i}=新${i}`, `旧${i}`);
      if (i === 3) expect(seen(shown(log.room()))).toEqual(["旧1 is now 新1, 旧2 is now 新2, 旧3 is now 新3"]);
    }
    expect(seen(shown(log.room()))).toEqual([m.gathered_renamed_many({ count: 4 })]);
  });

  it("says once what became of each, by the last nickname", () => {
    const log = new Log()
      .joined("a").left("a").joined("b=b1").renamed("b=b2", "b1").renamed("c=c2", "c1").renamed("c=c3", "c2")
      .left("d").joined("d", 11).left("e").renamed("f=f2", "f1").renamed("f=f1", "f2");
    expect(seen(shown(log.room()))).toEqual(["b2 joined, d left and came back, a joined and left again, e left, c1 is now c3"]);
  });

  it("ends at a line of talk, a day, and the divider, which stands before the first line that is new", () => {
    const log = new Log().says("li", "old").joined("a").joined("b").says("li", "new").left("a").left("b").says("li", "newest");
    expect(seen(shown(log.room(), 1))).toEqual(["old", "a and b joined", "new", "new", "a and b left", "newest"]);
    const days = new Log().joined("a").joined("b").joined("c", 24 * 60).joined("d");
    expect(shown(days.room()).map((row) => row.kind)).toEqual(["day", "gathered", "day", "gathered"]);
  });

  it("is never unread", () => {
    const before = new Log().says("li", "old");
    const after = new Log().says("li", "old").joined("a").left("b").renamed("c", "d");
    const reading = readOn(readOn(UNREAD, before.room(), true), after.room(), false);
    expect([unread(after.room(), reading), reading.divider]).toEqual([0, null]);
  });

  it("does not tell of who was soon back with nothing said between", () => {
    for (const minutes of [1, 10]) {
      expect(seen(shown(new Log().says("li", "x").left("a").joined("a", minutes).says("li", "y").room()))).toEqual(["x", "y"]);
    }
    expect(seen(shown(new Log().left("a").joined("a", 11).room()))).toEqual(["a left and came back"]);
    expect(seen(shown(new Log().left("a").says("li", "x").joined("a").room()))).toEqual(["left a", "x", "joined a"]);
    expect(seen(shown(new Log().joined("a").left("a").joined("a").room())), "they did come").toEqual(["joined a"]);
    expect(seen(shown(new Log().left("a").left("b").joined("a").joined("c").room()))).toEqual(["c joined, b left"]);
    expect(seen(shown(new Log().left("a=old").joined("a=new").room())), "as somebody else to see").toEqual(["new left and came back"]);
    expect(seen(shown(new Log().left("one=a").joined("other=a").room())), "who is somebody else").toEqual(["a joined, a left"]);
    expect(seen(shown(new Log().left("a").joined("a").joined("a").room())), "one leave has one return").toEqual(["joined a"]);
    // Nothing of that day is left.
    expect(shown(new Log().left("a").joined("a").room())).toEqual([]);
  });

  it("is told by the list of people alone where many are", () => {
    const log = new Log().says("li", "x").joined("a").left("b").says("li", "y");
    expect(seen(shown(log.room({ online: CROWD })))).toEqual(["x", "a joined, b left", "y"]);
    expect(seen(shown(log.room({ online: CROWD + 1 })))).toEqual(["x", "y"]);
  });

  it("stays as it is when the room fills, or empties", () => {
    const log = new Log().says("li", "x").joined("a").joined("b");
    for (const [first, then] of [[CROWD, CROWD + 1], [CROWD + 1, CROWD]] as const) {
      const gatherer = new Gatherer();
      const before = seen(shown(log.room({ online: first }), null, gatherer));
      expect(seen(shown(log.room({ online: then }), null, gatherer))).toEqual(before);
    }
    // Before the room has told how many there are, nothing is decided.
    const gatherer = new Gatherer();
    shown(log.room({ online: 0 }), null, gatherer);
    expect(seen(shown(log.room({ online: CROWD + 1 }), null, gatherer))).toEqual(["x"]);
  });

  it("is shown as the user chose", () => {
    const entries = new Log().says("li", "x").joined("a").left("a", 1).joined("a").says("li", "y");
    const as = (joins: JoinsShown) => seen(shown(entries.room({ joins })));
    expect(as("all")).toEqual(["x", "joined a", "left a", "joined a", "y"]);
    expect(as("gathered")).toEqual(["x", "joined a", "y"]);
    expect(as("none")).toEqual(["x", "y"]);
    expect(shown(new Log().joined("a").room({ joins: "none" }))).toEqual([]);
    const welcomed = (joins?: JoinsShown) =>
      reduce(entries.room({ joins: "all" }), { type: "welcomed", name: "a", you: null, log: "log", limits: LIMITS_V1, ...(joins && { joins }) }, NOW).joins;
    expect([welcomed("none"), welcomed()], "for the log that answers").toEqual(["none", "gathered"]);
  });

  it("does not part what one person says when nothing of it is shown", () => {
    const heads = (log: Log, change: object = {}) => shown(log.room(change)).flatMap((row) => (row.kind === "line" ? [row.head] : []));
    const log = new Log().says("li", "x").joined("a").says("li", "y").left("b").says("wei", "z").joined("c").says("wei", "w", 6);
    expect(heads(log)).toEqual([true, true, true, true]);
    expect(heads(log, { joins: "none" })).toEqual([true, false, true, true]);
    expect(heads(new Log().says("li", "x").left("a").joined("a").says("li", "y"))).toEqual([true, false]);
    expect([4, 5].map((minutes) => heads(new Log().says("li", "x").says("li", "y", minutes)))).toEqual([[true, false], [true, true]]);
    // Under another nickname it is told again who speaks.
    const renamed = new Log().says("li=李", "x").renamed("li=李四", "李").says("li=李四", "y");
    expect(heads(renamed, { joins: "none" })).toEqual([true, true]);
  });

  it("is the same row while nothing of it changes", () => {
    const log = new Log().says("li", "x").joined("a").joined("b");
    const gatherer = new Gatherer();
    const row = (online: number) => shown(log.room({ online }), null, gatherer).find((one) => one.kind === "gathered");
    const before = row(5);
    expect([before?.events.length, row(6) === before]).toEqual([2, true]);
    log.left("c");
    expect(row(6)?.events.length).toBe(3);
  });

  it("is found by the place of each of its events", () => {
    const rows = shown(new Log().says("li", "x").joined("a").joined("b").left("c").says("li", "y").room());
    const kinds = [1, 2, 3, 4, 5].map((seq) => rows[rowOfEntry(rows, seq)]?.kind);
    expect(kinds).toEqual(["line", "gathered", "gathered", "gathered", "line"]);
    const gathered = rows.findIndex((row) => row.kind === "gathered");
    expect([gathered, gathered - 1, 99].map((index) => placeOfRow(rows, index)), "all of it is in sight").toEqual([4, 1, 5]);
  });
});

describe("a list", () => {
  const line = (key: string): ListRow => ({ ...shown(new Log().says("li").room()).find((row) => row.kind === "line")!, key });
  const NEW: ListRow = { kind: "new", key: "new" };
  const [a, b, c, d] = ["a", "b", "c", "d"].map(line) as [ListRow, ListRow, ListRow, ListRow];

  it("keeps its place from the end when something came before the rest or is gone from there, and not when the divider came between", () => {
    expect([heldByEnd([c, d], [a, b, c, d]), heldByEnd([c, d], [a, b, NEW, c, d]), heldByEnd([c, NEW, d], [b, c, NEW, d]), heldByEnd([c, d], [b, c, d])]).toEqual([true, true, true, true]);
    expect([heldByEnd([NEW, a, b, c, d], [NEW, b, c, d]), heldByEnd([a, b, c, NEW, d], [a, b, c, d]), heldByEnd([a, b, c, d], [a, b, c])], "what was before the rest is gone").toEqual([true, false, false]);
    expect([heldByEnd([c, d], [c, NEW, d]), heldByEnd([c, d], [c, d]), heldByEnd([c], [c, d]), heldByEnd([], [a])]).toEqual([false, false, false, false]);
  });

  it("has a newest line of the user's own once it is stored", () => {
    const own = { type: "post" as const, id: "a", text: "等着", state: { state: "queued" as const } };
    const log = new Log().says("me", "早").says("li", "早");
    expect([newestOwn(shown(log.room({ own: [own] }))), newestOwn(shown(new Log().says("li").room({ own: [own] })))]).toEqual(["1", null]);
  });
});

describe("those who listen", () => {
  it("hear of who comes and goes how many they are, and no names", () => {
    const log = new Log().joined("a").joined("b").left("c").says("li", "x").joined("d").left("d").joined("me");
    const { lines, joined, left } = announced(log.room(), log.entries);
    expect([lines.map((line) => line.text), joined, left]).toEqual([["x"], 2, 1]);
  });

  it("hear the newest five lines where many came at once", () => {
    const log = new Log();
    for (let i = 1; i <= 7; i++) log.says("li", `${i}`);
    expect(announced(log.room(), log.entries).lines.map((line) => line.text)).toEqual(["3", "4", "5", "6", "7"]);
  });

  it("hear nothing of it where many are, or where the user wants to see nothing of it", () => {
    const log = new Log().joined("a");
    expect(announced(log.room({ online: CROWD }), log.entries).joined).toBe(1);
    expect(announced(log.room({ online: CROWD + 1 }), log.entries).joined).toBe(0);
    expect(announced(log.room({ joins: "none" }), log.entries).joined).toBe(0);
  });
});

/** Numbers that are the same each time (mulberry32). */
function dice(seed: number): (sides: number) => number {
  return (sides) => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * sides);
  };
}

describe("by whatever way the entries came", () => {
  function anyLog(roll: (sides: number) => number): Entry[] {
    const log = new Log();
    for (let i = 0; i < 120; i++) {
      const who = `p${roll(5)}`;
      const minutes = [0, 1, 4, 8, 300][roll(5)]!;
      const what = roll(7);
      if (what === 0) log.says(who, `line ${i}`, minutes);
      else if (what === 1) log.add(`${who}=${who}${roll(2)}`, { kind: "renamed", old: who }, minutes);
      else if (what < 5) log.joined(who, minutes);
      else log.left(who, minutes);
    }
    return log.entries;
  }

  it("the rows are the same, and none loses its key but into a neighbour", () => {
    for (let seed = 1; seed <= 60; seed++) {
      const roll = dice(seed);
      const entries = anyLog(roll);
      let first = 20 + roll(80), last = first + 1;
      let room = roomOf(snapshot({ entries: entries.slice(first, last), more: true, online: 5 }));
      const builder = new RowBuilder(), gatherer = new Gatherer();
      const rows = (): readonly ListRow[] => gatherer.rows(builder.rows(room, null, NOW), room.joins, room.online);
      let before = rows();
      while (first > 0 || last < entries.length) {
        const backwards = first > 0 && (last === entries.length || roll(2) === 0);
        if (backwards) {
          const from = Math.max(0, first - 1 - roll(25));
          const page = { before: entries[first]!.seq, entries: entries.slice(from, first), more: from > 0 };
          room = reduce(room, { type: "older", page, gaps: [] }, NOW);
          first = from;
        } else {
          const to = Math.min(entries.length, last + 1 + roll(4));
          room = reduce(room, { type: "entries", entries: entries.slice(last, to) }, NOW);
          last = to;
        }
        const after = rows();
        expect(new Set(after.map((row) => row.key)).size, `seed ${seed}`).toBe(after.length);
        const keyOfEvent = new Map(after.flatMap((row) => eventsOf(row).map((event) => [event.seq, row.key])));
        const there = new Set(after.map((row) => row.key));
        for (const row of before) {
          // A row stays under its key, unless those in it are told in the row of a neighbour that was there, too, or no more.
          const now = new Set(eventsOf(row).map((event) => keyOfEvent.get(event.seq)).filter((key) => key !== undefined));
          if (row.kind === "day" || there.has(row.key)) continue;
          expect([...now].every((key) => before.some((other) => other.key === key)), `seed ${seed}: ${row.key}`).toBe(true);
        }
        if (!backwards && after.length > before.length && after.at(-1)!.key !== before.at(-1)!.key) expect(heldByEnd(before, after)).toBe(false);
        before = after;
      }
      const whole = roomOf(snapshot({ entries, online: 5 }));
      expect(before.map(withoutKey), `seed ${seed}`).toEqual(shown(whole).map(withoutKey));
    }
  });

  function eventsOf(row: ListRow): readonly SystemRow[] {
    return row.kind === "gathered" ? row.events : row.kind === "system" ? [row] : [];
  }

  function withoutKey(row: ListRow): object {
    return row.kind === "system" || row.kind === "gathered" ? { ...row, key: "" } : row;
  }
});
