// The page's one store: the app around the rooms, as runes fed by a transport. Views read it and call its methods.
import { type AppTransport, type Door, Refusal, type Transport, type Unsubscribe } from "../transport";
import {
  type AppError, type AppState, type AppUpdate, type CloseAnswer, type HostChoice, linkedLine, type LinkedLine, lineLink, type OpenedLink, type RecentId,
  type RecentRoom, type Room, type RoomKey, type Seq, type Settings,
} from "../wire";
import { attempt } from "./base/attempt";
import { IN_APP } from "./base/in-app";
import { withoutFragment } from "./hosting/address";
import { Host } from "./hosting/host.svelte";
import { chosenInvite, linkAt } from "./hosting/invites";
import { NearbySearch } from "./nearby.svelte";
import { Rooms } from "./rooms.svelte";

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
  nicknameError = $state.raw<AppError | null>(null);
  /** What a guest may know of the room before they are in it. */
  door = $state.raw<Door | null>(null);
  /** A link was copied just now, by a menu that is gone. */
  copied = $state.raw(false);
  /** The room that the user asked for and is in already: nothing else shows that there is not a second one. */
  alreadyIn = $state.raw<RoomKey | null>(null);
  /** Takes what was dropped on the window, a text or what is none (`null`): the message box, where there is one. */
  receiver: ((text: string | null) => void) | null = null;
  /** What went wrong elsewhere. */
  notice = $state.raw<AppError | null>(null);

  /** The rooms, and what is done in them. */
  readonly rooms: Rooms;
  /** The room of one's own; `null` on a guest's page, which has none. */
  readonly host: Host | null;
  /** How far the search for rooms on this network is. */
  readonly search = new NearbySearch();

  #tell = (): void => {};

  constructor(private readonly transport: Transport) {
    this.told = new Promise((resolve) => (this.#tell = resolve));
    this.rooms = new Rooms(transport, () => this.app?.rooms ?? [], (why) => (this.notice = why));
    this.host = IN_APP && transport.app ? new Host(transport.app) : null;
  }

  /** Starts listening. Called once. */
  start(): Unsubscribe {
    const end = this.transport.subscribeApp((update) => this.#onApp(update));
    return () => {
      end();
      this.search.end();
      this.rooms.end();
    };
  }

  get can() {
    return this.transport.can;
  }

  /** Whether this is the page of a guest: its one room is that of the host that served it. */
  get isGuest(): boolean {
    return !this.can.hosting && !this.can.joining;
  }

  /**
   * Takes a link or an address. Resolves to whether the room was entered. `renewed`: another key than before at its address is
   * what the user wants.
   */
  join(address: string, password?: string, renewed?: boolean): Promise<boolean> {
    return this.#enter(withoutFragment(address), () => this.transport.join(address, password, renewed), linkedLine(address));
  }

  /** Leads back into a room that was left. Resolves to whether it was entered. */
  rejoin({ id, address }: RecentRoom, password?: string): Promise<boolean> {
    return this.#enter(address, () => this.#shell((app) => app.rejoin(id, password)));
  }

  async #enter(shown: string, enter: () => Promise<RoomKey>, line: LinkedLine | null = null): Promise<boolean> {
    if (this.joining !== null) return false;
    this.joining = shown;
    this.joinError = null;
    const open = new Set(this.app?.rooms.map(({ key }) => key));
    const entered = enter().then((key) => {
      if (line === null) this.rooms.show(key);
      else this.rooms.goTo(key, line);
      this.alreadyIn = this.can.joining && line === null && open.has(key) ? key : null;
    });
    const done = await attempt(entered, (why) => {
      // Calling it off is no mistake.
      if (!(why.error === "connect" && why.connect.code === "cancelled")) this.joinError = why;
    });
    this.joining = null;
    return done;
  }

  cancelJoin(): void {
    void this.#attempt(this.transport.cancelJoin());
  }

  /** The link that was opened is answered, one way or the other. */
  answerOpened(): void {
    this.joinError = null;
    if (this.app) this.app = { ...this.app, opened: null };
    void this.#attempt(this.#shell((app) => app.answerOpened()));
  }

  /** A link was opened. One to a line of a room that the user is in leads there; anywhere else nobody goes without being asked. */
  #open(opened: OpenedLink | null): void {
    if (!this.app) return;
    const line = opened?.room === undefined ? null : linkedLine(opened.link);
    this.app = { ...this.app, opened: line === null ? opened : null };
    if (opened?.room === undefined || line === null) return;
    this.rooms.goTo(opened.room, line);
    if (this.transport.app) this.answerOpened();
  }

  async lookAtDoor(): Promise<void> {
    this.door = (await this.transport.door?.()) ?? null;
  }

  /** The link of a room to pass on; `null` where there is none to give. A classic server has no page to lead to. */
  linkOf(room: Room): string | null {
    if (this.rooms.of(room.key)?.classic) return null;
    const hosting = this.app?.hosting;
    const [best] = hosting?.state === "on" ? hosting.addresses : [];
    if (!room.hosted || hosting?.state !== "on") return room.link ?? null;
    return best ? linkAt(best, hosting, chosenInvite(hosting, null, Date.now())) : null;
  }

  /** The link to a line; `null` where there is none to give. */
  linkToLine(key: RoomKey, seq: Seq): string | null {
    const room = this.app?.rooms.find((room) => room.key === key), log = this.rooms.of(key)?.log ?? null;
    const link = room === undefined ? null : this.linkOf(room);
    return link === null || log === null ? null : lineLink(link, seq, log);
  }

  /** Copies where no button is left to say that it was done. */
  async copyLink(link: string): Promise<void> {
    this.copied = await this.copy(link);
  }

  /** The link by which the app enters this room, for a guest. It may hold a secret. */
  get appLink(): string | null {
    return this.app && this.transport.appLink();
  }

  /** The room that is hosted here. */
  get hosted(): Room | null {
    return this.app?.rooms.find((room) => room.hosted) ?? null;
  }

  /** How many others are in it; `null` while that is not known. */
  get othersInside(): number | null {
    const room = this.hosted && this.rooms.of(this.hosted.key);
    return room === null || room.log === null ? null : Math.max(0, room.online - 1);
  }

  leave(room: Room): Promise<boolean> {
    // Whoever comes back finds what they were writing.
    this.rooms.flush();
    return room.hosted ? this.stopHosting() : this.#attempt(this.#shell((app) => app.leave(room.key)));
  }

  async stopHosting(): Promise<boolean> {
    this.rooms.flush();
    const hosting = this.app?.hosting;
    if (this.host === null || hosting?.state !== "on") return this.#attempt(this.#shell((app) => app.stopHosting()));
    return this.#attempt(this.host.stop(hosting, this.hosted?.name ?? ""));
  }

  /** The room that was stopped just now is hosted again as it was: its people come back by themselves. */
  undoStop(): Promise<boolean> {
    const stopped = this.host?.stopped;
    return stopped ? this.#host(stopped.choice) : Promise.resolve(false);
  }

  /** A room of one's own is hosted again, as it was the last time. */
  hostAgain({ own, name }: Pick<Room, "own" | "name">): Promise<boolean> {
    const last = this.app?.settings.host;
    return own !== undefined && last ? this.#host({ ...last, room: own, name: name ?? "" }) : Promise.resolve(false);
  }

  /** Where no form is at hand to say what went wrong. */
  async #host(choice: HostChoice): Promise<boolean> {
    const { host } = this;
    if (host === null || (await host.start(choice))) return host !== null;
    this.notice = host.error;
    host.error = null;
    return false;
  }

  /** A room that was left is not to be listed any more. */
  forgetRecent(id: RecentId): void {
    void this.#attempt(this.#shell((app) => app.forgetRecent(id)));
  }

  setNickname(nickname: string): Promise<boolean> {
    this.nicknameError = null;
    return attempt(this.transport.setNickname(nickname), (why) => (this.nicknameError = why));
  }

  /** Shown at once, kept by the other side. */
  set(change: Partial<Settings>): void {
    if (!this.app) return;
    const settings = { ...this.app.settings, ...change };
    this.app = { ...this.app, settings };
    this.search.follow(settings.nearby);
    void this.#attempt(this.transport.setSettings(settings));
  }

  openLink(url: string): void {
    void this.#attempt(this.transport.openLink(url));
  }

  copy(text: string): Promise<boolean> {
    return this.#attempt(this.transport.copyText(text));
  }

  /** How much is unread in all rooms, for the window's frame. */
  markUnread(count: number): void {
    // A mark that is missing is no news to whoever looks at the page.
    this.#shell((app) => app.markUnread(count)).catch(() => {});
  }

  answerClose(answer: CloseAnswer, remember: boolean): void {
    this.closeAsked = null;
    void this.#attempt(this.#shell((app) => app.answerClose(answer, remember)));
  }

  #onApp(update: AppUpdate): void {
    switch (update.type) {
      case "state":
        this.app = update.app;
        this.search.follow(update.app.settings.nearby);
        this.#tell();
        this.rooms.follow();
        this.#open(update.app.opened);
        break;
      case "settings":
        if (this.app) this.app = { ...this.app, settings: update.settings };
        this.search.follow(update.settings.nearby);
        break;
      case "hosting":
        if (!this.app) break;
        if (update.hosting.state === "on" && this.app.hosting.state !== "on") this.rooms.show(update.hosting.room);
        // What begins again has nothing to undo; news of what is about to stop changes nothing of that.
        if (update.hosting.state !== "off" && this.app.hosting.state === "off" && this.host !== null) this.host.stopped = null;
        this.app = { ...this.app, hosting: update.hosting };
        break;
      case "own_rooms":
        if (this.app) this.app = { ...this.app, own_rooms: update.own_rooms };
        break;
      case "rooms":
        if (this.app) this.app = { ...this.app, rooms: update.rooms };
        this.rooms.follow();
        break;
      case "nearby":
        if (this.app) this.app = { ...this.app, nearby: update.nearby };
        break;
      case "recent":
        if (this.app) this.app = { ...this.app, recent: update.recent };
        break;
      case "opened":
        this.#open(update.opened);
        break;
      case "close_asked":
        this.closeAsked = update;
        break;
      case "dropped":
        this.receiver?.(update.text);
        break;
      case "quitting":
        this.rooms.flush();
        void this.#attempt(this.#shell((app) => app.flushed()));
        break;
      default:
        update satisfies never;
    }
  }

  /** What only the app can do. The page offers nothing of it to a guest. */
  async #shell<T>(work: (app: AppTransport) => Promise<T>): Promise<T> {
    if (this.transport.app === null) throw new Refusal({ error: "system", message: "only the Hearth app can do this" });
    return work(this.transport.app);
  }

  #attempt(work: Promise<void>): Promise<boolean> {
    return attempt(work, (why) => (this.notice = why));
  }
}
