// The rows of the chat list, made from entries and own lines: grouped by author and day. Pure.
import type { Entry, Failure, MemberId, OwnLine, Seq } from "../../wire";
import { GapReader } from "./gaps";
import { notesOf, saysNow } from "./line-notes";
import { moreBefore, shownEntries } from "./history";
import { isMine, type RoomState } from "./state";

/** One row of the chat list. `key` names the DOM node: a line keeps it when it becomes an entry. */
export type Row = DayRow | NewRow | GapRow | RestartRow | ClassicRow | LineRow | SystemRow | StoneRow;

export interface DayRow { kind: "day"; key: string; /** Local midnight, in milliseconds. */ day: number }
export interface NewRow { kind: "new"; key: string }
export interface GapRow { kind: "gap"; key: string; count: number }

/** The host began its log anew: what stands above is no part of it. */
export interface RestartRow { kind: "restart"; key: string }

/** The server keeps nothing and confirms nothing. */
export interface ClassicRow { kind: "classic"; key: string }

/** A line of talk. */
export interface LineRow {
  kind: "line";
  key: string;
  /** Its place in the log; `null` when it has none there, or not yet. */
  seq: Seq | null;
  author: MemberId | null;
  nickname: string;
  /** What it says now. */
  text: string;
  /** What was said first, and when, as the entry has it. */
  said: { readonly text: string; readonly at: string } | null;
  /** The line that it answers, and who is mentioned, of one that is no entry yet. */
  reply: Seq | null;
  /** Milliseconds since 1970. */
  at: number;
  mine: boolean;
  state: "stored" | "queued" | "sent" | "failed";
  failure: Failure | null;
  /** The id of a line that is no entry yet. */
  id: string | null;
  /** Whether it starts a group, with the avatar and the name. */
  head: boolean;
  /** The key of the line whose group it goes on where nothing of what came and went between the two is shown. */
  after: string | null;
}

/** Somebody came, went, or took another nickname. */
export interface SystemRow {
  kind: "system";
  key: string;
  seq: Seq | null;
  event: "joined" | "left" | "renamed";
  author: MemberId;
  nickname: string;
  old: string | null;
  at: number;
}

/** Lines of one person stood here, one behind the other, and were taken away by another or by themselves. */
export interface StoneRow {
  kind: "stone";
  key: string;
  /** The first of them, and the last. */
  from: Seq;
  seq: Seq;
  /** Whose they were. */
  author: MemberId;
  nickname: string;
  /** Who took them away. */
  by: MemberId;
  byNickname: string;
  mine: boolean;
  /** When the last one was. */
  removedAt: number;
  count: number;
}

/** Somebody came, went, or has another nickname. */
type PresenceEntry = Extract<Entry, { kind: "joined" | "left" | "renamed" }>;

/** Lines of one author stay together for this long. */
const TOGETHER_MS = 5 * 60_000;

/**
 * The rows of a room. `unreadAfter` puts the "new messages" divider before the first line of others after it; `now` dates
 * own lines whose id does not tell when they were written.
 */
export function rowsOf(room: RoomState, unreadAfter: Seq | null, now: number): Row[] {
  return new RowBuilder().rows(room, unreadAfter, now);
}

/** Makes rows, and goes on from those that it made last when entries only came after them. */
export class RowBuilder {
  #last: { room: RoomState; unreadAfter: Seq | null; stored: Stored } | null = null;
  /** Lines that keep their head although a line of the same author came before them. */
  #heads = new Set<string>();

