// History: entries from a room's past, by reading on at either end of what is shown, and by jumping to a place. Pure.
//
//   live ──jump to a place that is not loaded──▶ seeking ──both halves came──▶ away ──meets the live entries──▶ live
//    │▲                                             │                            ▲│
//    │└──────────────── back to the newest, own line, another log ───────────────┼┘
//    └───────────── much was said after what the user looks back at ─────────────┘
//
// A seeking that finds nothing, or gets no answer, is `gone`: that is told for a while, and stands in nobody's way.
//
// While `away`, the live entries go on in the background. An answer is judged by the places that it names and never by
// when it comes: what fits nowhere any more (another log, another jump, a list that was cut) is dropped.
import type { Entry, Gap, Page, Seq } from "../../wire";
import { withGap } from "./gaps";
import { stillWaiting } from "./own-lines";
import type { Away, Request, RoomState, Seeking, Sight } from "./state";

/** The live list keeps so many entries, and somewhat more, so that it is not cut for each line. */
export const LIVE_KEPT = 4000;
const LIVE_SLACK = 500;

/** The entries that the list shows. */
export function shownEntries(room: RoomState): readonly Entry[] {
  return room.away?.entries ?? room.entries;
}

/** Whether older entries than the shown ones can be loaded. */
export function moreBefore(room: RoomState): boolean {
  return room.away ? room.away.moreBefore : room.more;
}

/** What to ask for when the user comes near an end of the list; `null` when there is nothing, or it is under way. */
export function requestAt(room: RoomState, edge: "start" | "end"): Request | null {
  const entries = shownEntries(room);
  if (room.asked !== null || sought(room) !== null || entries.length === 0) return null;
  if (edge === "start") return moreBefore(room) ? { before: entries[0]!.seq, after: null } : null;
  return room.away && !room.away.stalled ? { before: firstLive(room), after: entries.at(-1)!.seq } : null;
}

/** What a jump needs next; `null` when it is under way, or when there is none. */
export function requestOfJump(room: RoomState): Request | null {
  const seeking = sought(room);
  if (seeking === null || room.asked !== null) return null;
  return seeking.older === null ? { before: seeking.seq + 1, after: null } : { before: firstLive(room), after: seeking.seq };
}

/** Notes what was asked, or that nobody will answer it. */
export function asking(room: RoomState, request: Request | null): RoomState {
  return { ...room, asked: request };
}

/** Goes to an entry: at once when it is loaded, otherwise after `requestOfJump` was asked and answered. */
export function jump(room: RoomState, seq: Seq): RoomState {
  const goal = { to: seq, nth: nth(room) + 1 };
  if (room.away && within(room.away.entries, seq)) return { ...room, goal, seeking: null };
  if (within(room.entries, seq)) return { ...room, ...live(room), goal };
  // The newest question takes the place of the one before.
  return { ...room, seeking: { seq, older: null, gone: false }, asked: null };
}

/** A place is not to be found here: another log has others. */
export function nowhere(room: RoomState, seq: Seq): RoomState {
  return { ...room, seeking: { seq, older: null, gone: true }, asked: null };
}

/** A jump was waited for, or its failure was told, for long enough. */
export function overdue(room: RoomState): RoomState {
  const { seeking } = room;
  if (seeking === null) return room;
  return seeking.gone ? { ...room, seeking: null } : { ...room, seeking: { ...seeking, gone: true }, asked: null };
}

/** The user scrolls on by hand: a jump that is not about to be answered is over. */
export function movedOn(room: RoomState): RoomState {
  const { seeking, link } = room;
  if (seeking === null || (!seeking.gone && link.state === "connected")) return room;
  return { ...room, seeking: null, asked: seeking.gone ? room.asked : null };
}

/** A new link may have the answers that the one before had not. */
export function askedAnew(room: RoomState): RoomState {
  return room.away?.stalled ? { ...room, away: { ...room.away, stalled: false } } : room;
}

/** Back to the live entries and their end. */
export function toNewest(room: RoomState): RoomState {
  if (room.away === null && room.seeking === null) return room;
  return { ...room, ...live(room), goal: { to: "end", nth: nth(room) + 1 } };
}

/** An answer, and what is missing before and among its entries: of a list that they are no part of, it says nothing. */
export function onPage(room: RoomState, page: Page, gaps: readonly Gap[]): RoomState {
  const after = page.after ?? null;
  const { asked } = room;
  const answers = asked !== null && asked.before === page.before && asked.after === after;
  // Also what fits nowhere says that an own line is stored.
  const answered = { ...room, asked: answers ? null : asked, own: stillWaiting(room.own, page.entries), acts: stillWaiting(room.acts, page.entries) };
  const told = { ...answered, gaps: gaps.reduce(withGap, answered.gaps) };
  return (after === null ? onOlder(told, page) : onNewer(told, page, after)) ?? answered;
}

/** Drops the oldest live entries once there are too many. Never while the user looks back at them; see `leaveBehind`. */
export function cut(room: RoomState): RoomState {
  if (room.entries.length <= LIVE_KEPT + LIVE_SLACK) return room;
  return withoutOldNotes({ ...room, entries: room.entries.slice(-LIVE_KEPT), more: true });
}

/** What was said about lines that this window lets go of comes again with them. */
function withoutOldNotes(room: RoomState): RoomState {
  // They are told before the lines, and may be there without them.
  if (room.asked !== null || room.seeking !== null || room.search?.asked) return room;
  const live = room.entries[0]?.seq ?? 0, { away } = room;
  const isShown = (seq: Seq): boolean => seq >= live || (away !== null && within(away.entries, seq));
  const isKept = (seq: Seq): boolean => isShown(seq) || room.singles.has(seq) || (room.search?.lines?.some((line) => line.seq === seq) ?? false);
  return { ...room, about: new Map([...room.about].filter(([seq]) => isKept(seq))) };
}

