// What a search makes of the answers to it.
import { describe, expect, it } from "vitest";
import { jump } from "../src/model/room/history";
import { reduce } from "../src/model/room/reduce";
import { askingFound, nextQuestion, notFound, searching, stageOf } from "../src/model/room/search";
import type { RoomState } from "../src/model/room/state";
import type { Entry, RoomUpdate } from "../src/wire";
import { entry, NOW, roomOf, snapshot, span } from "./room";

const on = (room: RoomState, ...updates: RoomUpdate[]): RoomState => updates.reduce((state, update) => reduce(state, update, NOW), room);
const found = (before: number | null, entries: Entry[], next: number | null, whole: boolean): RoomUpdate => ({
  type: "found", whole,
  found: { query: "line", ...(before === null ? {} : { before }), entries, more: next !== null, reached: next ?? 0 },
});
const seqs = (room: RoomState): number[] | undefined => room.search?.lines?.map((line) => line.seq);

/** Lines 31 to 40 are live, and 11 to 13 were jumped to. */
function away(): RoomState {
  const room = on(jump(roomOf(snapshot({ entries: span(31, 40), more: true })), 12),
    { type: "older", page: { before: 13, entries: span(11, 12), more: true }, gaps: [] },
    { type: "older", page: { before: 31, after: 12, entries: span(13, 13), more: true }, gaps: [] });
  expect(room.away?.entries.map((e) => e.seq)).toEqual([11, 12, 13]);
  return room;
}

describe("a search that the host was not asked", () => {
  it("looks through all that this window has, each answer through its own stretch", () => {
    let room = on(searching(away(), "line"), found(null, [entry(36, "li", "line")], 35, false));
    expect(seqs(room)).toEqual([40, 39, 38, 37, 36, 35]);
    room = on(askingFound(room, nextQuestion(room.search)!), found(35, [entry(20, "li", "line")], null, false));
    expect(seqs(room)).toEqual([40, 39, 38, 37, 36, 35, 34, 33, 32, 31, 20, 13, 12, 11]);
  });

  it("goes on from where the host ended", () => {
    const room = on(searching(away(), "line"), found(null, span(38, 40).reverse(), 38, true));
    const all = on(askingFound(room, nextQuestion(room.search)!), found(38, [], null, false));
    expect(seqs(all)).toEqual([40, 39, 38, 37, 36, 35, 34, 33, 32, 31, 13, 12, 11]);
    expect(all.search?.whole).toBe(false);
  });
});

it("a search that finds nothing at first is not over while there is more to look through", () => {
  const room = on(searching(away(), "line"), found(null, [], 20, true));
  expect([stageOf(room.search, "line"), stageOf(on(askingFound(room, nextQuestion(room.search)!), found(20, [], null, true)).search, "line")]).toEqual(["searching", "none"]);
});

it("what was found stays when there is nobody to ask for more, and not under other words", () => {
  const room = on(searching(away(), "line"), found(null, span(38, 40).reverse(), 38, true));
  const more = nextQuestion(room.search)!;
  const refused = notFound(askingFound(room, more), more);
  expect([seqs(refused), stageOf(refused.search, "line")]).toEqual([[40, 39, 38], "found"]);
  const anew = searching(room, "line 4");
  expect([seqs(anew), stageOf(anew.search, "line 4")]).toEqual([[40], "searching"]);
  const unanswered = notFound(anew, anew.search!.asked!);
  expect([seqs(unanswered), stageOf(unanswered.search, "line 4")]).toEqual([undefined, "refused"]);
});

it("a line that is told twice is shown once", () => {
  const room = on(searching(away(), "line"), found(null, [entry(40, "li", "line"), entry(40, "li", "line")], 40, true));
  const all = on(askingFound(room, nextQuestion(room.search)!), found(40, [entry(40, "li", "line")], null, true));
  expect(seqs(all)).toEqual([40]);
});