  /**
   * See `rowsOf`. `firstInSight`: the user looks at the first line, which must not lose its head, and so its height,
   * when older ones come before it.
   */
  rows(room: RoomState, unreadAfter: Seq | null, now: number, firstInSight = false): Row[] {
    const last = this.#last;
    const goesOn = last !== null && last.unreadAfter === unreadAfter && grown(last.room, room);
    if (last?.room.sheet !== room.sheet) this.#heads.clear();
    const first = last && firstInSight ? shownEntries(last.room)[0] : undefined;
    if (first && first !== shownEntries(room)[0]) this.#heads.add(keyOf(room, first));
    const stored = goesOn ? last.stored : new Stored(room, unreadAfter, this.#heads);
    stored.add(room, goesOn ? shownEntries(last.room).length : 0);
    this.#last = { room, unreadAfter, stored };
    return stored.withOwn(room, now);
  }
}

/** Whether all rows of stored entries of the first room are rows of the second one, too. */
function grown(before: RoomState, after: RoomState): boolean {
  const was = shownEntries(before), is = shownEntries(after);
  return before.past === after.past && before.gaps === after.gaps && before.mine === after.mine
    && before.selves === after.selves && before.revision === after.revision && before.classic === after.classic && before.plain === after.plain && before.sheet === after.sheet
    && moreBefore(before) === moreBefore(after)
    && was.length <= is.length && was[0] === is[0] && was.at(-1) === is[was.length - 1];
}

/** The rows of what is stored; grows at its end alone. */
class Stored {
  readonly #rows: Rows;
  readonly #gaps: GapReader;
  #dividerDue: boolean;

  constructor(room: RoomState, private readonly unreadAfter: Seq | null, heads: ReadonlySet<string>) {
    this.#rows = new Rows(heads);
    const openStart = moreBefore(room);
    this.#gaps = new GapReader(room.gaps, openStart);
    this.#dividerDue = unreadAfter !== null;
    if (room.classic) this.#rows.push({ kind: "classic", key: "classic" });
    // Nothing can come between what was said before and the start of the log, so both are shown together.
    if (room.past.length > 0 && !openStart) this.#addPast(room);
  }

  #addPast(room: RoomState): void {
    // What is said about lines now is about those of another log.
    const before = { ...room, about: new Map() };
    room.past.forEach((entry, i) => {
      const row = rowOf(before, entry);
      if (row === null || row.kind === "stone") return;
      this.#rows.day(timeOf(entry));
      // Its number may be that of another entry now, and its id that of a line that was sent again.
      this.#rows.push({ ...row, key: `past-${i}`, seq: null });
    });
    this.#rows.push({ kind: "restart", key: "restart" });
  }

