// Transports: the one door between the page and whatever stands behind it, which is the desktop shell, or for guests in a browser
// the host's own WebSocket. A transport that cannot do a thing says so in `can`, and the page leaves that thing out.
import type {
  AppUpdate, CloseAnswer, Cursor, DoorSign, Exported, ExportFormat, HostChoice, InviteId, InviteWish, PasswordChange, QrCode, RecentId, Report,
  Retention, RoomCommand, RoomId, RoomKey, RoomUpdate, Rules, Settings,
} from "../wire";

/** Ends a subscription. Nothing is delivered after it returns. */
export type Unsubscribe = () => void;

/** What a transport can do. */
export interface Abilities {
  /** Serve a room from this computer. */
  hosting: boolean;
  /** Enter rooms by address, and leave them. */
  joining: boolean;
  /** Keep rooms of one's own on this computer, and write rooms to files. */
  keeping: boolean;
  /** Search what a room has kept. */
  searching: boolean;
}

/** What whoever has not come in yet may know of the room. */
export interface Door {
  sign: DoorSign;
  /** Whether they have a link with an invitation. */
  invited: boolean;
}

/** What stands behind a page. */
export interface Transport extends RoomTransport {
  /** What only the app can do; `null` on a guest's page. */
  readonly app: AppTransport | null;
}

/** What both can do: be in rooms. Every method that returns a promise rejects with a `Refusal` and with nothing else. */
export interface RoomTransport {
  readonly can: Abilities;

  /** The first update is the whole state. */
  subscribeApp(onUpdate: (update: AppUpdate) => void): Unsubscribe;

  /**
   * The first update of the first batch is a snapshot; with a cursor, it goes on from there if the log is still the
   * same. Subscribing again replaces the earlier subscription.
   */
  subscribeRoom(room: RoomKey, after: Cursor | null, onUpdates: (updates: RoomUpdate[]) => void): Unsubscribe;

  /**
   * Takes a link or an address. Resolves once the room was entered for the first time; rejects after the first attempt
   * failed, with `password_needed` where a password opens the room, and with `other_key` where a room of another key was open at
   * that address, unless that is what the user wants (`renewed`). A room that is open is entered by what the link brings. For a
   * guest, the address is that of their one room.
   */
  join(address: string, password?: string, renewed?: boolean): Promise<RoomKey>;
  /** Makes a pending join reject with `cancelled`. */
  cancelJoin(): Promise<void>;

  /**
   * Asks something of a room. What comes of it comes as updates: an act as an `own`, entries of the past as an `older`, what was
   * found as a `found`. A newer question of the last two kinds takes the place of one under way. A read mark, a draft and
   * how the room is shown come back with their log: in the snapshot, or when the room is welcomed into it.
   */
  order(room: RoomKey, command: RoomCommand): Promise<void>;

  setNickname(nickname: string): Promise<void>;
  setSettings(settings: Settings): Promise<void>;

  /** Follows a link of a message. One that leads into a room comes back as one that was opened, where rooms are entered. */
  openLink(url: string): Promise<void>;
  copyText(text: string): Promise<void>;

  /** What stands at the door of a guest's room; `null` where nobody tells. In the app there is none. */
  door?(): Promise<Door | null>;

  /** The link by which the app enters this room; `null` where one is in the app. It may hold a secret. */
  appLink(): string | null;

  /**
   * The page has painted what it had to show first, and its frame so many milliseconds before. Somebody may want to know how
   * long that took.
   */
  painted(sinceFrame: number): Promise<void>;
}

/** What only the app can do: host, keep rooms and leave them. The same goes for its promises. */
export interface AppTransport {
  startHosting(choice: HostChoice): Promise<void>;
  stopHosting(): Promise<void>;

  /** Who may come into the hosted room. Whoever is a member stays one. */
  setAccess(closed: boolean, password: PasswordChange): Promise<void>;
  /** What members may do there. */
  setRules(rules: Rules): Promise<void>;
  makeInvite(wish: InviteWish): Promise<InviteId>;
  /** Takes an invitation back, and with `leave` also the people who came by it out of the room. */
  revokeInvite(id: InviteId, leave: boolean): Promise<void>;
  qrCode(text: string): Promise<QrCode>;

  /** Finds out who can get into the hosted room. Takes up to half a minute, when nobody who is asked answers. */
  examine(): Promise<Report>;
  /** Whether the hosted room is to be reachable from the internet. What comes of it is told with `hosting`. */
  setOutside(wished: boolean): Promise<void>;

  leave(room: RoomKey): Promise<void>;
  /** As `join`, for a room that was left, as the same member. */
  rejoin(id: RecentId, password?: string): Promise<RoomKey>;
  /** Takes a room from the list of those that were left. */
  forgetRecent(id: RecentId): Promise<void>;

  /** Writes what is kept of a room of this window into the folder for downloads. */
  exportRoom(room: RoomKey, format: ExportFormat): Promise<Exported>;
  /** The same for a room of one's own, hosted or not. */
  exportOwnRoom(id: RoomId, format: ExportFormat): Promise<Exported>;
  /** Asks for a file of JSON Lines and makes a room of it; `null` when none was chosen. */
  importRoom(): Promise<RoomId | null>;
  /** For good. */
  deleteOwnRoom(id: RoomId): Promise<void>;
  /** Renames the file of a room that cannot be read, so that it is in nobody's way. */
  setAside(id: RoomId): Promise<void>;
  setRetention(id: RoomId, retention: Retention): Promise<void>;
  /** Shows the room's file in its folder. */
  revealOwnRoom(id: RoomId): Promise<void>;
  /** Shows the newest file that was written in its folder. */
  revealExport(): Promise<void>;

  /** So many lines are unread in all rooms. */
  markUnread(count: number): Promise<void>;

  answerClose(answer: CloseAnswer, remember: boolean): Promise<void>;
  /** The app may quit: what waited to be saved was handed over before. */
  flushed(): Promise<void>;
  /** The `hearth://` link that was opened is answered. */
  answerOpened(): Promise<void>;
}
