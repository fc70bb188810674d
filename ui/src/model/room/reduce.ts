// A room as the page knows it, and how it changes. Pure: the clock is an argument.
import type {
  ConnectError, Cursor, Dialect, Entry, Gap, KeepTrouble, Limits, LogId, MemberId, OwnLine, Person, PostId, RefusalCode, Role, RoomSnapshot,
  RoomUpdate, Status, You,
} from "../../wire";
import { LIMITS_V1 } from "../../wire";
import { withGap } from "./gaps";
import { askedAnew, type Away, type Goal, onPage, type Request, type Seeking } from "./history";
import { stillWaiting } from "./own-lines";
import { onFound, type Search, searchedAnew } from "./search";

/** The link, with the next attempt as a moment rather than a span, so that a countdown can be read off at any time. */
export type Link =
  | { state: "connecting" }
  | { state: "connected"; dialect: Dialect }
  | { state: "reconnecting"; at: number | null; attempt: number; error: ConnectError }
  | { state: "disconnected"; error: ConnectError | null };

export interface RoomState {
  readonly url: string;
  readonly name: string | null;
  readonly link: Link;
  /** Whether the server that was met last speaks the classic dialect: it keeps nothing and confirms nothing. */
  readonly classic: boolean;
  readonly you: You | null;
  /** What the user may do here. */
  readonly role: Role;
  /** All that the user has been here: a host that began anew may give them another id. */
  readonly selves: ReadonlySet<MemberId>;
  readonly people: readonly Person[];
  readonly online: number;
  readonly log: LogId | null;
  /** What was said before the host began its log anew, as far as this window saw it. Nothing else keeps it. */
  readonly past: readonly Entry[];
  readonly entries: readonly Entry[];
  readonly gaps: readonly Gap[];
  /** Whether older entries can be asked for. */
  readonly more: boolean;
  /** The request for entries of the past that is under way. */
  readonly asked: Request | null;
  /** What is shown instead of the live entries, when the user looks at a place apart from them. */
  readonly away: Away | null;
  /** The place that is being jumped to. */
  readonly seeking: Seeking | null;
  /** Where the list is to go, or went last. */
  readonly goal: Goal | null;
  /** Changes when the list shows something else altogether, not when it grows. */
  readonly sheet: number;
  readonly search: Search | null;
  readonly own: readonly OwnLine[];
  /** Ids of lines written in this window. On a classic server they are mine, whatever it calls their author. */
  readonly mine: ReadonlySet<PostId>;
  readonly limits: Limits;
  readonly renameRefused: RefusalCode | null;
  /** Why nothing of the room is kept on this computer, if that is so. */
  readonly trouble: KeepTrouble | null;
}

/** A room of which nothing is known but its address. */
export function newRoom(url: string): RoomState {
  return {
    url, name: null, link: { state: "connecting" }, classic: false, you: null, role: "member", selves: new Set(), people: [], online: 0,
    log: null, past: [], entries: [], gaps: [], more: false, asked: null, away: null, seeking: null, goal: null, sheet: 0,
    search: null, own: [], mine: new Set(), limits: LIMITS_V1, renameRefused: null, trouble: null,
  };
}

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
      const met = { ...room, name: update.name, ...called(room, update.you), role: update.role ?? "member", log: update.log, limits: update.limits };
      return room.log === null || room.log === update.log ? met : { ...met, ...begunAnew(room) };
    }
    case "entries":
      return append(room, update.entries);
    case "older":
      return onPage(room, update.page, update.gaps);
    case "found":
      return onFound(room, update.found, update.whole);
    case "keeping":
      return { ...room, trouble: update.trouble };
    case "gap":
      return { ...room, gaps: withGap(room.gaps, update.gap) };
    case "own":
      return putOwn(room, update.line);
    case "dropped":
      return { ...room, own: room.own.filter((line) => line.id !== update.id) };
    case "people":
      return { ...room, people: update.people, online: update.online };
    case "roster": {
      const changed = new Set([...update.left, ...update.joined.map((person) => person.member)]);
      const stayed = room.people.filter((person) => !changed.has(person.member));
      return { ...room, people: [...stayed, ...update.joined], online: update.online };
    }
    case "you":
      return { ...room, you: room.you && { ...room.you, nickname: update.nickname }, renameRefused: null };
    case "rename_refused":
      return { ...room, renameRefused: update.reason };
    default:
      return update satisfies never;
  }
}

/** Where a new subscription goes on. */
export function cursorOf(room: RoomState): Cursor | null {
  const last = room.entries.at(-1);
  return room.log !== null && last ? { log: room.log, seq: last.seq } : null;
}

/**
 * Whether an entry is the user's own. Its id says so on a classic server alone, where the shell gives ids to lines that
 * came back: on any other, whoever has seen an id can post under it.
 */
export function isMine(room: RoomState, entry: Entry): boolean {
  return room.selves.has(entry.from.member) || (room.classic && entry.id !== undefined && room.mine.has(entry.id));
}

/** More than fits the eye, and less than weighs on the window. */
const PAST_KEPT = 2000;

/** Another log: its entries are counted from the start, and those of the old one are no part of it. */
function begunAnew(room: RoomState): Partial<RoomState> {
  return {
    past: [...room.past, ...room.entries].slice(-PAST_KEPT), entries: [], gaps: [], more: false, asked: null, away: null,
    seeking: null, goal: null, sheet: room.away ? room.sheet + 1 : room.sheet,
    search: searchedAnew(room.search),
  };
}

function fromSnapshot(room: RoomState, next: RoomSnapshot, now: number): RoomState {
  const goesOn = next.resumed && next.log === room.log;
  const anew = room.log !== null && next.log !== null && next.log !== room.log;
  const base: RoomState = {
    ...room, ...(anew ? begunAnew(room) : {}), ...linked(room, next.status, now), url: next.url, name: next.name,
    ...called(room, next.you), role: next.role ?? "member", people: next.people, online: next.online, log: next.log, gaps: gapsOf(room, next), own: [],
    limits: next.limits, trouble: next.trouble ?? null,
  };
  const kept = goesOn ? base : { ...base, entries: [], asked: null };
  const own = next.own.reduce(putOwn, append(kept, next.entries));
  return goesOn ? own : { ...own, more: next.more };
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
  const next = { ...room, entries: [...room.entries, ...fresh], own: stillWaiting(room.own, fresh) };
  return room.entries.length > 0 ? next : { ...next, more: room.more || olderExist(next) };
}

/** The first entry of an empty room tells by its `prev` whether something stands before it. */
function olderExist(room: RoomState): boolean {
  const before = room.entries[0]?.prev ?? 0;
  return before > 0 && !room.gaps.some((gap) => gap.to >= before);
}

function putOwn(room: RoomState, line: OwnLine): RoomState {
  const mine = room.mine.has(line.id) ? room.mine : new Set([...room.mine, line.id]);
  // Once a line is an entry it stays one, whatever is said of it.
  if (room.entries.findLast((entry) => entry.id === line.id)) return mine === room.mine ? room : { ...room, mine };
  const known = room.own.some((other) => other.id === line.id);
  const own = known ? room.own.map((other) => (other.id === line.id ? line : other)) : [...room.own, line];
  return { ...room, own, mine };
}
