// Reading: how far the user has read in a room, what is unread, what of it is meant for them, and where the "new messages"
// divider stands. Pure.
import type { LogId, Seq } from "../../wire";
import { madeForMe } from "./for-me";
import { entryAt } from "./singles";
import { isMine, type RoomState, type Sight } from "./state";

export interface Reading {
  readonly log: LogId | null;
  /** The newest entry that was seen. */
  readonly read: Seq;
  /** The divider stands after this one; `null` when there is none. */
  readonly divider: Seq | null;
  /**
   * Whoever goes to the newest line may pass lines that are meant for them. Up to here none of these waits to be seen, and of
   * those behind it, these were seen.
   */
  readonly since: Seq;
  readonly seen: ReadonlySet<Seq>;
}

const NONE: ReadonlySet<Seq> = new Set();

export const UNREAD: Reading = { log: null, read: 0, divider: null, since: 0, seen: NONE };

/** A log is begun, or gone on with, that was read up to here. */
export function readUpTo(log: LogId | null, read: Seq, divider: Seq | null = null): Reading {
  return { log, read, divider, since: read, seen: NONE };
}

/** After entries arrived: `seen` says whether the newest line is before the user's eyes. Then what came is, too. */
export function readOn(reading: Reading, room: RoomState, seen: boolean): Reading {
  const here = inLog(reading, room);
  const newest = newestIn(room);
  if (newest <= here.read) return here;
  if (seen) return passed(here, newest, unseen(room, here), here.read + 1, newest);
  // What was read since the divider was set makes it old: it moves to the first line that is really new.
  const stale = here.divider === null || here.divider < here.read;
  if (!stale || unread(room, here) === 0) return here;
  // Before all that was ever seen here there is nothing to divide.
  return { ...here, divider: here.read > 0 ? here.read : null };
}

/** The user looks at the list. `atEnd`: at its newest line, so that nothing is unread, although not all of it was seen. */
export function lookedAt(reading: Reading, room: RoomState, sight: Sight | null, atEnd: boolean): Reading {
  const here = inLog(reading, room);
  const waiting = unseen(room, here);
  const read = atEnd ? Math.max(here.read, newestIn(room)) : here.read;
  const { from, to } = sight ?? { from: Infinity, to: 0 };
  if (read === here.read && !waiting.some((seq) => seq >= from && seq <= to)) return here;
  // What was said before one was ever here is no news.
  return passed(here, read, here.read === 0 && atEnd ? [] : waiting, from, to);
}

/** With what is between two places seen, of the lines that waited for that. */
function passed(here: Reading, read: Seq, waiting: readonly Seq[], from: Seq, to: Seq): Reading {
  const now = waiting.filter((seq) => seq >= from && seq <= to);
  if (now.length === waiting.length && read > here.read) return { ...here, read, since: read, seen: NONE };
  return { ...here, read, seen: now.length === 0 ? here.seen : new Set([...here.seen, ...now]) };
}

/** The divider has done its work: the user has written, or went elsewhere. */
export function dividerDone(reading: Reading): Reading {
  return reading.divider === null ? reading : { ...reading, divider: null };
}

/** How many lines of others came after what was read. */
export function unread(room: RoomState, reading: Reading): number {
  const { read } = inLog(reading, room);
  let count = 0;
  for (let i = room.entries.length - 1; i >= 0; i--) {
    const entry = room.entries[i]!;
    if (entry.seq <= read) break;
    if (entry.kind === "message" && !isMine(room, entry)) count++;
  }
  return count;
}

/** The lines that are meant for the user and were not before their eyes, oldest first. */
export function unseen(room: RoomState, reading: Reading): readonly Seq[] {
  const { since, seen } = inLog(reading, room);
  const found = new Set<Seq>();
  for (let i = room.entries.length - 1; i >= 0; i--) {
    const entry = room.entries[i]!;
    if (entry.seq <= since) break;
    const seq = madeForMe(room, entry);
    if (seq !== null && !seen.has(seq)) found.add(seq);
  }
  return [...found].sort((a, b) => a - b);
}

/** The lines that unread ones answer, and that this window does not have: by them it is known whether those are for the user. */
export function answeredElsewhere(room: RoomState, reading: Reading): readonly Seq[] {
  const { since } = inLog(reading, room);
  const found = new Set<Seq>();
  for (let i = room.entries.length - 1; i >= 0; i--) {
    const entry = room.entries[i]!;
    if (entry.seq <= since) break;
    if (entry.kind === "addressed" && entry.reply !== undefined && entryAt(room, entry.reply) === undefined) found.add(entry.reply);
  }
  return [...found];
}

function inLog(reading: Reading, room: RoomState): Reading {
  return reading.log === room.log ? reading : readUpTo(room.log, 0);
}

function newestIn(room: RoomState): Seq {
  return room.entries.at(-1)?.seq ?? 0;
}