  /** Adds the shown entries from a place on. */
  add(room: RoomState, from: number): void {
    const entries = shownEntries(room);
    for (let i = from; i < entries.length; i++) {
      const entry = entries[i]!;
      for (const gap of this.#gaps.before(entry)) this.#rows.gap(gap);
      const row = rowOf(room, entry);
      if (row === null) continue;
      this.#rows.day(timeOf(entry));
      if (this.#dividerDue && entry.seq > (this.unreadAfter ?? 0) && entry.kind === "message" && !isMine(room, entry)) {
        this.#rows.push({ kind: "new", key: "new" });
        this.#dividerDue = false;
      }
      this.#rows.push(row);
    }
  }

  /** All rows. Own lines stand after the newest entry, and nowhere else. */
  withOwn(room: RoomState, now: number): Row[] {
    const rows = this.#rows.copy();
    for (const gap of this.#gaps.after(room.away !== null)) rows.gap(gap);
    if (room.away !== null) return rows.all;
    for (const line of room.own) {
      const at = writtenAt(line.id) ?? now;
      rows.day(at);
      rows.push(ownLine(room, line, at));
    }
    return rows.all;
  }
}

/** Local midnight before a moment. */
export function dayOf(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

/** The time in a UUIDv7, in milliseconds since 1970; `null` for other ids. */
function writtenAt(id: string): number | null {
  const match = /^([0-9a-f]{8})-([0-9a-f]{4})-7/i.exec(id);
  return match ? parseInt(`${match[1]}${match[2]}`, 16) : null;
}

class Rows {
  #day = NaN;
  /** The newest line, if only comings and goings stand behind it. */
  #line: LineRow | null = null;

  constructor(private readonly heads: ReadonlySet<string>, readonly all: Row[] = []) {}

  copy(): Rows {
    const copy = new Rows(this.heads, [...this.all]);
    copy.#day = this.#day;
    copy.#line = this.#line;
    return copy;
  }

  push(row: Row): void {
    if (row.kind === "line") {
      row.after = !this.heads.has(row.key) && goesOn(this.#line, row) ? this.#line.key : null;
      row.head = row.after === null || this.all.at(-1) !== this.#line;
    }
    if (row.kind !== "system") this.#line = row.kind === "line" ? row : null;
    const last = this.all.at(-1);
    if (row.kind === "stone" && last?.kind === "stone" && last.author === row.author && last.by === row.by) {
      this.all[this.all.length - 1] = { ...row, key: last.key, from: last.from, count: last.count + row.count };
      return;
    }
    this.all.push(row);
  }

  /** Days only go forward: a clock that jumped back starts no second "yesterday" among today's lines. */
  day(at: number): void {
    const day = dayOf(at);
    if (day <= this.#day) return;
    this.#day = day;
    this.push({ kind: "day", key: `day-${day}`, day });
  }

  gap(gap: { after: Seq; to: Seq }): void {
    this.push({ kind: "gap", key: `gap-${gap.after}`, count: gap.to - gap.after });
  }
}

/** Whether a line is one of the same group as the one before it. */
function goesOn(before: LineRow | null, row: LineRow): before is LineRow {
  return before !== null && before.author === row.author && before.nickname === row.nickname && Math.abs(row.at - before.at) < TOGETHER_MS;
}

/** The row of an entry; `null` for what is shown with another one, or not at all. */
function rowOf(room: RoomState, entry: Entry): LineRow | SystemRow | StoneRow | null {
  switch (entry.kind) {
    case "message":
      return lineOf(room, entry);
    case "joined":
    case "left":
    case "renamed":
      return systemRowOf(room, entry);
    case "erased":
      return stoneOf(room, entry);
    default:
      return null;
  }
}

/** What is left of a line. Of what was only about one, nothing is. */
function stoneOf(room: RoomState, entry: Entry): StoneRow | null {
  const { removed } = notesOf(room.about.get(entry.seq), "", entry.at);
  if (removed === null) return null;
  const { seq, from } = entry;
  return {
    kind: "stone", key: keyOf(room, entry), from: seq, seq, author: from.member, nickname: from.nickname, by: removed.by.member,
    byNickname: removed.by.nickname, mine: isMine(room, entry), removedAt: Date.parse(removed.at), count: 1,
  };
}

function lineOf(room: RoomState, entry: Extract<Entry, { kind: "message" }>): LineRow {
  const text = saysNow(room.about, entry);
  return {
    kind: "line", key: keyOf(room, entry), seq: entry.seq, author: entry.from.member, nickname: entry.from.nickname,
    text, said: entry, reply: null, at: timeOf(entry), mine: isMine(room, entry), state: "stored", failure: null, id: null, head: true, after: null,
  };
}

function ownLine(room: RoomState, line: OwnLine, at: number): LineRow {
  return {
    kind: "line", key: line.id, seq: null, author: room.you?.member ?? null, nickname: room.you?.nickname ?? "",
    text: line.text, said: null, reply: line.reply ?? null, at, mine: true, state: line.state.state,
    failure: line.state.state === "failed" ? line.state.reason : null, id: line.id, head: true, after: null,
  };
}

/** An own line keeps the key that it had while it was on its way. Others may post under any id, even one seen here. */
function keyOf(room: RoomState, entry: Entry): string {
  return entry.id !== undefined && isMine(room, entry) ? entry.id : String(entry.seq);
}

/** The row of an entry that is no line of talk. */
export function systemRowOf(room: RoomState, entry: PresenceEntry): SystemRow {
  const { kind: event, from: { member, nickname } } = entry;
  const old = entry.kind === "renamed" ? entry.old : null;
  return { kind: "system", key: keyOf(room, entry), seq: entry.seq, event, author: member, nickname, old, at: timeOf(entry) };
}

/** The newest line of the user's own that can still be changed; `null` when there is none. */
export function lastOwn(room: RoomState): { seq: Seq; text: string } | null {
  if (room.classic || room.plain) return null;
  const last = room.entries.findLast((entry) => entry.kind === "message" && isMine(room, entry));
  if (last?.kind !== "message") return null;
  return { seq: last.seq, text: saysNow(room.about, last) };
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
