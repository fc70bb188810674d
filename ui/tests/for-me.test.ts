// What is meant for the user: one rule for what stands out in the list, what is counted, and what is led to.
import { describe, expect, it } from "vitest";
import { isForMe, nextForMe } from "../src/model/room/for-me";
import { addressOf, notesOf } from "../src/model/room/line-notes";
import { answeredElsewhere, lookedAt, type Reading, readOn, readUpTo, UNREAD, unread, unseen } from "../src/model/room/reading";
import { reduce } from "../src/model/room/reduce";
import type { RoomState } from "../src/model/room/state";
import { names, namesAll } from "../src/model/text/mentions";
import type { Entry, Mentions } from "../src/wire";
import { entry, NOW, roomOf, snapshot } from "./room";

const ME: Mentions = { members: [{ member: "m-me", nickname: "me" }] };
const LI: Mentions = { members: [{ member: "m-li", nickname: "li" }] };
const ALL: Mentions = { members: [], everyone: true };

/** An entry about a line. */
function about(seq: number, from: string, body: object): Entry {
  const { prev, at, from: author } = entry(seq, from, "");
  return { seq, prev, at, from: author, ...body } as Entry;
}
const addressed = (seq: number, from: string, line: number, body: object): Entry => about(seq, from, { kind: "addressed", about: line, ...body });
const edited = (seq: number, from: string, line: number, mentions?: Mentions): Entry => about(seq, from, { kind: "edited", about: line, text: "anders", ...(mentions ? { mentions } : {}) });
const of = (...entries: Entry[]): RoomState => roomOf(snapshot({ entries }));
const waiting = (room: RoomState, reading: Reading = readUpTo("log", 0)): readonly number[] => unseen(room, reading);

describe("a line for the user", () => {
  it.each<[string, Entry[], number[]]>([
    ["names nobody", [entry(1, "li", "hallo")], []],
    ["has the name in it and no mention", [entry(1, "li", "@me")], []],
    ["names them", [entry(1, "li", "@me"), addressed(2, "li", 1, { mentions: ME })], [1]],
    ["names another", [entry(1, "li", "@li"), addressed(2, "li", 1, { mentions: LI })], []],
    ["names all", [entry(1, "li", "@everyone"), addressed(2, "li", 1, { mentions: ALL })], [1]],
    ["is their own, and names all", [entry(1, "me", "@everyone"), addressed(2, "me", 1, { mentions: ALL })], []],
    ["answers theirs", [entry(1, "me", "a"), entry(2, "li", "b"), addressed(3, "li", 2, { reply: 1 })], [2]],
    ["answers another's", [entry(1, "wei", "a"), entry(2, "li", "b"), addressed(3, "li", 2, { reply: 1 })], []],
    ["is their answer to themselves", [entry(1, "me", "a"), entry(2, "me", "b"), addressed(3, "me", 2, { reply: 1 })], []],
    ["answers a line that nobody has", [entry(5, "li", "b"), addressed(6, "li", 5, { reply: 1 })], []],
    ["names them since it was changed", [entry(1, "li", "a"), edited(2, "li", 1, ME)], [1]],
    ["named them in between", [entry(1, "li", "a"), edited(2, "li", 1, ME), edited(3, "li", 1)], []],
    ["names them no longer", [entry(1, "li", "@me"), addressed(2, "li", 1, { mentions: ME }), edited(3, "li", 1)], []],
    ["names another since it was changed", [entry(1, "li", "@me"), addressed(2, "li", 1, { mentions: ME }), edited(3, "li", 1, LI)], []],
    ["answers theirs, and was changed", [entry(1, "me", "a"), entry(2, "li", "b"), addressed(3, "li", 2, { reply: 1 }), edited(4, "li", 2)], [2]],
    ["was taken back", [entry(1, "li", "@me"), addressed(2, "li", 1, { mentions: ME }), about(3, "li", { kind: "removed", about: 1 })], []],
    ["was changed and taken back", [entry(1, "li", "a"), edited(2, "li", 1, ME), about(3, "li", { kind: "removed", about: 1 })], []],
    ["several", [entry(1, "li", "@me"), addressed(2, "li", 1, { mentions: ME }), entry(3, "me", "x"), entry(4, "wei", "y"), addressed(5, "wei", 4, { reply: 3, mentions: ALL })], [1, 4]],
  ])("%s", (_, entries, lines) => {
    const room = of(...entries);
    expect(waiting(room)).toEqual(lines);
    const marked = room.entries.filter((one) => one.kind === "message" && isForMe(room, { mine: one.from.member === "m-me", text: one.text }, notesOf(room.about.get(one.seq), one.text, one.at)));
    expect(marked.map(({ seq }) => seq), "the list marks the same").toEqual(lines);
  });

  it("is read off its notes in one way", () => {
    for (const list of [[], [addressed(2, "li", 1, { mentions: ME, reply: 9 })], [edited(2, "li", 1, LI), addressed(3, "li", 1, { reply: 4 })], [addressed(2, "li", 1, { mentions: ME }), edited(3, "li", 1, ALL)]]) {
      const room = of(entry(1, "li", "a"), ...list);
      const { reply, mentions } = notesOf(room.about.get(1), "a", "");
      expect(addressOf(room.about.get(1))).toEqual({ reply, mentions });
    }
  });

  it("is known to be one once the line that it answers is", () => {
    const room = of(entry(5, "li", "b"), addressed(6, "li", 5, { reply: 1 }), entry(7, "li", "c"), addressed(8, "li", 7, { reply: 5 }));
    expect([waiting(room), answeredElsewhere(room, readUpTo("log", 0)), answeredElsewhere(room, readUpTo("log", 6))]).toEqual([[], [1], []]);
    const lines = (entries: Entry[]): RoomState => reduce(room, { type: "lines", lines: { lines: [1], entries } }, NOW);
    expect([waiting(lines([entry(1, "me", "a")])), waiting(lines([entry(1, "wei", "a")])), waiting(lines([]))]).toEqual([[5], [], []]);
    expect(answeredElsewhere(lines([]), readUpTo("log", 0)), "one that is gone is not asked for again").toEqual([]);
  });

  it("stays one for whoever was somebody else here before", () => {
    const room = reduce(of(entry(1, "li", "@me"), addressed(2, "li", 1, { mentions: ME })), snapshot({ you: { member: "m-new", nickname: "me" }, resumed: true }), NOW);
    expect(waiting(room)).toEqual([1]);
  });

  it("is known by the words alone on a classic server", () => {
    const room = roomOf(snapshot({ status: { state: "connected", dialect: "classic" }, you: { member: "m-x", nickname: "阿明" }, log: null, entries: [
      entry(1, "li", "大家好"), entry(2, "li", "请@阿明看一下"), entry(3, "li", "a@阿明.example"), entry(4, "li", "@小李"),
    ] }));
    expect(waiting(room, UNREAD)).toEqual([2]);
  });
});

