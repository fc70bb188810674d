// The model against golden scripts. Rust checks that every update in them is one that it would write.
import { describe, expect, it } from "vitest";
import scripts from "../../tests/vectors/timeline.json";
import { reduce } from "../src/model/room/reduce";
import { type Row, RowBuilder, rowsOf } from "../src/model/room/rows";
import { cursorOf, newRoom, type RoomState } from "../src/model/room/state";
import type { RoomUpdate } from "../src/wire";
import { roomOf, snapshot, span } from "./room";

/** What a script may expect; what it does not name is not looked at. */
interface Expectation {
  rows: object[];
  keys?: Record<string, string>;
  own?: string[];
  people?: string[];
  online?: number;
  more?: boolean;
  gaps?: object[];
  name?: string;
  link?: object;
  limits?: object;
  cursor?: object;
  renameRefused?: string | null;
  trouble?: string | null;
}

interface Script { name: string; updates: RoomUpdate[]; expect: Expectation }

const NOW = 1_795_320_000_000;

describe("golden scripts", () => {
  it.each(scripts as unknown as Script[])("$name", ({ updates, expect: expected }) => {
    const room = updates.reduce<RoomState>((state, update) => reduce(state, update, NOW), newRoom("ws://192.168.1.23:8080"));
    const rows = rowsOf(room, null, NOW);
    expect(rows.map(essence)).toEqual(expected.rows);
    expect(new Set(rows.map((row) => row.key)).size).toBe(rows.length);
    for (const [index, key] of Object.entries(expected.keys ?? {})) expect(rows[Number(index)]?.key).toBe(key);
    if (expected.own) expect(room.own.map((line) => line.id)).toEqual(expected.own);
    if (expected.people) expect(room.people.map((person) => person.nickname)).toEqual(expected.people);
    if (expected.cursor) expect(cursorOf(room)).toEqual(expected.cursor);
    const { online, more, gaps, name, link, limits, renameRefused, trouble } = expected;
    const rest = Object.fromEntries(Object.entries({ online, more, gaps, name, link, limits, renameRefused, trouble }).filter(([, v]) => v !== undefined));
    expect(room).toMatchObject(rest);
  });

  it("uses every kind of update", () => {
    const used = new Set((scripts as unknown as Script[]).flatMap((script) => script.updates.map((update) => update.type)));
    const all: Record<RoomUpdate["type"], true> = {
      snapshot: true, status: true, welcomed: true, entries: true, older: true, gap: true, own: true, dropped: true,
      people: true, roster: true, you: true, rename_refused: true, found: true, keeping: true, about: true, lines: true, typing: true, rules: true,
    };
    expect([...used].sort()).toEqual(Object.keys(all).sort());
  });
});

/** What a reader sees of a row, in the scripts' words. */
function essence(row: Row): object {
  switch (row.kind) {
    case "line":
      return { kind: row.kind, nickname: row.nickname, text: row.text, head: row.head, state: row.state, mine: row.mine };
    case "system":
      return { kind: row.kind, event: row.event, nickname: row.nickname };
    case "day":
      return { kind: row.kind, day: new Intl.DateTimeFormat("sv-SE").format(row.day) };
    case "gap":
      return { kind: row.kind, count: row.count };
    case "stone":
      return { kind: row.kind, nickname: row.nickname, by: row.byNickname, count: row.count };
    case "new":
    case "classic":
    case "restart":
      return { kind: row.kind };
    default:
      return row satisfies never;
  }
}

describe("the first line", () => {
  const page = (from: number, to: number): RoomUpdate => ({ type: "older", page: { before: to + 1, entries: span(from, to), more: from > 1 }, gaps: [] });
  const heads = (rows: readonly Row[]): string[] => rows.flatMap((row) => (row.kind === "line" && row.head ? [row.text] : []));

  it("keeps its head, and so its height, when older ones come before it while it is in sight", () => {
    for (const inSight of [true, false]) {
      const builder = new RowBuilder();
      let room = roomOf(snapshot({ entries: span(9, 10), more: true }));
      expect(heads(builder.rows(room, null, NOW, inSight))).toEqual(["line 9"]);
      room = reduce(room, page(5, 8), NOW);
      expect(heads(builder.rows(room, null, NOW, inSight))).toEqual(inSight ? ["line 5", "line 9"] : ["line 5"]);
      room = reduce(room, page(1, 4), NOW);
      expect(heads(builder.rows(room, null, NOW)), "nobody looks").toEqual(inSight ? ["line 1", "line 9"] : ["line 1"]);
      expect(heads(builder.rows({ ...room, sheet: room.sheet + 1 }, null, NOW)), "in another list").toEqual(["line 1"]);
    }
  });

  it("behind a divider goes on nothing", () => {
    const rows = rowsOf(roomOf(snapshot({ entries: span(1, 3) })), 1, NOW);
    expect(rows.flatMap((row) => (row.kind === "line" ? [row.after] : row.kind === "new" ? ["new"] : []))).toEqual([null, "new", null, "2"]);
  });
});
