// Retention: how much of a room is kept. Pure.
import type { OwnRoom, Retention } from "../../wire";

/** What the user chooses among. */
export type RetentionKind = "all" | "days" | "size";

const KEEP_ALL: Retention = { days: null, mebibytes: null };

/** The largest numbers that make sense: a lifetime, and a disk. */
export const MOST = { days: 36_500, size: 1_000_000 } as const;

export function kindOf(retention: Retention): RetentionKind {
  if (retention.days !== null) return "days";
  return retention.mebibytes !== null ? "size" : "all";
}

/** What was typed as a bound; `null` when it is none. */
export function retentionOf(kind: RetentionKind, typed: string): Retention | null {
  if (kind === "all") return KEEP_ALL;
  const number = /^\d{1,7}$/.test(typed.trim()) ? Number(typed) : 0;
  if (number < 1 || number > MOST[kind]) return null;
  return kind === "days" ? { days: number, mebibytes: null } : { days: null, mebibytes: number };
}

/** Whether lines may be deleted by a change, so that it must be asked first. */
export function deletes(room: OwnRoom, next: Retention): boolean {
  if (next.mebibytes !== null && tighter(room.retention.mebibytes, next.mebibytes)) return room.bytes > next.mebibytes * 1024 * 1024;
  // How old the oldest line is, nobody has told.
  return next.days !== null && tighter(room.retention.days, next.days) && room.last_at !== null;
}

function tighter(before: number | null, next: number): boolean {
  return before === null || next < before;
}
