// Requests to the other side for entries of the past, places and searches: when they are made, and what becomes of them.
import type { RoomTransport } from "../../transport";
import type { RoomKey, Seq } from "../../wire";
import { asking, jump, nowhere, overdue, requestAt, requestOfJump, withRoomAt } from "./history";
import { askingFound, nextQuestion, notFound, searching } from "./search";
import type { Request, RoomState, Sight } from "./state";

/** Entries asked for at a time when the user scrolls. */
const ENTRIES_AT_A_TIME = 100;
/** Entries on each side of a place that is jumped to. */
const ENTRIES_AROUND = 50;
/** Lines that are found at a time. */
const FOUND_AT_A_TIME = 50;

/** A jump that has no answer by then gets none: its place may long interest nobody when there is a link again. */
const JUMP_WAIT_MS = 10_000;
/** Long enough to read that there is nothing to go to. */
const GONE_SHOWN_MS = 6_000;

/** The states of the rooms, which requests change. */
export interface States {
  of(key: RoomKey): RoomState | null;
  change(key: RoomKey, change: (room: RoomState) => RoomState): void;
  /** Does something, and undoes it where the other side will not have it. */
  attempt(work: Promise<void>, undo: () => void): void;
}

export class Requests {
  #jumping: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly transport: Pick<RoomTransport, "order">, private readonly states: States) {}

  /** The user comes near an end of the list. `sight`: what is before their eyes. */
  more(key: RoomKey, edge: "start" | "end", sight: Sight | null): void {
    const room = this.states.of(key);
    const request = room ? requestAt(room, edge) : null;
    if (!request) return;
    // Before it comes: a list that grows at one end must not get shorter at the other at once.
    if (sight !== null) this.states.change(key, (before) => withRoomAt(before, edge, sight));
    this.#ask(key, request, ENTRIES_AT_A_TIME);
  }

  /** The user goes to a place, loaded or not. */
  jump(key: RoomKey, seq: Seq): void {
    this.states.change(key, (room) => jump(room, seq));
    this.goOnJumping(key);
    this.boundJump(key);
  }

  /** A place that was asked for is not here. */
  notHere(key: RoomKey, seq: Seq): void {
    this.states.change(key, (room) => nowhere(room, seq));
    this.boundJump(key);
  }

  /** Asks for what a jump needs next, if it needs anything. */
  goOnJumping(key: RoomKey): void {
    const room = this.states.of(key);
    const request = room ? requestOfJump(room) : null;
    if (request) this.#ask(key, request, ENTRIES_AROUND, (room) => ({ ...room, seeking: null }));
  }

  /** A jump, or that it was in vain, is not shown for ever. */
  boundJump(key: RoomKey): void {
    clearTimeout(this.#jumping);
    const seeking = this.states.of(key)?.seeking ?? null;
    if (seeking === null) return;
    this.#jumping = setTimeout(() => {
      this.states.change(key, overdue);
      this.boundJump(key);
    }, seeking.gone ? GONE_SHOWN_MS : JUMP_WAIT_MS);
  }

  search(key: RoomKey, query: string): void {
    this.states.change(key, (room) => searching(room, query));
    this.askFound(key);
  }

  searchOn(key: RoomKey): void {
    const question = nextQuestion(this.states.of(key)?.search ?? null);
    if (question === null) return;
    this.states.change(key, (room) => askingFound(room, question));
    this.askFound(key);
  }

  /** Asks the question of a search that is under way. */
  askFound(key: RoomKey): void {
    const search = this.states.of(key)?.search;
    if (!search?.asked) return;
    const { query, asked } = search;
    const before = asked.before === null ? {} : { before: asked.before };
    this.states.attempt(this.transport.order(key, { type: "search", query, ...before, limit: FOUND_AT_A_TIME }), () => {
      this.states.change(key, (room) => notFound(room, asked));
    });
  }

  /** Nobody waits for anything any more. */
  end(): void {
    clearTimeout(this.#jumping);
  }

  #ask(key: RoomKey, request: Request, limit: number, undo: (room: RoomState) => RoomState = (room) => room): void {
    this.states.change(key, (room) => asking(room, request));
    const { before, after } = request;
    this.states.attempt(this.transport.order(key, { type: "history", before, ...(after === null ? {} : { after }), limit }), () => {
      this.states.change(key, (room) => (room.asked === request ? asking(undo(room), null) : room));
    });
  }
}
