// Events that happen to a session, and the effects that it wants done.
import type { ClientFrame, ConnectError, LogId, PostId, RoomCommand, RoomUpdate, Seq, ServerFrame, ShownAct, You } from "../../../wire";

/** The user's questions, which are frames as they stand. */
/** What is asked of the session. The marks that the user leaves are kept by the driver. */
export type SessionCommand = Exclude<RoomCommand, { type: "set_read_mark" | "set_draft" | "set_joins_shown" }>;
export type HistoryRequest = Extract<RoomCommand, { type: "history" }>;
export type SearchRequest = Extract<RoomCommand, { type: "search" }>;
export type LinesRequest = Extract<RoomCommand, { type: "lines" }>;
/** What a host sends, of one type. */
export type Frame<T extends ServerFrame["type"]> = Extract<ServerFrame, { type: T }>;
export type MemberToken = Frame<"welcome">["token"];

/** What happens to a session. */
export type Event =
  /** The first attempt may begin. */
  | { type: "begin" }
  /** An attempt led to a connection. */
  | { type: "opened" }
  /** The attempt failed. */
  | { type: "failed"; error: ConnectError }
  /** The connection ended, with this code; 1005 and 1006 are what a browser says where there was none. */
  | { type: "closed"; code: number }
  /** A text message came. */
  | { type: "text"; text: string }
  /** The time of `Session.deadline` has come. */
  | { type: "tick" }
  /** The user asks for something. */
  | { type: "command"; command: SessionCommand }
  /** The user has typed the room's password, and tries at once. */
  | { type: "password"; password: string }
  /** The user comes with another link to the room. */
  | { type: "secret"; secret: string }
  /** Nobody looks at the page any more. */
  | { type: "hidden" }
  /** The user is back, or the computer has slept, or the network is another one. */
  | { type: "woke" }
  /** The page is left. It may be come back to, as from the browser's back/forward cache. */
  | { type: "parted" };

/** What a session wants done, in this order. */
export type Effect =
  /** Try to connect. No attempt and no connection is open. */
  | { type: "connect" }
  /** Keep a change over a reload. What is sent behind it relies on it. */
  | { type: "save"; record: SavedRecord }
  | { type: "send"; frame: ClientFrame }
  /** End the connection, or drop the attempt; nothing of it is to be heard after this. */
  | { type: "hang_up" }
  /** Tell the page. */
  | { type: "tell"; update: RoomUpdate };

/** A change of what is kept. */
export type SavedRecord =
  /** Who we are to the host, and in which log. */
  | { type: "member"; member: SavedMember }
  /** An own act is new or has changed. */
  | { type: "line"; line: SavedLine }
  /** An own act is gone, or has become an entry. */
  | { type: "gone"; id: PostId };

export interface SavedMember {
  readonly token: MemberToken;
  readonly you: You;
  readonly name: string;
  readonly log: LogId;
}

/** An own act that is no entry yet. */
export interface SavedLine {
  readonly own: ShownAct;
  /** Whether it went out and nobody said that it was not stored: it may be in the log. */
  readonly wentOut: boolean;
  /** Its place in the log, once acked. */
  readonly stored: Seq | null;
}
