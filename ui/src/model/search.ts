// A search in a room: what was asked, what was found, newest first. Pure.
import type { Entry, Found, Seq } from "../wire";
import { matches, terms } from "./match";
import type { RoomState } from "./room";

export interface Search {
  readonly query: string;
  /** The `before` of the question under way; `null` for the first one. */
  readonly asked: { readonly before: Seq | null } | null;
  /** `null` until the first answer. */
  readonly lines: readonly Line[] | null;
  /** Before which line the next question goes on; `null` when all was looked through. */
  readonly next: Seq | null;
  /** Whether all that the room keeps was searched; otherwise what is kept on this computer. */
  readonly whole: boolean;
}

/** A line that was found. */
export type Line = Extract<Entry, { kind: "message" }>;

/** Begins a search; a query without a word in it ends the one before. */
export function searching(room: RoomState, query: string): RoomState {
  if (terms(query).length === 0) return room.search === null ? room : { ...room, search: null };
  const lines = room.search?.lines ?? null;
  // What was found before stays in sight until the answer is there: nothing flickers while one types.
  return { ...room, search: { query, asked: { before: null }, lines, next: null, whole: room.search?.whole ?? true } };
}

/** Where to go on; `null` when there is no more, or it is under way. */
export function olderThan(search: Search | null): Seq | null {
  return search === null || search.asked !== null ? null : search.next;
}

/** Whether to go on by itself: one answer does not look through a room of any size, and may have found nothing yet. */
export function goesOn(search: Search | null): boolean {
  return olderThan(search) !== null && search?.lines?.length === 0;
}

/** Notes the question for more, or that nobody will answer it. */
export function askingFound(room: RoomState, asked: Search["asked"]): RoomState {
  return room.search === null ? room : { ...room, search: { ...room.search, asked } };
}

/** An answer. Only the newest question counts. */
export function onFound(room: RoomState, found: Found, whole: boolean): RoomState {
  const { search } = room;
  const before = found.before ?? null;
  if (search === null || search.asked === null || search.query !== found.query || search.asked.before !== before) return room;
  const earlier = before === null ? [] : (search.lines ?? []);
  const here = whole ? [] : inWindow(room, found);
  const lines = newestFirst([...earlier, ...here, ...found.entries.filter(isLine)]);
  return { ...room, search: { ...search, asked: null, lines, next: found.more ? found.reached : null, whole: before === null ? whole : search.whole && whole } };
}

/** When the host was not asked, what this window has was not searched either. Only of the stretch that the answer is about. */
function inWindow(room: RoomState, { query, before, more, reached }: Found): Line[] {
  const from = more ? reached : 0;
  const to = before ?? Infinity;
  return [...(room.away?.entries ?? []), ...room.entries].filter(isLine)
    .filter((line) => from <= line.seq && line.seq < to && matches(line.text, query));
}

/** Each line once. */
function newestFirst(lines: readonly Line[]): Line[] {
  return [...new Map(lines.map((line) => [line.seq, line])).values()].sort((a, b) => b.seq - a.seq);
}

function isLine(entry: Entry): entry is Line {
  return entry.kind === "message";
}
