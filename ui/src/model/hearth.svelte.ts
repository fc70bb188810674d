// The page's one store: runes around the pure model, fed by a transport. Views read it and call its methods.
import { v7 as uuidv7 } from "uuid";
import type { Transport, Unsubscribe } from "../transport";
import type { AppError, AppState, AppUpdate, CloseAnswer, Entry, HostChoice, RecentId, RecentRoom, Room, RoomKey, RoomUpdate, Seq, Settings } from "../wire";
import { attempt } from "./base/attempt";
import { perFrame } from "./base/frame";
import { without } from "./base/maps";
import { Access } from "./hosting/access.svelte";
import { withoutFragment } from "./hosting/address";
import { Doctor } from "./hosting/doctor.svelte";
import { OwnRooms } from "./hosting/own-rooms.svelte";
import { asking, cut, jump, leaveBehind, movedOn, overdue, requestAt, requestOfJump, toNewest } from "./room/history";
import { dividerDone, readOn, UNREAD, unread } from "./room/reading";
import { Readings } from "./room/readings.svelte";
import { reduce } from "./room/reduce";
import { askingFound, goesOn, nextQuestion, notFound, searching } from "./room/search"
import { cursorOf, newRoom, type Request, type RoomState } from "./room/state";
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

/** A subscription is made anew when the user comes back, but not more often than this. */
const RENEW_MS = 30_000;

export type CloseQuestion = Pick<Extract<AppUpdate, { type: "close_asked" }>, "others" | "tray">;

export class Hearth {
  /** Everything outside the rooms; `null` until the other side has spoken. */
  app = $state.raw<AppState | null>(null);
  /** Resolves with the other side's first word. Until then there is nothing to show. */
  readonly told: Promise<void>;
  /** The question whether to close the window while a room is hosted. */
  closeAsked = $state.raw<CloseQuestion | null>(null);
  /** The address that is being joined, as it may be shown. */
  joining = $state.raw<string | null>(null);
  joinError = $state.raw<AppError | null>(null);
  hostError = $state.raw<AppError | null>(null);
  nicknameError = $state.raw<AppError | null>(null);
  /** What went wrong elsewhere. */
  notice = $state.raw<AppError | null>(null);
  /** What has just been said in the room that is shown, for those who listen instead of looking. */
  latest = $state.raw<readonly Entry[]>([]);

  #rooms = $state.raw<ReadonlyMap<RoomKey, RoomState>>(new Map());
  #chosen = $state.raw<RoomKey | null>(null);
  #drafts = $state.raw<ReadonlyMap<RoomKey, string>>(new Map());
  #readings = new Readings();
  #looking = false;
  #atEnd = false;
  /** The newest entry before the user's eyes; `null` while the list is on its way to a place. */
  #sight: Seq | null = null;
  #renewed = 0;
  #jumping: ReturnType<typeof setTimeout> | undefined;
  #subscriptions = new Map<RoomKey, Unsubscribe>();
  #tell = (): void => {};
  // A list that grows at both of its ends at once could not keep its place.
  #receive = perFrame<[RoomKey, RoomUpdate]>((said) => this.#apply(said), ([, update]) => update.type === "older");

