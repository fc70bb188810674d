import { describe, expect, it } from "vitest";
import { dividerDone, readOn, readUpTo, UNREAD, unread } from "../src/model/room/reading";
import { rowsOf } from "../src/model/room/rows";
import { entry, NOW, roomOf, snapshot } from "./room";

const three = roomOf(snapshot({ entries: [entry(1, "li", "a"), entry(2, "me", "b"), entry(3, "li", "c")] }));
const five = roomOf(snapshot({ entries: [entry(1, "li", "a"), entry(2, "me", "b"), entry(3, "li", "c"), entry(4, "li", "d"), entry(5, "li", "e")] }));

describe("what is unread", () => {
  it("counts the lines of others after what was seen", () => {
    expect(unread(three, UNREAD)).toBe(2);
    const seen = readOn(UNREAD, three, true);
    expect(unread(three, seen)).toBe(0);
    expect(unread(five, seen)).toBe(2);
  });

  it("starts again with another log", () => {
    const seen = readOn(UNREAD, five, true);
    const other = roomOf(snapshot({ log: "other", entries: [entry(1, "li", "neu")] }));
    expect(unread(other, seen)).toBe(1);
  });
});

describe("the divider", () => {
  it("stands before the first line that came unseen, and stays while it is read", () => {
    const away = readOn(readOn(UNREAD, three, true), five, false);
    expect(away.divider).toBe(3);
    const back = readOn(away, five, true);
    expect(back).toMatchObject({ log: "log", read: 5, divider: 3 });
    const rows = rowsOf(five, back.divider, NOW);
    const at = rows.findIndex((row) => row.kind === "new");
    expect(rows[at + 1]).toMatchObject({ kind: "line", text: "d", head: true });
    expect(rows.filter((row) => row.kind === "new")).toHaveLength(1);
  });

  it("does not stand before all that was ever seen of a room", () => {
    expect(readOn(UNREAD, three, false).divider).toBeNull();
  });

  it("moves on once what it divided is old, and goes when the user writes", () => {
    const old = readUpTo("log", 3, 1);
    const moved = readOn(old, five, false);
    expect(moved.divider).toBe(3);
    expect(dividerDone(moved).divider).toBeNull();
  });
});
