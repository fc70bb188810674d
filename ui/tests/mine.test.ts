// Whose a line is, and which of two lines under one id.
import { describe, expect, it } from "vitest";
import { UNREAD, unread } from "../src/model/room/reading";
import { reduce } from "../src/model/room/reduce";
import { rowOfEntry } from "../src/model/room/list-rows";
import { type LineRow, rowsOf } from "../src/model/room/rows";
import type { RoomState } from "../src/model/room/state";
import { entry, NOW, roomOf, snapshot } from "./room";

const own = { type: "own", act: { type: "post", id: "x", text: "mine", state: { state: "queued" } } } as const;
const lines = (room: RoomState): LineRow[] => rowsOf(room, null, NOW).filter((row) => row.kind === "line");

describe("a line under an id that its author saw in a line of mine", () => {
  const room = roomOf(snapshot(), own, { type: "entries", entries: [entry(1, "me", "mine", "x"), entry(2, "eve", "also mine?", "x")] });

  it("is theirs, and counts as unread", () => {
    expect(lines(room).map((row) => [row.text, row.mine])).toEqual([["mine", true], ["also mine?", false]]);
    expect(unread(room, UNREAD)).toBe(1);
  });

  it("has a key of its own, and mine keeps its", () => {
    expect(lines(room).map((row) => row.key)).toEqual(["x", "2"]);
    const rows = rowsOf(room, null, NOW);
    expect([1, 2].map((seq) => rows[rowOfEntry(rows, seq)])).toMatchObject([{ text: "mine" }, { text: "also mine?" }]);
  });

  it("is told apart from those of others, too", () => {
    const others = roomOf(snapshot({ entries: [entry(1, "li", "a", "y"), entry(2, "eve", "b", "y")] }));
    expect(new Set(lines(others).map((row) => row.key)).size).toBe(2);
  });
});

describe("an own act that is no line", () => {
  it("is not shown while it waits", () => {
    const rename = { type: "rename", id: "y", nickname: "me too", state: { state: "sent" } } as const;
    const before = roomOf(snapshot({ own: [rename] }), own);
    expect([before.own.map(({ id }) => id), [...before.mine]]).toEqual([["x"], ["x"]]);
    expect(reduce(before, { type: "own", act: rename }, NOW)).toBe(before);
  });
});

describe("an own line", () => {
  it("goes on what one has just said", () => {
    const room = roomOf(snapshot({ entries: [entry(1, "me", "早")] }), own);
    expect([2000, 600_000].map((ms) => rowsOf(room, null, NOW + ms).flatMap((row) => (row.kind === "line" ? [row.head] : [])))).toEqual([[true, false], [true, true]]);
  });

  it("stays one when the room began anew and gave the user another id", () => {
    const before = roomOf(snapshot(), own, { type: "entries", entries: [entry(1, "me", "mine", "x")] });
    const anew = reduce(before, snapshot({ log: "other", you: { member: "m-new", nickname: "me" }, entries: [entry(1, "new", "again")] }), NOW);
    expect(lines(anew).map((row) => row.mine)).toEqual([true, true]);
  });
});
