// The one door between the page and whatever stands behind it: the desktop shell today, a host's own WebSocket for
// guests in a browser later. A transport that cannot do a thing says so in `can`, and the page leaves that thing out.
import type {
  AppUpdate, CloseAnswer, Cursor, HostChoice, PostId, RoomKey, RoomUpdate, Seq, Settings,
} from "../wire";

/** Ends a subscription. Nothing is delivered after it returns. */
export type Unsubscribe = () => void;

/** What a transport can do. */
export interface Abilities {
  /** Serve a room from this computer. */
  hosting: boolean;
  /** Enter rooms by address, and leave them. */
  joining: boolean;
}

/** Every method that returns a promise rejects with a `Refusal` and with nothing else. */
export interface Transport {
  readonly can: Abilities;

  /** The first update is the whole state. */
  subscribeApp(onUpdate: (update: AppUpdate) => void): Unsubscribe;

  /**
   * The first update of the first batch is a snapshot; with a cursor, it goes on from there if the log is still the
   * same. Subscribing again replaces the earlier subscription.
   */
  subscribeRoom(room: RoomKey, after: Cursor | null, onUpdates: (updates: RoomUpdate[]) => void): Unsubscribe;

  startHosting(choice: HostChoice): Promise<void>;
  stopHosting(): Promise<void>;

  /** Resolves once the room was entered for the first time; rejects after the first attempt failed. */
  join(address: string): Promise<RoomKey>;
  /** Makes a pending join reject with `cancelled`. */
  cancelJoin(): Promise<void>;
  leave(room: RoomKey): Promise<void>;

  post(room: RoomKey, id: PostId, text: string): Promise<void>;
  retryLine(room: RoomKey, id: PostId): Promise<void>;
  discardLine(room: RoomKey, id: PostId): Promise<void>;
  /** Tries to connect at once instead of at the end of the countdown. */
  reconnect(room: RoomKey): Promise<void>;
  /** The answer comes as an `older` update. */
  loadOlder(room: RoomKey, before: Seq, limit: number): Promise<void>;

  setNickname(nickname: string): Promise<void>;
  setSettings(settings: Settings): Promise<void>;

  openLink(url: string): Promise<void>;
  copyText(text: string): Promise<void>;
  answerClose(answer: CloseAnswer, remember: boolean): Promise<void>;

  /** The page has painted its first frame; somebody may want to know how long that took. */
  painted(): Promise<void>;
}