describe("a name in words", () => {
  it.each<[string, string, boolean]>([
    ["@Wei", "Wei", true], ["@Wei 你好", "Wei", true], ["请@Wei看", "Wei", true], ["@Weiwei", "Wei", false], ["@Weiwei @Wei", "Wei", true],
    ["@Wei2", "Wei", false], ["@wei", "Wei", false], ["mail@Wei.org", "Wei", false], ["1@Wei", "Wei", false], ["（@Wei）", "Wei", true],
    ["@阿明你好", "阿明", true], ["找@阿明", "阿明", true], ["阿明", "阿明", false], ["@阿 明", "阿明", false], ["@阿明abc", "阿明", true], ["\n@Wei,", "Wei", true],
    ["@Ян", "Ян", true], ["@Янка", "Ян", false], ["@", "Wei", false], ["", "Wei", false],
  ])("%s for %s: %s", (text, nickname, is) => {
    expect(names(text, nickname)).toBe(is);
  });

  it.each([["@所有人 明天见", true], ["请@所有人", true], ["@everyone", true], ["所有人", false], ["@所有", false], ["@ everyone", false]])("of all: %s %s", (text, is) => {
    expect(namesAll(text)).toBe(is);
  });
});

describe("what waits to be seen", () => {
  const room = of(
    ...[1, 2, 3].map((seq) => entry(seq, "wei", "x")), entry(4, "li", "@me"), addressed(5, "li", 4, { mentions: ME }), entry(6, "wei", "x"),
    entry(7, "li", "@me"), addressed(8, "li", 7, { mentions: ME }), ...[9, 10, 11].map((seq) => entry(seq, "wei", "x")),
  );
  const sight = (from: number, to: number) => ({ from, to, middle: from });

  it("was not read, and goes one by one as it comes into sight", () => {
    const before = readOn(readUpTo("log", 3), room, false);
    expect([unseen(room, before), unread(room, before)]).toEqual([[4, 7], 6]);
    const first = lookedAt(before, room, sight(1, 6), false);
    expect([unseen(room, first), first.read, first.divider]).toEqual([[7], 3, 3]);
    expect(lookedAt(first, room, sight(1, 6), false), "nothing new in sight").toBe(first);
    const second = lookedAt(first, room, sight(6, 9), false);
    expect([unseen(room, second), unread(room, second)]).toEqual([[], 6]);
    expect(lookedAt(second, room, sight(9, 11), true)).toMatchObject({ read: 11, since: 11 });
  });

  it("stays for whoever goes to the newest line over it, and is nothing unread then", () => {
    const end = lookedAt(readUpTo("log", 3), room, sight(7, 11), true);
    expect([unseen(room, end), unread(room, end)]).toEqual([[4], 0]);
    const back = lookedAt(end, room, sight(3, 6), false);
    expect(unseen(room, back)).toEqual([]);
    const more = reduce(room, { type: "entries", entries: [entry(12, "li", "@me"), addressed(13, "li", 12, { mentions: ME })] }, NOW);
    expect([unseen(more, readOn(back, more, false)), unseen(more, readOn(back, more, true))]).toEqual([[12], []]);
  });

  it("is nothing of what was said before the user was ever here", () => {
    expect(unseen(room, lookedAt(readUpTo("log", 0), room, sight(9, 11), true))).toEqual([]);
    expect(unseen(room, readOn(readUpTo("log", 0), room, true))).toEqual([]);
  });

  it("is a line far above, too, that names the user in its new words", () => {
    const read = readOn(readUpTo("log", 0), room, true);
    const after = reduce(room, { type: "entries", entries: [edited(12, "wei", 2, ME)] }, NOW);
    for (const isAtEnd of [true, false]) {
      const reading = readOn(read, after, isAtEnd);
      expect([unseen(after, reading), unread(after, reading)]).toEqual([[2], 0]);
      expect(unseen(after, lookedAt(reading, after, sight(1, 3), false))).toEqual([]);
    }
    const named = reduce(room, { type: "entries", entries: [edited(12, "li", 4, ME)] }, NOW);
    expect(unseen(named, readOn(read, named, false)), "one that did before is no news").toEqual([]);
  });

  it("is nothing of another log", () => {
    const other = roomOf(snapshot({ log: "other", entries: [entry(1, "li", "@me"), addressed(2, "li", 1, { mentions: ME })] }));
    expect(unseen(other, readUpTo("log", 11))).toEqual([1]);
  });

  it("is led to in the order in which it was said: on from what is in sight, and then from the start", () => {
    expect([nextForMe([], 5), nextForMe([4, 7], 3), nextForMe([4, 7], 5), nextForMe([4, 7], 9), nextForMe([4, 7], 0)]).toEqual([null, 4, 7, 4, 4]);
  });

  it("is what a plain account of it says, whatever comes and wherever one looks", () => {
    let seed = 7;
    const random = (below: number): number => ((seed = (seed * 1103515245 + 12345) % 2147483648) >> 8) % below;
    for (let round = 0; round < 60; round++) {
      let now = of(entry(1, "me", "first"));
      let reading = readUpTo("log", 1);
      let atEnd = false;
      const account = new Set<number>();
      for (let step = 0; step < 60; step++) {
        const last = now.entries.at(-1)!.seq;
        const kind = random(6);
        if (kind < 3) {
          const forMe = [undefined, { mentions: ME }, { mentions: LI }, { reply: 1 }, { mentions: ALL }][random(5)];
          const line = entry(last + 1, "li", "x");
          now = reduce(now, { type: "entries", entries: forMe ? [line, addressed(last + 2, "li", last + 1, forMe)] : [line] }, NOW);
          if (forMe && forMe.mentions !== LI && !atEnd) account.add(last + 1);
          reading = readOn(reading, now, atEnd);
        } else {
          const from = 1 + random(last);
          atEnd = kind === 3;
          const to = atEnd ? last : Math.min(last, from + random(12));
          for (const seq of [...account]) if (seq >= from && seq <= to) account.delete(seq);
          reading = lookedAt(reading, now, sight(from, to), atEnd);
        }
        expect(unseen(now, reading), `round ${round}, step ${step}`).toEqual([...account].sort((a, b) => a - b));
      }
    }
  });
});
