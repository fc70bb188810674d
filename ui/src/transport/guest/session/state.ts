// The state of a session. Its parts are moved by `phase`, `v1`, `commands` and `requests`; `session` has the diagram.
import type { ClientFrame, ConnectError, Limits, LogId, MemberId, Role, RoomUpdate, Rules, Seq, You } from "../../../wire";
import { LIMITS_V1 } from "../../../wire";
import { Backoff } from "./backoff";
import type { Effect, HistoryRequest, LinesRequest, MemberToken, SavedLine, SavedMember, SavedRecord, SearchRequest } from "./events";
import { Outbox } from "./outbox";
import { Timeline } from "./timeline";
import type { Timing } from "./timing";
import { ToldRoster } from "./told-roster";

/** Where the session stands. Times are milliseconds since it began. */
export type Phase =
  /** An attempt is under way. It may take until then. */
  | { is: "connecting"; until: number }
  /** Connected, and the hello is sent. The welcome must come until then. */
  | { is: "greeting"; until: number }
  /** In the room. `asked`: until when there must be a sign of life, if it was asked for. */
  | { is: "joined"; since: number; heard: number; asked: number | null }
  /** The next attempt begins then. */
  | { is: "waiting"; until: number }
  /** Nothing is tried until the user asks for it. */
  | { is: "over" };

/** A question under way. `notBefore`: when it may go out again, if the host said to wait. */
export interface PendingRequest<T> {
  readonly request: T;
  notBefore: number | null;
}

/**
 * After a loss the log is read up to where it stood at the welcome before lines are sent again: one of them may be in it.
 * A host knows a line that comes twice by member and id; but one that has lost its members does not.
 */
export interface Hold {
  readonly head: Seq;
  /** So long after the last entry that came, and no longer: the newest one might be one that we do not get to see. */
  until: number;
}

/** What a session is made from. */
export interface Setup {
  /** The address that the page shows, such as `ws://192.168.1.23:8080`, */
  readonly url: string;
  /** and what errors say of it. */
  readonly host: string;
  readonly port: number;
  /** The page's version, for the host's log. */
  readonly version: string;
  readonly nickname: string;
  readonly timing: Timing;
  /** What was kept over a reload. */
  readonly member: SavedMember | null;
  /** The secret of the invitation by which the page was opened. */
  readonly secret: string | null;
  readonly lines: readonly SavedLine[];
}

export class State {
  readonly timing: Timing;
  /** The nickname that the user wishes; the room may know them by a distinct form of it. */
  nickname: string;
  token: MemberToken | null;
  /** The secret of the invitation by which the user came last. */
  secret: string | null;
  /** The room's password, as it was typed. */
  password: string | null = null;

  phase: Phase = { is: "connecting", until: Infinity };
  /** Whether anybody looks at the page. */
  visible = true;
  /** Attempts since the link was lost. */
  attempt = 0;
  /** Why the link was lost, or why the last attempt failed. */
  trouble: ConnectError | null = null;
  readonly backoff: Backoff;
  /** Where a hole was found, and how often in a row. */
  hole: { readonly at: Seq; readonly times: number } | null = null;

  name: string | null;
  you: You | null;
  role: Role = "member";
  rules: Rules = {};
  /** The host is of before what is said about lines: it takes lines alone. */
  plain = false;
  owner: MemberId | null = null;
  limits: Limits = LIMITS_V1;
  readonly roster = new ToldRoster();
  readonly timeline = new Timeline((gone) => this.roster.pass(gone));
  /** The log of before a reload: its entries are gone from here, but what was acked is in it. */
  savedLog: LogId | null;
  readonly outbox: Outbox;
  /** Lines wait until the log is read so far. */
  hold: Hold | null = null;
  /** The nickname in the hello that was sent last, until it is answered. */
  greetedAs: string | null = null;
  /** The nickname to go back to if the rename under way is refused. */
  renamingFrom: string | null = null;
  history: PendingRequest<HistoryRequest> | null = null;
  search: PendingRequest<SearchRequest> | null = null;
  lines: PendingRequest<LinesRequest> | null = null;

  #effects: Effect[] = [];

  constructor(readonly setup: Setup) {
    this.timing = setup.timing;
    this.nickname = setup.nickname;
    this.backoff = new Backoff(setup.timing);
    this.token = setup.member?.token ?? null;
    this.secret = setup.secret;
    this.name = setup.member?.name ?? null;
    this.you = setup.member?.you ?? null;
    this.savedLog = setup.member?.log ?? null;
    this.outbox = new Outbox(setup.lines);
  }

  get isJoined(): boolean {
    return this.phase.is === "joined";
  }

  do(effect: Effect): void {
    this.#effects.push(effect);
  }

  tell(update: RoomUpdate): void {
    this.do({ type: "tell", update });
  }

  send(frame: ClientFrame): void {
    this.do({ type: "send", frame });
  }

  save(record: SavedRecord): void {
    this.do({ type: "save", record });
  }

  takeEffects(): Effect[] {
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }
}
