// The driver of a session: the socket, timers and storage on one side, the pure session on the other. As `driver.rs`.
import type { ConnectError, Cursor, RoomUpdate, Status } from "../../../wire";
import type { Effect, Event } from "../session/events";
import type { Session } from "../session/session";
import { openSocket, type Place, type Socket } from "./socket";
import type { GuestStorage } from "./storage";

type Subscriber = (updates: RoomUpdate[]) => void;

/** The longest time that a timer takes. */
const LONGEST = 2 ** 31 - 1;

export class Driver {
  readonly #origin = performance.now();
  #socket: Socket | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #subscriber: Subscriber | null = null;
  /** Whoever waits for what comes of an attempt. */
  #outcome: ((error: ConnectError | null) => void) | null = null;

  constructor(
    private readonly session: Session,
    private readonly place: Place,
    private readonly storage: GuestStorage,
  ) {}

  handle(event: Event): void {
    const effects = this.session.handle(event, this.#now(), Math.random);
    const news: RoomUpdate[] = [];
    for (const effect of effects) this.#do(effect, news);
    this.#schedule();
    if (news.length > 0) this.#subscriber?.(news);
  }

  /** Tries to enter at once, with a password if one was typed. Gives why it failed; a newer attempt calls off the one before. */
  enter(password: string | undefined): Promise<ConnectError | null> {
    this.cancel();
    return new Promise((resolve) => {
      this.#outcome = resolve;
      this.handle(password === undefined ? { type: "command", command: { type: "reconnect" } } : { type: "password", password });
      this.#settle(this.session.status(this.#now()));
    });
  }

  /** Nobody waits any longer. */
  cancel(): void {
    this.#outcome?.({ code: "cancelled" });
    this.#outcome = null;
  }

  /** First a snapshot, which goes on from `after` where it can, then each change. Replaces the earlier subscription. */
  subscribe(after: Cursor | null, subscriber: Subscriber): () => void {
    let live = true;
    this.#subscriber = null;
    // Not before the caller knows how to end it.
    queueMicrotask(() => {
      if (!live) return;
      this.#subscriber = subscriber;
      subscriber([this.#withMarks({ type: "snapshot", room: this.session.snapshot(after, this.#now()) })]);
    });
    return () => {
      live = false;
      if (this.#subscriber === subscriber) this.#subscriber = null;
    };
  }

  #do(effect: Effect, news: RoomUpdate[]): void {
    switch (effect.type) {
      case "connect":
        this.#connect();
        break;
      case "save":
        this.storage.save(effect.record);
        break;
      case "send":
        this.#socket?.send(JSON.stringify(effect.frame));
        break;
      case "hang_up":
        this.#socket?.hangUp();
        this.#socket = null;
        break;
      case "tell":
        news.push(this.#withMarks(effect.update));
        if (effect.update.type === "status") this.#settle(effect.update.status);
        break;
      default:
        effect satisfies never;
    }
  }

  /** With a log comes what was saved for it. */
  #withMarks(update: RoomUpdate): RoomUpdate {
    if (update.type === "welcomed") return { ...update, ...this.storage.marks(update.log) };
    if (update.type !== "snapshot" || update.room.log === null) return update;
    return { ...update, room: { ...update.room, ...this.storage.marks(update.room.log) } };
  }

  #settle(status: Status): void {
    const isUnderWay = status.state === "connecting" || (status.state === "reconnecting" && status.in_ms === 0);
    if (isUnderWay || this.#outcome === null) return;
    const outcome = this.#outcome;
    this.#outcome = null;
    outcome(status.state === "connected" ? null : (status.error ?? { code: "link_broken" }));
  }

  #connect(): void {
    this.#socket = openSocket(this.place, {
      opened: () => this.handle({ type: "opened" }),
      text: (text) => this.handle({ type: "text", text }),
      closed: (code) => this.#lost({ type: "closed", code }),
      failed: (error) => this.#lost({ type: "failed", error }),
    });
  }

  #lost(event: Event): void {
    this.#socket = null;
    this.handle(event);
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    const { deadline } = this.session;
    if (deadline === null) return;
    const wait = Math.max(0, Math.min(deadline - this.#now(), LONGEST));
    this.#timer = setTimeout(() => this.handle({ type: "tick" }), wait);
  }

  #now(): number {
    return performance.now() - this.#origin;
  }
}
