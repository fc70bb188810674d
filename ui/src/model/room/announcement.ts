// Announcements: what those who listen are told of what just came. Pure.
import { isTaken } from "./line-notes";
import type { Entry } from "../../wire";
import { CROWD, summaryOf } from "./gathered";
import { systemRowOf } from "./rows";
import { isMine, type RoomState } from "./state";

export interface Announcement {
  /** Lines of others, the newest last. */
  lines: readonly Extract<Entry, { kind: "message" }>[];
  /** How many people came, and went. */
  joined: number;
  left: number;
}

/** More at once would only be noise. */
const LINES = 5;

/** What is said of entries; of who comes and goes, no names. */
export function announced(room: RoomState, entries: readonly Entry[]): Announcement {
  const others = entries.filter((entry) => !isMine(room, entry));
  // What was taken away before its turn came is not said.
  const lines = others.filter((entry) => entry.kind === "message").filter(({ seq }) => !isTaken(room.about, seq)).slice(-LINES);
  const told = room.joins === "none" || room.online > CROWD ? [] : others;
  const { joined, left } = summaryOf(told.flatMap((entry) => (entry.kind === "joined" || entry.kind === "left" ? [systemRowOf(room, entry)] : [])));
  return { lines, joined: joined.length, left: left.length };
}
