// The reducer of a room: how an update changes its state. Pure: the clock is an argument.
import type { Entry, Gap, Lines, MemberId, OwnAct, OwnLine, RoomSnapshot, RoomUpdate, Seq, Status, You } from "../../wire";
import { isLine, withoutLine } from "../../wire";
import { annotated, annotationsOf, rosterChanged, rosterTold } from "./annotations";
import { withGap } from "./gaps";
import { askedAnew, onPage } from "./history";
import { isTaken, pinsAfter, saysNow, withAbout } from "./line-notes";
import { stillWaiting } from "./own-lines";
import { onFound, searchedAnew } from "./search";
import type { Link, RoomState } from "./state";

/** Applies one update; `now` is in milliseconds since 1970. */
export function reduce(room: RoomState, update: RoomUpdate, now: number): RoomState {
  switch (update.type) {
    case "snapshot":
      return fromSnapshot(room, update.room, now);
    case "status":
      // Without a link nobody answers soon: what the user wants meanwhile takes the place of what was asked before.
      return {
        ...askedAnew(room), ...linked(room, update.status, now), asked: update.status.state === "connected" ? room.asked : null,
      };
    case "welcomed": {
      const met = {
        ...room, name: update.name, ...called(room, update.you), role: update.role ?? "member", rules: update.rules ?? {},
        plain: update.plain ?? false, owner: update.owner ?? null, log: update.log, limits: update.limits, joins: update.joins ?? "gathered",
        // What nobody could say without a link is asked for again.
        singles: new Map([...room.singles].filter(([, entry]) => entry !== null)),
      };
      return room.log === null || room.log === update.log ? met : { ...met, ...begunAnew(room) };
    }
    case "entries":
      return append(room, update.entries);
    case "older":
      return onPage(room, { ...update.page, entries: withoutTaken(room, update.page.entries) }, update.gaps);
    case "found":
      return onFound(room, { ...update.found, entries: withoutTaken(room, update.found.entries) }, update.whole);
    case "rules":
      return { ...room, rules: update.rules };
    case "keeping":
      return { ...room, trouble: update.trouble };
    case "gap":
      return { ...room, gaps: withGap(room.gaps, update.gap) };
    case "about":
      return told(room, update.entries);
    case "lines":
      return withSingles(room, update.lines);
    case "typing":
      return { ...room, typing: typing(room, update.members, now) };
    case "own":
      return putAct(room, update.act);
    case "dropped":
      return { ...room, own: room.own.filter((line) => line.id !== update.id), acts: room.acts.filter((act) => act.id !== update.id) };
    case "people":
      return { ...room, ...rosterTold(update.people, update.online, update.at) };
    case "roster":
      return { ...room, ...rosterChanged(room, update) };
    case "you":
      return { ...room, you: room.you && { ...room.you, nickname: update.nickname }, renameRefused: null };
    case "rename_refused":
      return { ...room, renameRefused: update.reason };
    default:
      return update satisfies never;
  }
}

/** More than fits the eye, and less than weighs on the window. */
const PAST_KEPT = 2000;

/** Another log: its entries are counted from the start, and those of the old one are no part of it. */
function begunAnew(room: RoomState): Partial<RoomState> {
  return {
    past: [...room.past, ...room.entries.map((entry) => (isLine(entry) ? { ...entry, text: saysNow(room.about, entry) } : entry))].slice(-PAST_KEPT), entries: [], gaps: [], more: false, rosterAt: null, asked: null, away: null,
    seeking: null, goal: null, sheet: room.away ? room.sheet + 1 : room.sheet,
    search: searchedAnew(room.search), about: new Map(), singles: new Map(), pins: null, typing: new Map(), acts: [],
  };
}

function fromSnapshot(room: RoomState, next: RoomSnapshot, now: number): RoomState {
  const goesOn = next.resumed && next.log === room.log;
  const anew = room.log !== null && next.log !== null && next.log !== room.log;
  const base: RoomState = {
    ...room, ...(anew ? begunAnew(room) : {}), ...linked(room, next.status, now), url: next.url, name: next.name,
    ...called(room, next.you), role: next.role ?? "member", rules: next.rules ?? {}, plain: next.plain ?? false, owner: next.owner ?? null,
    rosterAt: null, log: next.log, gaps: gapsOf(room, next), own: [], acts: [],
    limits: next.limits, trouble: next.trouble ?? null, joins: next.joins ?? "gathered",
  };
  const kept = goesOn ? base : { ...base, ...(next.log !== null && next.log === room.log ? begunAtEnd : begunAgain(base)) };
  const own = next.own.reduce(putAct, append(kept, next.entries));
  const whole = { ...own, ...annotationsOf(next, own.entries) };
  return goesOn ? whole : { ...whole, more: next.more };
}

/** The same log, and more was said meanwhile than is told at once. A place that was jumped to stays in sight. */
const begunAtEnd: Partial<RoomState> = { entries: [], asked: null, singles: new Map(), pins: null };

/** Nothing says that it is the same log: a line that stands in the same place may be another one. */
function begunAgain(room: RoomState): Partial<RoomState> {
  return {
    entries: [], asked: null, away: null, seeking: null, goal: null, sheet: room.away ? room.sheet + 1 : room.sheet, revision: room.revision + 1,
    search: searchedAnew(room.search), about: new Map(), singles: new Map(), pins: null,
  };
}

function called(room: RoomState, you: You | null): Pick<RoomState, "you" | "selves"> {
  const known = you === null || room.selves.has(you.member);
  return { you, selves: known ? room.selves : new Set([...room.selves, you.member]) };
}

