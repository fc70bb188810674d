// The session: what a room is to a guest, over as many connections as it takes. Pure: events come in, effects go out; time
// and randomness are arguments. The same machine as `crates/client/src/session`, without the classic dialect and without a
// copy of the room; `tests/vectors/sessions.json` binds the two.
import type { Cursor, RoomSnapshot, Seq, Status } from "../../../wire";
import { fromClose } from "./close-reasons";
import { act, discard, pump, retry } from "./commands";
import type { Effect, Event, SessionCommand } from "./events";
import { connect, giveUpLink, hidden, linkDue, linkTick, lost, reconnect, statusOf, tryLink, tryPassword, woke } from "./phase";
import { askHistory, askLines, askSearch, askWhatIsDue, requestsDue } from "./requests";
import { snapshotOf } from "./snapshot";
import { type Setup, State } from "./state";
import { greet, hear } from "./v1";

/**
 * One guest's room.
 *
 *                  begin                    fails, and only a person can change why
 *                    │        ┌──────────────────────────────────────────────────────────▶ over
 *                    ▼        │                                                              │
 *   ┌──────────▶ connecting ──┼─ fails, takes too long ──────┐                               │
 *   │                │        │                              │                               │
 *   │        opened: │ hello  │                              │                               │
 *   │                ▼        │                              │                               │
 *   │            greeting ────┴─ refused, too late ──────────┤                               │
 *   │        welcome │                                       ▼                               │
 *   │             joined ── lost, silent, hole, parted ─▶ waiting(backoff)                   │
 *   │                                                        │                               │
 *   └──── its time has come, reconnect, woke ────────────────┴─────────── reconnect ─────────┘
 *
 * A guest's page was served by the host, so that the first attempt is tried again like every other.
 *
 * Invariants: the page is told every change, in order, so that applying the updates to a snapshot gives the next snapshot.
 * An entry is told only if it follows on the one before it, a repeat never. A line stays in the outbox until its entry was
 * told. Whatever must outlive a reload is kept before anything that relies on it is sent.
 */
export class Session {
  readonly #state: State;

  constructor(setup: Setup) {
    this.#state = new State(setup);
  }

  /** Takes an event and gives what is to be done. `now`: milliseconds since the session began, which never go back. */
  handle(event: Event, now: number, random: () => number): Effect[] {
    const s = this.#state;
    switch (event.type) {
      case "begin":
        connect(s, now);
        break;
      case "opened":
        greet(s);
        break;
      case "failed":
        lost(s, event.error, now, random);
        break;
      case "closed":
        lost(s, fromClose(event.code), now, random);
        break;
      case "text":
        hear(s, event.text, now, random);
        break;
      case "tick":
        this.#tick(now, random);
        break;
      case "command":
        this.#obey(event.command, now);
        break;
      case "password":
        tryPassword(s, event.password, now);
        break;
      case "secret":
        tryLink(s, event.secret, now);
        break;
      case "hidden":
        hidden(s);
        break;
      case "woke":
        woke(s, now);
        break;
      case "parted":
        giveUpLink(s, { code: "link_broken" }, now, random);
        break;
      default:
        event satisfies never;
    }
    return s.takeEffects();
  }

  /** The room as it stands, for a reader who knows it up to `after`. */
  snapshot(after: Cursor | null, now: number): RoomSnapshot {
    return snapshotOf(this.#state, after, now);
  }

  status(now: number): Status {
    return statusOf(this.#state, now);
  }

  /** The newest place in the log that was told. */
  get head(): Seq {
    return this.#state.timeline.head;
  }

  /** When a tick is due. */
  get deadline(): number | null {
    const s = this.#state;
    const dues = [linkDue(s)];
    if (s.isJoined) dues.push(s.hold?.until ?? null, requestsDue(s), s.outbox.due);
    const due = Math.min(...dues.map((at) => at ?? Infinity));
    return due === Infinity ? null : due;
  }

  #obey(command: SessionCommand, now: number): void {
    const s = this.#state;
    switch (command.type) {
      case "post":
      case "rename":
      case "edit":
      case "remove":
      case "react":
      case "pin":
        act(s, command, now);
        break;
      case "retry":
        retry(s, command.id, now);
        break;
      case "discard":
        discard(s, command.id);
        break;
      case "history":
        askHistory(s, command);
        break;
      case "search":
        askSearch(s, command);
        break;
      case "lines":
        askLines(s, command);
        break;
      case "typing":
        if (s.isJoined && !s.plain) s.send(command);
        break;
      case "reconnect":
        reconnect(s, now);
        break;
      default:
        command satisfies never;
    }
  }

  #tick(now: number, random: () => number): void {
    const s = this.#state;
    linkTick(s, now, random);
    if (!s.isJoined) return;
    pump(s, now);
    askWhatIsDue(s, now);
  }
}
