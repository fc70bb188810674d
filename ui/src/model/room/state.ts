// The state of a room: all that the page knows of it. Pure; `reduce` changes it, `history` and `search` their parts of it.
import type {
  ConnectError, Cursor, Dialect, Entry, Gap, JoinsShown, KeepTrouble, Limits, LogId, MemberId, OwnLine, Person, PostId, RefusalCode, Role, Rules, Seq, ShownAct, You,
} from "../../wire";
import { LIMITS_V1 } from "../../wire";
import type { Colours } from "./colours";
import type { About } from "./line-notes";

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
  /** What members may do here. */
  readonly rules: Rules;
  /** The host is of before what is said about lines: what it would not know is not offered. */
  readonly plain: boolean;
  /** Whose room it is; `null` where the host does not tell. */
  readonly owner: MemberId | null;
  /** All that the user has been here: a host that began anew may give them another id. */
  readonly selves: ReadonlySet<MemberId>;
  readonly people: readonly Person[];
  readonly online: number;
  /** Of all who were here or said something, as far as the page knows. */
  readonly colours: Colours;
  /** The newest entry that the roster knew of when the host told it; `null` while it has not. */
  readonly rosterAt: Seq | null;
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
  /** Acts of the user's own about lines, on their way. */
  readonly acts: readonly ShownAct[];
  /** What was said about lines that this window knows. */
  readonly about: About;
  /** Changes whenever a line says something else than before, or nothing any more. */
  readonly revision: number;
  /** Lines that are not among the entries and were asked for one by one; `null`: not kept any more. */
  readonly singles: ReadonlyMap<Seq, Entry | null>;
  /** The lines that are pinned, in the order in which they were; `null` until that was told. */
  readonly pins: readonly Seq[] | null;
  /** Who is writing, and until when that counts, in milliseconds since 1970. */
  readonly typing: ReadonlyMap<MemberId, number>;
  /** Ids of lines written in this window. On a classic server they are mine, whatever it calls their author. */
  readonly mine: ReadonlySet<PostId>;
  readonly limits: Limits;
  readonly renameRefused: RefusalCode | null;
  /** Why nothing of the room is kept on this computer, if that is so. */
  readonly trouble: KeepTrouble | null;
  /** How much the list shows of who comes and goes. */
  readonly joins: JoinsShown;
}

/** A part of the conversation that was jumped to, or left behind, apart from the live entries. */
export interface Away {
  readonly entries: readonly Entry[];
  readonly moreBefore: boolean;
  /** Nothing came after it although something must stand there: nobody can be asked for it now. */
  readonly stalled: boolean;
}

/** A place on the way: the entries up to it come first, then those after it. */
export interface Seeking {
  readonly seq: Seq;
  readonly older: { readonly entries: readonly Entry[]; readonly more: boolean } | null;
  /** Neither it nor anything around it is to be had. */
  readonly gone: boolean;
}

/** Where the list is to go. `nth` tells two jumps to one place apart. */
export interface Goal {
  readonly to: Seq | "end";
  readonly nth: number;
}

/** What of a list is before the user's eyes. */
export interface Sight {
  /** The places in the log of the first row and of the last, */
  readonly from: Seq;
  readonly to: Seq;
  /** and of that in the middle. */
  readonly middle: Seq;
}

/** A question to the host. */
export interface Request {
  readonly before: Seq;
  readonly after: Seq | null;
}

export interface Search {
  readonly query: string;
  /** The question under way. */
  readonly asked: Question | null;
  /** `null` until the first answer. */
  readonly lines: readonly Line[] | null;
  /** Before which line the next question goes on; `null` when all was looked through. */
  readonly next: Seq | null;
  /** Whether all that the room keeps was searched; otherwise what is kept on this computer. */
  readonly whole: boolean;
  /** Whether the newest question was not taken: nobody will answer it. */
  readonly refused: boolean;
}

/** `before`: where it goes on; `null` for the first one. */
export interface Question {
  readonly before: Seq | null;
}

/** A line that was found. */
export type Line = Extract<Entry, { kind: "message" }>;

/** A room of which nothing is known but its address. */
export function newRoom(url: string): RoomState {
  return {
    url, name: null, link: { state: "connecting" }, classic: false, you: null, role: "member", rules: {}, plain: false, owner: null,
    selves: new Set(), people: [], online: 0,
    colours: new Map(),
    rosterAt: null, log: null, past: [], entries: [], gaps: [], more: false, asked: null, away: null, seeking: null, goal: null, sheet: 0,
    search: null, own: [], acts: [], about: new Map(), revision: 0, singles: new Map(), pins: null, typing: new Map(), mine: new Set(), limits: LIMITS_V1, renameRefused: null, trouble: null, joins: "gathered",
  };
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
