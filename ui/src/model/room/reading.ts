// Reading: how far the user has read in a room, what is unread, and where the "new messages" divider stands. Pure.
import type { LogId, Seq } from "../../wire";
import { isMine, type RoomState } from "./state";

export interface Reading {
  readonly log: LogId | null;
  /** The newest entry that was seen. */
  readonly read: Seq;
  /** The divider stands after this one; `null` when there is none. */
  readonly divider: Seq | null;
}

export const UNREAD: Reading = { log: null, read: 0, divider: null };

/** After entries arrived, or after the user came back: `seen` says whether the newest line is before the user's eyes. */
export function readOn(reading: Reading, room: RoomState, seen: boolean): Reading {
  const here = reading.log === room.log ? reading : { log: room.log, read: 0, divider: null };
  const newest = room.entries.at(-1)?.seq ?? 0;
  if (newest <= here.read) return here;
  if (seen) return { ...here, read: newest };
  // What was read since the divider was set makes it old: it moves to the first line that is really new.
  const stale = here.divider === null || here.divider < here.read;
  if (!stale || unread(room, here) === 0) return here;
  // Before all that was ever seen here there is nothing to divide.
  return { ...here, divider: here.read > 0 ? here.read : null };
}

/** The divider has done its work: the user has written, or went elsewhere. */
export function dividerDone(reading: Reading): Reading {
  return reading.divider === null ? reading : { ...reading, divider: null };
}

/** How many lines of others came after what was read. */
export function unread(room: RoomState, reading: Reading): number {
  const read = reading.log === room.log ? reading.read : 0;
  let count = 0;
  for (let i = room.entries.length - 1; i >= 0; i--) {
    const entry = room.entries[i]!;
    if (entry.seq <= read) break;
    if (entry.kind === "message" && !isMine(room, entry)) count++;
  }
  return count;
}
