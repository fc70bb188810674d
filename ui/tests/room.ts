// Rooms for tests.
import { reduce } from "../src/model/room/reduce";
import { newRoom, type RoomState } from "../src/model/room/state";
import type { Entry, RoomSnapshot, RoomUpdate } from "../src/wire";
import { LIMITS_V1 } from "../src/wire";

export const NOW = Date.parse("2026-11-22T12:00:00+08:00");

export function entry(seq: number, from: string, text: string, id?: string): Entry {
  const made: Entry = {
    seq, prev: seq - 1, at: new Date(NOW + seq * 1000).toISOString(), from: { member: `m-${from}`, nickname: from },
    kind: "message", text,
  };
  return id === undefined ? made : { ...made, id };
}

/** The entries of a stretch of the log. */
export function span(from: number, to: number): Entry[] {
  return Array.from({ length: to - from + 1 }, (_, i) => entry(from + i, "li", `line ${from + i}`));
}

export function snapshot(change: Partial<RoomSnapshot> = {}): RoomUpdate {
  return {
    type: "snapshot",
    room: {
      url: "ws://192.168.1.23:8080", name: "room", status: { state: "connected", dialect: "v1" },
      you: { member: "m-me", nickname: "me" }, people: [], online: 1, roster_at: null, log: "log", resumed: false, entries: [], more: false,
      gaps: [], own: [], limits: LIMITS_V1, trouble: null, ...change,
    },
  };
}

export function roomOf(...updates: RoomUpdate[]): RoomState {
  return updates.reduce((room, update) => reduce(room, update, NOW), newRoom("ws://192.168.1.23:8080"));
}
