// From entries and own lines to the rows of the chat list: grouped by author and day. Pure.
import type { Entry, Failure, MemberId, OwnLine, Seq } from "../wire";
import { isMine, type RoomState } from "./room";

/** One row of the chat list. `key` names the DOM node: a line keeps it when it becomes an entry. */
export type Row = DayRow | NewRow | GapRow | RestartRow | LineRow | SystemRow;

export interface DayRow { kind: "day"; key: string; /** Local midnight, in milliseconds. */ day: number }
export interface NewRow { kind: "new"; key: string }
export interface GapRow { kind: "gap"; key: string; count: number }

/** The host began its log anew: what stands above is no part of it. */
export interface RestartRow { kind: "restart"; key: string }

/** A line of talk. */
export interface LineRow {
  kind: "line";
  key: string;
  author: MemberId | null;
  nickname: string;
  text: string;
  /** Milliseconds since 1970. */
  at: number;
  mine: boolean;
  state: "stored" | "queued" | "sent" | "failed";
  failure: Failure | null;
  /** The id of a line that is no entry yet. */
  id: string | null;
  /** Whether it starts a group, with the avatar and the name. */
  head: boolean;
}

/** Somebody came, went, or took another nickname. */
export interface SystemRow {
  kind: "system";
  key: string;
  event: "joined" | "left" | "renamed";
  nickname: string;
  old: string | null;
  at: number;
}

/** An entry of a kind that this version knows. */
type Known = Exclude<Entry, { kind: "unknown" }>;

/** Lines of one author stay together for this long. */
const TOGETHER_MS = 5 * 60_000;

/**
 * The rows of a room. `unreadAfter` puts the "new messages" divider before the first entry after it; `now` dates own
 * lines whose id does not tell when they were written.
 */
export function timeline(room: RoomState, unreadAfter: Seq | null, now: number): Row[] {
  const rows = new Rows();
  const gaps = [...room.gaps];
  let dividerDue = unreadAfter !== null;
  room.past.forEach((entry, i) => {
    if (entry.kind === "unknown") return;
    rows.day(timeOf(entry));
    // Its number may be that of another entry now, and its id that of a line that was sent again.
    rows.push({ ...rowOf(room, entry), key: `past-${i}` });
  });
  if (room.past.length > 0) rows.push({ kind: "restart", key: "restart" });
  for (const entry of room.entries) {
    while (gaps[0] && gaps[0].after < entry.seq) rows.gap(gaps.shift()!);
    if (entry.kind === "unknown") continue;
    rows.day(timeOf(entry));
    if (dividerDue && unreadAfter !== null && entry.seq > unreadAfter) {
      rows.push({ kind: "new", key: "new" });
      dividerDue = false;
    }
    rows.push(rowOf(room, entry));
  }
  for (const gap of gaps) rows.gap(gap);
  for (const line of room.own) {
    const at = writtenAt(line.id) ?? now;
    rows.day(at);
    rows.push(ownLine(room, line, at));
  }
  return rows.all;
}

/** Whether rows were put before the others: then the list keeps its place from the end instead of from the start. */
export function prepended(before: readonly Row[], after: readonly Row[]): boolean {
  const last = before.at(-1);
  if (!last || after.length <= before.length || after.at(-1)?.key !== last.key) return false;
  // The divider is the one row that comes between others.
  return after.length - before.length > 1 || after[0]?.key !== before[0]?.key;
}

/** Local midnight before a moment. */
export function dayOf(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

/** The time in a UUIDv7, in milliseconds since 1970; `null` for other ids. */
export function writtenAt(id: string): number | null {
  const match = /^([0-9a-f]{8})-([0-9a-f]{4})-7/i.exec(id);
  return match ? parseInt(`${match[1]}${match[2]}`, 16) : null;
}

class Rows {
  readonly all: Row[] = [];
  #day = NaN;

  push(row: Row): void {
    if (row.kind === "line") row.head = !this.#goesOn(row);
    this.all.push(row);
  }

  /** Days only go forward: a clock that jumped back starts no second "yesterday" among today's lines. */
  day(at: number): void {
    const day = dayOf(at);
    if (day <= this.#day) return;
    this.#day = day;
    this.all.push({ kind: "day", key: `day-${day}`, day });
  }

  gap(gap: { after: Seq; to: Seq }): void {
    this.all.push({ kind: "gap", key: `gap-${gap.after}`, count: gap.to - gap.after });
  }

  #goesOn(row: LineRow): boolean {
    const before = this.all.at(-1);
    return before?.kind === "line" && before.author === row.author && before.nickname === row.nickname
      && Math.abs(row.at - before.at) < TOGETHER_MS;
  }
}

function rowOf(room: RoomState, entry: Known): LineRow | SystemRow {
  return entry.kind === "message" ? lineOf(room, entry, entry.text) : systemRowOf(entry);
}

function lineOf(room: RoomState, entry: Entry, text: string): LineRow {
  return {
    kind: "line", key: entry.id ?? String(entry.seq), author: entry.from.member, nickname: entry.from.nickname, text,
    at: timeOf(entry), mine: isMine(room, entry), state: "stored", failure: null, id: null, head: true,
  };
}

function ownLine(room: RoomState, line: OwnLine, at: number): LineRow {
  return {
    kind: "line", key: line.id, author: room.you?.member ?? null, nickname: room.you?.nickname ?? "", text: line.text, at,
    mine: true, state: line.state.state, failure: line.state.state === "failed" ? line.state.reason : null, id: line.id,
    head: true,
  };
}

/** The row of an entry that is no line of talk. */
export function systemRowOf(entry: Exclude<Known, { kind: "message" }>): SystemRow {
  const { kind: event, from: { nickname } } = entry;
  const old = entry.kind === "renamed" ? entry.old : null;
  return { kind: "system", key: entry.id ?? String(entry.seq), event, nickname, old, at: timeOf(entry) };
}

const times = new WeakMap<Entry, number>();

/** Entries never change, so each time is read once, however often the rows are made anew. */
function timeOf(entry: Entry): number {
  let at = times.get(entry);
  if (at === undefined) {
    at = Date.parse(entry.at);
    times.set(entry, at);
  }
  return at;
}
