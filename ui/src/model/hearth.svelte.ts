// The page's one store: runes around the pure model, fed by a transport. Views read it and call its methods.
import { v7 as uuidv7 } from "uuid";
import { Refusal, type Transport, type Unsubscribe } from "../transport";
import type { AppError, AppState, AppUpdate, CloseAnswer, Entry, HostChoice, Room, RoomKey, RoomUpdate, Settings } from "../wire";
import { perFrame } from "./frame";
import { without } from "./maps";
import { dividerDone, readOn, type Reading, UNREAD, unread } from "./reading";
import { readMarks, type ReadMarks } from "./readmarks";
import { askedOlder, cursorOf, newRoom, reduce, type RoomState } from "./room";

/** Entries asked for at a time when the user scrolls up. */
const OLDER_AT_A_TIME = 100;

/** A subscription is made anew when the user comes back, but not more often than this. */
const RENEW_MS = 30_000;

export type CloseQuestion = Pick<Extract<AppUpdate, { type: "close_asked" }>, "others" | "tray">;

export class Hearth {
  /** Everything outside the rooms; `null` until the other side has spoken. */
  app = $state.raw<AppState | null>(null);
  /** The question whether to close the window while a room is hosted. */
  closeAsked = $state.raw<CloseQuestion | null>(null);
  /** The address that is being joined. */
  joining = $state.raw<string | null>(null);
  joinError = $state.raw<AppError | null>(null);
  hostError = $state.raw<AppError | null>(null);
  nicknameError = $state.raw<AppError | null>(null);
  /** What went wrong elsewhere. */
  notice = $state.raw<AppError | null>(null);
  /** What has just been said in the room that is shown, for those who listen instead of looking. */
  latest = $state.raw<readonly Entry[]>([]);

  #rooms = $state.raw<ReadonlyMap<RoomKey, RoomState>>(new Map());
  #readings = $state.raw<ReadonlyMap<RoomKey, Reading>>(new Map());
  #chosen = $state.raw<RoomKey | null>(null);
  #drafts = $state.raw<ReadonlyMap<RoomKey, string>>(new Map());
  #marks: ReadMarks = readMarks();
  #looking = false;
  #renewed = 0;
  #subscriptions = new Map<RoomKey, Unsubscribe>();
  #receive = perFrame<[RoomKey, RoomUpdate[]]>((batches) => this.#apply(batches));

