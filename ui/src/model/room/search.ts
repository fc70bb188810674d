// Search in a room: what was asked, what was found, newest first. Pure.
//
//   no words ──words──▶ searching ──lines came──▶ found (and goes on where the user wants more)
//                           ├──all was looked through, in vain──▶ none
//                           └──nobody will answer──▶ refused ──asked again──▶ searching
//
// An answer without a line, when there is more to look through, leaves it searching. Other words, or another log, begin anew.
import type { Entry, Found } from "../../wire";
import { matches, terms } from "./highlight";
import { saysNow } from "./line-notes";
import type { Line, Question, RoomState, Search } from "./state";

/** What is true of a search: one of these at any time. */
export type Stage = "no_words" | "searching" | "found" | "none" | "refused";

/** `typed`: what is sought. It is asked for in a moment, and what was found for other words says nothing of it. */
export function stageOf(search: Search | null, typed: string): Stage {
  if (terms(typed).length === 0) return "no_words";
  if (search?.query !== asked(typed) || search.asked?.before === null) return "searching";
  if (search.lines !== null && search.lines.length > 0) return "found";
  if (search.refused) return "refused";
  return search.lines === null || search.asked !== null || search.next !== null ? "searching" : "none";
}

/** Begins a search; a query without a word in it ends the one before. */
export function searching(room: RoomState, query: string): RoomState {
  if (terms(query).length === 0) return room.search === null ? room : { ...room, search: null };
  // What was found before stays in sight until the answer is there, where it is found by these words, too.
  const lines = room.search?.lines?.filter((line) => matches(saysNow(room.about, line), query)) ?? null;
  return { ...room, search: { ...begun(asked(query)), asked: { before: null }, lines, whole: room.search?.whole ?? true } };
}

/** The same words in another log: what was found in the one before is no part of it. */
export function searchedAnew(search: Search | null): Search | null {
  return search && begun(search.query);
}

/** What to ask next; `null` when there is no more, or it is under way. */
export function nextQuestion(search: Search | null): Question | null {
  if (search === null || search.asked !== null) return null;
  if (search.lines === null) return { before: null };
  return search.next === null ? null : { before: search.next };
}

/** Whether to go on by itself: one answer does not look through a room of any size, and may have found nothing yet. */
export function goesOn(search: Search | null): boolean {
  return nextQuestion(search) !== null && !search?.refused && (search?.lines ?? []).length === 0;
}

/** Notes a question. */
export function askingFound(room: RoomState, asked: Question): RoomState {
  return room.search === null ? room : { ...room, search: { ...room.search, asked, refused: false } };
}

/** Nobody will answer. Unless it was for more of them, the lines in sight were found for other words. */
export function notFound(room: RoomState, asked: Question): RoomState {
  const { search } = room;
  if (search?.asked !== asked) return room;
  return { ...room, search: { ...search, asked: null, lines: asked.before === null ? null : search.lines, refused: true } };
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
    .filter((line) => from <= line.seq && line.seq < to && matches(saysNow(room.about, line), query));
}

/** Each line once. */
function newestFirst(lines: readonly Line[]): Line[] {
  return [...new Map(lines.map((line) => [line.seq, line])).values()].sort((a, b) => b.seq - a.seq);
}

/** What is asked for: a field that is cut short may end in half a sign, and an answer names its question without. */
function asked(typed: string): string {
  return typed.toWellFormed();
}

function begun(query: string): Search {
  return { query, asked: null, lines: null, next: null, whole: true, refused: false };
}

function isLine(entry: Entry): entry is Line {
  return entry.kind === "message";
}
