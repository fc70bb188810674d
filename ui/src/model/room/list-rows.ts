// The rows as the list shows them, and where in them a place of the log stands. Pure.
import type { Seq } from "../../wire";
import type { Row, SystemRow } from "./rows";

/** A row as the list shows it. */
export type ListRow = Row | GatheredRow;

/** What happened between two lines of talk, in one sentence and one by one. */
export interface GatheredRow extends Summary {
  kind: "gathered";
  key: string;
  /** Two or more, oldest first. */
  events: readonly SystemRow[];
}

/** What became of people, by the nicknames that they had last. Each stands in one of the first four lists at most. */
export interface Summary {
  joined: readonly string[];
  left: readonly string[];
  /** They came, and are gone again. */
  passed: readonly string[];
  /** They went, and are back. */
  returned: readonly string[];
  renamed: readonly { old: string; nickname: string }[];
}

/** The row of an entry that is shown, or of the one before it; -1 when there is none. */
export function rowOfEntry(rows: readonly ListRow[], seq: Seq): number {
  return rows.findLastIndex((row) => (placesOf(row)[0] ?? Infinity) <= seq);
}

/** The place in the log of a row, or of the nearest before it that has one; 0 when there is none. */
export function placeOfRow(rows: readonly ListRow[], index: number): Seq {
  for (let i = Math.min(index, rows.length - 1); i >= 0; i--) {
    const place = placesOf(rows[i]!).at(-1) ?? null;
    if (place !== null) return place;
  }
  return 0;
}

/** The places of the first and the last of these rows that have one; `null` when none has. */
export function placesBetween(rows: readonly ListRow[], first: number, last: number): { from: Seq; to: Seq } | null {
  const places = rows.slice(Math.max(0, first), last + 1).flatMap(placesOf).filter((place) => place !== null);
  return places.length === 0 ? null : { from: places[0]!, to: places.at(-1)! };
}

/** The places in the log that a row shows; `null` for what has none there. */
function placesOf(row: ListRow): readonly (Seq | null)[] {
  if (row.kind === "gathered") return row.events.map((event) => event.seq);
  return row.kind === "line" || row.kind === "system" || row.kind === "stone" ? [row.seq] : [];
}

/** The key of the newest line of the user's own that is stored; `null` when there is none. */
export function newestOwn(rows: readonly ListRow[]): string | null {
  return rows.findLast((row) => row.kind === "line" && row.mine && row.state === "stored")?.key ?? null;
}

/** Where a list begins, the first rows are others than before: a day, and what is left of a row of comings and goings. */
const EDGE = 2;

/**
 * Whether the list keeps its place from its end instead of from its start: rows were put before the others, or those before them
 * are gone.
 */
export function heldByEnd(before: readonly ListRow[], after: readonly ListRow[]): boolean {
  const last = before.at(-1);
  if (!last || after.length === before.length || after.at(-1)?.key !== last.key) return false;
  if (after.length < before.length) return after.every((row, i) => i < EDGE || row.key === before[before.length - after.length + i]!.key);
  // The divider is the one row that comes between others.
  const divided = (rows: readonly ListRow[]): boolean => rows.some((row) => row.kind === "new");
  return after.length - before.length > 1 || divided(before) || !divided(after);
}