  /** The room that is shown. */
  readonly active = $derived.by((): Room | null => {
    const rooms = this.app?.rooms ?? [];
    return rooms.find((room) => room.key === this.#chosen) ?? rooms[0] ?? null;
  });
  readonly room = $derived(this.active && (this.#rooms.get(this.active.key) ?? newRoom(this.active.url)));
  readonly reading = $derived(this.active ? this.#readings.of(this.active.key) : UNREAD);
  readonly unreadInAll = $derived((this.app?.rooms ?? []).reduce((sum, room) => sum + this.unreadIn(room.key), 0));

  /** What is kept on this computer. */
  readonly own: OwnRooms;
  /** Who may come into the room of one's own. */
  readonly access: Access;
  /** Who can get into it. */
  readonly doctor: Doctor;

  constructor(private readonly transport: Transport) {
    this.told = new Promise((resolve) => (this.#tell = resolve));
    this.own = new OwnRooms(transport);
    this.access = new Access(transport);
    this.doctor = new Doctor(transport);
  }

  /** Starts listening. Called once. */
  start(): Unsubscribe {
    this.#renewed = Date.now();
    const end = this.transport.subscribeApp((update) => this.#onApp(update));
    return () => {
      end();
      clearTimeout(this.#jumping);
      for (const unsubscribe of this.#subscriptions.values()) unsubscribe();
      this.#subscriptions.clear();
    };
  }

  get can() {
    return this.transport.can;
  }

  /** Whether this is the page of a guest: its one room is that of the host that served it. */
  get isGuest(): boolean {
    return !this.can.hosting && !this.can.joining;
  }

  roomOf(key: RoomKey): RoomState | null {
    return this.#rooms.get(key) ?? null;
  }

  unreadIn(key: RoomKey): number {
    const room = this.#rooms.get(key);
    return room ? unread(room, this.#readings.of(key)) : 0;
  }

  show(key: RoomKey): void {
    const before = this.active?.key;
    if (before === key) return;
    if (before !== undefined) {
      this.#readings.set(before, dividerDone(this.#readings.of(before)));
      // Who comes back finds the room at its newest.
      this.#change(before, (room) => ({ ...toNewest(room), goal: null, search: null }));
    }
    this.#looking = false;
    this.#atEnd = false;
    this.#sight = null;
    this.latest = [];
    this.#chosen = key;
  }

  /**
   * The view says whether the list stays with its newest line, and whether that is before the user's eyes; and which
   * entry is the newest that is, see `#sight`.
   */
  look(atEnd: boolean, looking: boolean, sight: Seq | null = null): void {
    this.#atEnd = atEnd;
    this.#sight = sight;
    this.#looking = looking;
    if (looking && this.active && this.room) this.#readings.set(this.active.key, readOn(this.reading, this.room, true));
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
    this.toNewest(key);
    this.#apply([[key, { type: "own", line: { id, text, state: { state: "queued" } } }]]);
    this.#readings.set(key, dividerDone(this.#readings.of(key)));
    this.#attempt(this.transport.post(key, id, text), () => {
      this.#apply([[key, { type: "dropped", id }]]);
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

  /** The user comes near an end of the list. */
  loadMore(key: RoomKey, edge: "start" | "end"): void {
    const room = this.#rooms.get(key);
    const request = room ? requestAt(room, edge) : null;
    if (request) this.#ask(key, request, ENTRIES_AT_A_TIME);
  }

  /** Goes to a place in the conversation, loaded or not. */
  jump(key: RoomKey, seq: Seq): void {
    this.#sight = null;
    this.#change(key, (room) => jump(room, seq));
    this.#askForJump(key);
    this.#boundJump(key);
  }

  /** The user scrolls by hand. */
  moveOn(key: RoomKey): void {
    this.#change(key, movedOn);
  }

  /** Back to the newest line. */
  toNewest(key: RoomKey): void {
    this.#sight = null;
    this.#change(key, toNewest);
  }

  search(key: RoomKey, query: string): void {
    this.#change(key, (room) => searching(room, query));
    this.#askFound(key);
  }

  searchOn(key: RoomKey): void {
    const question = nextQuestion(this.#rooms.get(key)?.search ?? null);
    if (question === null) return;
    this.#change(key, (room) => askingFound(room, question));
    this.#askFound(key);
  }

  async startHosting(choice: HostChoice): Promise<boolean> {
    this.hostError = null;
    return attempt(this.transport.startHosting(choice), (why) => (this.hostError = why));
  }

  async stopHosting(): Promise<boolean> {
    return attempt(this.transport.stopHosting(), (why) => (this.notice = why));
  }

  /** Takes a link or an address. Resolves to whether the room was entered. */
  join(address: string, password?: string): Promise<boolean> {
    return this.#enter(withoutFragment(address), () => this.transport.join(address, password));
  }

  /** Leads back into a room that was left. Resolves to whether it was entered. */
  rejoin({ id, address }: RecentRoom, password?: string): Promise<boolean> {
    return this.#enter(address, () => this.transport.rejoin(id, password));
  }

  async #enter(shown: string, enter: () => Promise<RoomKey>): Promise<boolean> {
    if (this.joining !== null) return false;
    this.joining = shown;
    this.joinError = null;
    const entered = enter().then((key) => this.show(key));
    const done = await attempt(entered, (why) => {
      // Calling it off is no mistake.
      if (!(why.error === "connect" && why.connect.code === "cancelled")) this.joinError = why;
    });
    this.joining = null;
    return done;
  }

  cancelJoin(): void {
    this.#attempt(this.transport.cancelJoin());
  }

  /** The link that was opened is answered, one way or the other. */
  answerOpened(): void {
    this.joinError = null;
    if (this.app) this.app = { ...this.app, opened: null };
    this.#attempt(this.transport.answerOpened());
  }

  /** The link by which the app enters this room, for a guest. It may hold a secret. */
  get appLink(): string | null {
    return this.transport.appLink();
  }

  async leave(room: Room): Promise<boolean> {
    const gone = room.hosted ? this.transport.stopHosting() : this.transport.leave(room.key);
    return attempt(gone, (why) => (this.notice = why));
  }

  /** A room that was left is not to be listed any more. */
  forgetRecent(id: RecentId): void {
    this.#attempt(this.transport.forgetRecent(id));
  }

  async setNickname(nickname: string): Promise<boolean> {
    this.nicknameError = null;
    return attempt(this.transport.setNickname(nickname), (why) => (this.nicknameError = why));
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
    return attempt(this.transport.copyText(text), (why) => (this.notice = why));
  }

  answerClose(answer: CloseAnswer, remember: boolean): void {
    this.closeAsked = null;
    this.#attempt(this.transport.answerClose(answer, remember));
  }

  #onApp(update: AppUpdate): void {
    switch (update.type) {
      case "state":
        this.app = update.app;
        this.#tell();
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
      case "own_rooms":
        if (this.app) this.app = { ...this.app, own_rooms: update.own_rooms };
        break;
      case "rooms":
        if (this.app) this.app = { ...this.app, rooms: update.rooms };
        this.#follow(update.rooms);
        break;
      case "nearby":
        if (this.app) this.app = { ...this.app, nearby: update.nearby };
        break;
      case "recent":
        if (this.app) this.app = { ...this.app, recent: update.recent };
        break;
      case "opened":
        if (this.app) this.app = { ...this.app, opened: update.opened };
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
      this.#readings.forget(key);
    }
    for (const room of rooms) if (!this.#subscriptions.has(room.key)) this.#subscribe(room);
  }

  #subscribe({ key, url }: Room): void {
    this.#subscriptions.get(key)?.();
    const known = this.#rooms.get(key);
    if (!known) {
      this.#rooms = new Map(this.#rooms).set(key, newRoom(url));
      this.#readings.begin(key, url);
    }
    const cursor = known ? cursorOf(known) : null;
    this.#subscriptions.set(key, this.transport.subscribeRoom(key, cursor, (updates) => {
      for (const update of updates) this.#receive([key, update]);
    }));
    // Its answer may have come when nobody listened any more.
    this.#askFound(key);
  }

  #apply(said: readonly (readonly [RoomKey, RoomUpdate])[]): void {
    const before = this.#rooms;
    const rooms = new Map(before);
    const now = Date.now();
    for (const [key, update] of said) {
      const room = rooms.get(key);
      // A room that was left may still have updates under way.
      if (room) rooms.set(key, reduce(room, update, now));
    }
    const keys = new Set(said.map(([key]) => key));
    // A list that gets longer at its start must not get shorter at its end.
    const older = new Set(said.flatMap(([key, update]) => (update.type === "older" ? [key] : [])));
    for (const key of keys) {
      const room = rooms.get(key);
      if (!room) continue;
      // Where the user looks back, nothing goes from under their eyes.
      if (key !== this.active?.key || this.#atEnd || room.away !== null) rooms.set(key, cut(room));
      else if (this.#sight !== null && !older.has(key)) rooms.set(key, leaveBehind(room, this.#sight));
    }
    this.#rooms = rooms;
    for (const key of keys) {
      if (goesOn(rooms.get(key)?.search ?? null)) this.searchOn(key);
      const room = rooms.get(key);
      const shown = key === this.active?.key;
      if (room?.seeking?.gone && !before.get(key)?.seeking?.gone) this.#boundJump(key);
      if (room) this.#readings.set(key, readOn(this.#readings.of(key), room, shown && this.#looking));
      this.#askForJump(key);
    }
    const heard = said.filter(([key]) => key === this.active?.key).map(([, update]) => update);
    const news = heard.flatMap((update) => (update.type === "entries" ? update.entries : []));
    if (news.length > 0) this.latest = news;
  }

  #change(key: RoomKey, change: (room: RoomState) => RoomState): void {
    const room = this.#rooms.get(key);
    if (room) this.#rooms = new Map(this.#rooms).set(key, change(room));
  }

  #ask(key: RoomKey, request: Request, limit: number, undo: (room: RoomState) => RoomState = (room) => room): void {
    this.#change(key, (room) => asking(room, request));
    this.#attempt(this.transport.history(key, request.before, request.after, limit), () => {
      this.#change(key, (room) => (room.asked === request ? asking(undo(room), null) : room));
    });
  }

  #askForJump(key: RoomKey): void {
    const room = this.#rooms.get(key);
    const request = room ? requestOfJump(room) : null;
    if (request) this.#ask(key, request, ENTRIES_AROUND, (room) => ({ ...room, seeking: null }));
  }

  #boundJump(key: RoomKey): void {
    clearTimeout(this.#jumping);
    const seeking = this.#rooms.get(key)?.seeking ?? null;
    if (seeking === null) return;
    this.#jumping = setTimeout(() => {
      this.#change(key, overdue);
      this.#boundJump(key);
    }, seeking.gone ? GONE_SHOWN_MS : JUMP_WAIT_MS);
  }

  #askFound(key: RoomKey): void {
    const search = this.#rooms.get(key)?.search;
    if (!search?.asked) return;
    const { query, asked } = search;
    this.#attempt(this.transport.search(key, query, asked.before, FOUND_AT_A_TIME), () => {
      this.#change(key, (room) => notFound(room, asked));
    });
  }

  #attempt(work: Promise<void>, undo: () => void = () => {}): void {
    void attempt(work, (why) => {
      this.notice = why;
      undo();
    });
  }
}