  /** The room that is shown. */
  readonly active = $derived.by((): Room | null => {
    const rooms = this.app?.rooms ?? [];
    return rooms.find((room) => room.key === this.#chosen) ?? rooms[0] ?? null;
  });
  readonly room = $derived(this.active && (this.#rooms.get(this.active.key) ?? newRoom(this.active.url)));
  readonly reading = $derived((this.active && this.#readings.get(this.active.key)) ?? UNREAD);
  readonly unreadInAll = $derived((this.app?.rooms ?? []).reduce((sum, room) => sum + this.unreadIn(room.key), 0));

  constructor(private readonly transport: Transport) {}

  /** Starts listening. Called once. */
  start(): Unsubscribe {
    this.#renewed = Date.now();
    const end = this.transport.subscribeApp((update) => this.#onApp(update));
    return () => {
      end();
      for (const unsubscribe of this.#subscriptions.values()) unsubscribe();
      this.#subscriptions.clear();
    };
  }

  get can() {
    return this.transport.can;
  }

  roomOf(key: RoomKey): RoomState | null {
    return this.#rooms.get(key) ?? null;
  }

  unreadIn(key: RoomKey): number {
    const room = this.#rooms.get(key);
    return room ? unread(room, this.#readings.get(key) ?? UNREAD) : 0;
  }

  show(key: RoomKey): void {
    const before = this.active?.key;
    if (before === key) return;
    if (before !== undefined) this.#setReading(before, dividerDone(this.#readings.get(before) ?? UNREAD));
    this.#looking = false;
    this.latest = [];
    this.#chosen = key;
  }

  /** The view says whether the newest line of the shown room is before the user's eyes. */
  look(looking: boolean): void {
    this.#looking = looking;
    if (looking && this.active && this.room) this.#setReading(this.active.key, readOn(this.reading, this.room, true));
  }

  /** The user came back to the window: a subscription that broke unseen starts again. */
  cameBack(): void {
    if (Date.now() - this.#renewed < RENEW_MS) return;
    this.#renewed = Date.now();
    for (const room of this.app?.rooms ?? []) this.#subscribe(room);
  }

  draft(key: RoomKey): string {
    return this.#drafts.get(key) ?? "";
  }

  keepDraft(key: RoomKey, draft: string): void {
    this.#drafts = new Map(this.#drafts).set(key, draft);
  }

  /** The line stands in the list at once; the other side says how it goes on. */
  post(key: RoomKey, text: string): void {
    const id = uuidv7();
    this.#apply([[key, [{ type: "own", line: { id, text, state: { state: "queued" } } }]]]);
    this.#setReading(key, dividerDone(this.#readings.get(key) ?? UNREAD));
    this.#attempt(this.transport.post(key, id, text), () => {
      this.#apply([[key, [{ type: "dropped", id }]]]);
      if (this.draft(key) === "") this.keepDraft(key, text);
    });
  }

  retryLine(key: RoomKey, id: string): void {
    this.#attempt(this.transport.retryLine(key, id));
  }

  discardLine(key: RoomKey, id: string): void {
    this.#attempt(this.transport.discardLine(key, id));
  }

  reconnect(key: RoomKey): void {
    this.#attempt(this.transport.reconnect(key));
  }

  loadOlder(key: RoomKey): void {
    const room = this.#rooms.get(key);
    const first = room?.entries[0];
    if (!room || !first || !room.more || room.asked !== null || room.link.state !== "connected") return;
    this.#setRoom(key, askedOlder(room, first.seq));
    this.#attempt(this.transport.loadOlder(key, first.seq, OLDER_AT_A_TIME), () => {
      const now = this.#rooms.get(key);
      if (now) this.#setRoom(key, askedOlder(now, null));
    });
  }

  async startHosting(choice: HostChoice): Promise<boolean> {
    this.hostError = null;
    return this.#settle(this.transport.startHosting(choice), (why) => (this.hostError = why));
  }

  async stopHosting(): Promise<boolean> {
    return this.#settle(this.transport.stopHosting(), (why) => (this.notice = why));
  }

  /** Resolves to whether the room was entered. */
  async join(address: string): Promise<boolean> {
    if (this.joining !== null) return false;
    this.joining = address;
    this.joinError = null;
    const entered = this.transport.join(address).then((key) => this.show(key));
    const done = await this.#settle(entered, (why) => {
      // Calling it off is no mistake.
      if (!(why.error === "connect" && why.connect.code === "cancelled")) this.joinError = why;
    });
    this.joining = null;
    return done;
  }

  cancelJoin(): void {
    this.#attempt(this.transport.cancelJoin());
  }

  async leave(room: Room): Promise<boolean> {
    const gone = room.hosted ? this.transport.stopHosting() : this.transport.leave(room.key);
    return this.#settle(gone, (why) => (this.notice = why));
  }

  async setNickname(nickname: string): Promise<boolean> {
    this.nicknameError = null;
    return this.#settle(this.transport.setNickname(nickname), (why) => (this.nicknameError = why));
  }

  /** Shown at once, kept by the other side. */
  set(change: Partial<Settings>): void {
    if (!this.app) return;
    const settings = { ...this.app.settings, ...change };
    this.app = { ...this.app, settings };
    this.#attempt(this.transport.setSettings(settings));
  }

  openLink(url: string): void {
    this.#attempt(this.transport.openLink(url));
  }

  async copy(text: string): Promise<boolean> {
    return this.#settle(this.transport.copyText(text), (why) => (this.notice = why));
  }

  answerClose(answer: CloseAnswer, remember: boolean): void {
    this.closeAsked = null;
    this.#attempt(this.transport.answerClose(answer, remember));
  }

  #onApp(update: AppUpdate): void {
    switch (update.type) {
      case "state":
        this.app = update.app;
        this.#follow(update.app.rooms);
        break;
      case "settings":
        if (this.app) this.app = { ...this.app, settings: update.settings };
        break;
      case "hosting":
        if (!this.app) break;
        if (update.hosting.state === "on" && this.app.hosting.state !== "on") this.show(update.hosting.room);
        this.app = { ...this.app, hosting: update.hosting };
        break;
      case "rooms":
        if (this.app) this.app = { ...this.app, rooms: update.rooms };
        this.#follow(update.rooms);
        break;
      case "close_asked":
        this.closeAsked = update;
        break;
      default:
        update satisfies never;
    }
  }

  #follow(rooms: readonly Room[]): void {
    const keys = new Set(rooms.map((room) => room.key));
    for (const [key, unsubscribe] of this.#subscriptions) {
      if (keys.has(key)) continue;
      unsubscribe();
      this.#subscriptions.delete(key);
      this.#drafts = without(this.#drafts, key);
      this.#rooms = without(this.#rooms, key);
      this.#readings = without(this.#readings, key);
    }
    for (const room of rooms) if (!this.#subscriptions.has(room.key)) this.#subscribe(room);
  }

  #subscribe({ key, url }: Room): void {
    this.#subscriptions.get(key)?.();
    const known = this.#rooms.get(key);
    if (!known) {
      this.#setRoom(key, newRoom(url));
      this.#readings = new Map(this.#readings).set(key, this.#marks.of(url));
    }
    const cursor = known ? cursorOf(known) : null;
    this.#subscriptions.set(key, this.transport.subscribeRoom(key, cursor, (updates) => this.#receive([key, updates])));
  }

  #apply(batches: readonly (readonly [RoomKey, readonly RoomUpdate[]])[]): void {
    const rooms = new Map(this.#rooms);
    const now = Date.now();
    for (const [key, updates] of batches) {
      const room = rooms.get(key);
      // A room that was left may still have updates under way.
      if (room) rooms.set(key, updates.reduce((state, update) => reduce(state, update, now), room));
    }
    this.#rooms = rooms;
    for (const key of new Set(batches.map(([key]) => key))) {
      const room = rooms.get(key);
      const shown = key === this.active?.key;
      if (room) this.#setReading(key, readOn(this.#readings.get(key) ?? UNREAD, room, shown && this.#looking));
    }
    const said = batches.filter(([key]) => key === this.active?.key).flatMap(([, updates]) => updates);
    const news = said.flatMap((update) => (update.type === "entries" ? update.entries : []));
    if (news.length > 0) this.latest = news;
  }

  #setRoom(key: RoomKey, room: RoomState): void {
    this.#rooms = new Map(this.#rooms).set(key, room);
  }

  #setReading(key: RoomKey, reading: Reading): void {
    if (this.#readings.get(key) === reading) return;
    this.#readings = new Map(this.#readings).set(key, reading);
    const url = this.#rooms.get(key)?.url;
    if (url !== undefined) this.#marks.keep(url, reading);
  }

  #attempt(work: Promise<void>, undo: () => void = () => {}): void {
    void this.#settle(work, (why) => {
      this.notice = why;
      undo();
    });
  }

  async #settle(work: Promise<void>, refused: (why: AppError) => void): Promise<boolean> {
    try {
      await work;
      return true;
    } catch (thrown) {
      refused(thrown instanceof Refusal ? thrown.why : { error: "system", message: String(thrown) });
      return false;
    }
  }
}