/**
 * What is missing in a log stays missing. A snapshot tells only the gaps of the stretch that the session has in memory;
 * those of older pages, and of a place that was jumped to, are known here alone.
 */
function gapsOf(room: RoomState, next: RoomSnapshot): readonly Gap[] {
  return next.gaps.reduce(withGap, next.log === room.log ? room.gaps : []);
}

function linked(room: RoomState, status: Status, now: number): Pick<RoomState, "link" | "classic"> {
  return { link: linkOf(status, now), classic: status.state === "connected" ? status.dialect === "classic" : room.classic };
}

function linkOf(status: Status, now: number): Link {
  if (status.state !== "reconnecting") return status;
  const { attempt, error, in_ms } = status;
  return { state: "reconnecting", at: in_ms > 0 ? now + in_ms : null, attempt, error };
}

function append(room: RoomState, entries: readonly Entry[]): RoomState {
  const head = room.entries.at(-1)?.seq ?? 0;
  const fresh = entries.filter((entry) => entry.seq > head);
  if (fresh.length === 0) return room;
  const grown = { ...room, ...annotated(room, fresh), entries: [...room.entries, ...fresh], own: stillWaiting(room.own, fresh) };
  const next = told({ ...grown, acts: stillWaiting(room.acts, fresh), typing: withoutAuthors(room.typing, fresh) }, fresh);
  return room.entries.length > 0 ? next : { ...next, more: room.more || olderExist(next) };
}

/** Something was said about lines. What was taken away is gone from this window, too. */
function told(room: RoomState, entries: readonly Entry[]): RoomState {
  const about = withAbout(room.about, entries);
  if (about === room.about) return room;
  const pins = room.pins && pinsAfter(room.pins, entries);
  const changes = entries.some(({ kind }) => kind === "edited" || kind === "removed");
  const next = { ...room, about, pins, revision: changes ? room.revision + 1 : room.revision };
  return entries.reduce((after, entry) => (entry.kind === "removed" ? takenAway(after, entry.about) : after), next);
}

function takenAway(room: RoomState, line: Seq): RoomState {
  const without = (list: readonly Entry[]): readonly Entry[] => (list.some((entry) => entry.seq === line && entry.kind !== "erased")
    ? list.map((entry) => withoutLine(entry, line)) : list);
  const single = room.singles.get(line);
  return {
    ...room,
    entries: without(room.entries),
    away: room.away && { ...room.away, entries: without(room.away.entries) },
    seeking: room.seeking?.older ? { ...room.seeking, older: { ...room.seeking.older, entries: without(room.seeking.older.entries) } } : room.seeking,
    singles: single ? new Map(room.singles).set(line, withoutLine(single, line)) : room.singles,
    search: room.search && { ...room.search, lines: room.search.lines?.filter(({ seq }) => seq !== line) ?? null },
  };
}

/** An answer may have been read before a line was taken away, and come after that was told. */
function withoutTaken(room: RoomState, entries: Entry[]): Entry[] {
  return entries.map((entry) => (isTaken(room.about, entry.seq) ? withoutLine(entry, entry.seq) : entry));
}

/** Single lines came. What is neither among them nor to be asked for again is not kept. */
function withSingles(room: RoomState, { lines, entries, rest, pinned }: Lines): RoomState {
  const singles = new Map(room.singles);
  for (const seq of lines) if (!rest?.includes(seq)) singles.set(seq, null);
  for (const entry of withoutTaken(room, entries)) singles.set(entry.seq, entry);
  return { ...room, singles, pins: pinned ? lines : room.pins };
}

/** Whoever writes is told of every few seconds. */
const TYPING_MS = 6000;

function typing(room: RoomState, members: readonly MemberId[], now: number): RoomState["typing"] {
  const others = members.filter((member) => !room.selves.has(member));
  const still = [...room.typing].filter(([, until]) => until > now);
  return new Map([...still, ...others.map((member): [MemberId, number] => [member, now + TYPING_MS])]);
}

/** Who has said something is not writing any more. */
function withoutAuthors(typing: RoomState["typing"], entries: readonly Entry[]): RoomState["typing"] {
  const said = new Set(entries.filter(isLine).map(({ from }) => from.member));
  return [...typing.keys()].some((member) => said.has(member)) ? new Map([...typing].filter(([member]) => !said.has(member))) : typing;
}

/** The first entry of an empty room tells by its `prev` whether something stands before it. */
function olderExist(room: RoomState): boolean {
  const before = room.entries[0]?.prev ?? 0;
  return before > 0 && !room.gaps.some((gap) => gap.to >= before);
}

function putAct(room: RoomState, act: OwnAct): RoomState {
  // A nickname is shown when the room knows it.
  if (act.type === "rename") return room;
  if (act.type === "post") return putOwn(room, act);
  const others = room.acts.filter(({ id }) => id !== act.id);
  return { ...room, acts: [...others, act] };
}

function putOwn(room: RoomState, line: OwnLine): RoomState {
  const mine = room.mine.has(line.id) ? room.mine : new Set([...room.mine, line.id]);
  // Once a line is an entry it stays one, whatever is said of it.
  if (room.entries.findLast((entry) => entry.id === line.id)) return mine === room.mine ? room : { ...room, mine };
  const known = room.own.some((other) => other.id === line.id);
  const own = known ? room.own.map((other) => (other.id === line.id ? line : other)) : [...room.own, line];
  return { ...room, own, mine };
}