/**
 * Before more is asked for at one end of what is shown, its other end is let go of, far from what is in sight: what a list costs
 * grows with its length, and so would each step of a long way back.
 */
export function withRoomAt(room: RoomState, edge: "start" | "end", sight: Sight): RoomState {
  const apart = edge === "start" ? leaveBehind(room, sight.to) : room;
  if (apart.away === null) return apart;
  const away = edge === "start" ? withoutEnd(apart.away, sight.to) : withoutStart(apart.away, sight.from);
  return away === room.away ? room : withoutOldNotes({ ...apart, away });
}

function withoutEnd(away: Away, sight: Seq): Away {
  const { entries } = away;
  if (entries.length <= LIVE_KEPT + LIVE_SLACK || entries[LIVE_KEPT - LIVE_SLACK]!.seq < sight) return away;
  return { ...away, entries: entries.slice(0, LIVE_KEPT), stalled: false };
}

function withoutStart(away: Away, sight: Seq): Away {
  const { entries } = away;
  if (entries.length <= LIVE_KEPT + LIVE_SLACK || entries.at(LIVE_SLACK - LIVE_KEPT)!.seq > sight) return away;
  return { ...away, entries: entries.slice(-LIVE_KEPT), moreBefore: true };
}

/**
 * Where the user looks back for long while much is said, what they see stays as it is, apart from the live entries, so
 * that those can be cut. `sight`: the newest entry before their eyes; it keeps some hundreds of entries after it.
 */
export function leaveBehind(room: RoomState, sight: Seq): RoomState {
  const { entries } = room;
  const bound = entries.at(-1 - LIVE_KEPT - LIVE_SLACK);
  if (room.away !== null || bound === undefined || bound.seq < sight) return room;
  const away = { entries: entries.slice(0, -LIVE_KEPT), moreBefore: room.more, stalled: false };
  return { ...room, away, entries: entries.slice(-LIVE_KEPT), more: true };
}

/** The room with the page in its place; `null` when it fits nowhere. The same goes for `onNewer`. */
function onOlder(room: RoomState, page: Page): RoomState | null {
  const { away, entries } = room;
  const seeking = sought(room);
  if (seeking !== null && seeking.older === null && page.before === seeking.seq + 1) {
    return { ...room, seeking: { ...seeking, older: page } };
  }
  if (away !== null && page.before === away.entries[0]?.seq) {
    return { ...room, away: { ...away, entries: [...page.entries, ...away.entries], moreBefore: page.more } };
  }
  if (page.before === entries[0]?.seq) return { ...room, entries: [...page.entries, ...entries], more: page.more };
  return null;
}

function onNewer(room: RoomState, page: Page, after: Seq): RoomState | null {
  const { away } = room;
  const seeking = sought(room);
  if (seeking !== null && seeking.older !== null && after === seeking.seq) {
    const entries = [...seeking.older.entries, ...page.entries];
    if (entries.length === 0) return { ...room, seeking: { ...seeking, gone: true } };
    const goal = { to: nearest(entries, seeking.seq), nth: nth(room) + 1 };
    const away = { entries, moreBefore: seeking.older.more, stalled: page.entries.length === 0 };
    return meet({ ...room, away, seeking: null, goal, sheet: room.sheet + 1 });
  }
  if (away !== null && after === away.entries.at(-1)?.seq) {
    const entries = [...away.entries, ...page.entries];
    return meet({ ...room, away: { ...away, entries, stalled: page.entries.length === 0 } });
  }
  return null;
}

/**
 * The jumped-to part becomes one list with the live entries once nothing is missing between the two but what is gone for
 * good. That is told by the entries themselves: an empty page may only mean that nobody could answer.
 */
function meet(room: RoomState): RoomState {
  const { away, entries, gaps } = room;
  const first = entries[0];
  const last = away?.entries.at(-1);
  if (!away || !first || !last) return room;
  const met = last.seq >= first.prev || gaps.some((gap) => gap.after <= last.seq && gap.to >= first.prev);
  if (!met) return room;
  const before = away.entries.filter((entry) => entry.seq < first.seq);
  return { ...room, entries: [...before, ...entries], more: away.moreBefore, away: null };
}

/** What makes a room show its live entries. */
function live(room: RoomState): Pick<RoomState, "away" | "seeking" | "asked" | "sheet"> {
  // What was asked of the part that is left interests nobody.
  const asked = room.asked?.after === null && room.asked.before === room.entries[0]?.seq ? room.asked : null;
  return { away: null, seeking: null, asked, sheet: room.away ? room.sheet + 1 : room.sheet };
}

/** The place that is still looked for. */
function sought(room: RoomState): Seeking | null {
  return room.seeking?.gone === false ? room.seeking : null;
}

/** The first live entry; when there is none, what comes after every other. */
function firstLive(room: RoomState): Seq {
  return room.entries[0]?.seq ?? Number.MAX_SAFE_INTEGER;
}

function within(entries: readonly Entry[], seq: Seq): boolean {
  const first = entries[0], last = entries.at(-1);
  return first !== undefined && last !== undefined && first.seq <= seq && seq <= last.seq;
}

function nearest(entries: readonly Entry[], seq: Seq): Seq {
  return (entries.findLast((entry) => entry.seq <= seq) ?? entries[0]!).seq;
}

function nth(room: RoomState): number {
  return room.goal?.nth ?? 0;
}
