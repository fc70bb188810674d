// The rooms, and what is done in them: runes around the pure reducer of each room, fed by a transport.
import { v7 as uuidv7 } from "uuid";
import type { RoomTransport, Unsubscribe } from "../transport";
import type { Act, AppError, Entry, Failure, JoinsShown, LinkedLine, Mentions, Room, RoomKey, RoomSnapshot, RoomUpdate, Seq, ShownAct, Strip } from "../wire";
import { isInLog } from "../wire";
import { attempt } from "./base/attempt";
import { perFrame } from "./base/frame";
import { without } from "./base/maps";
import { emojiUsed } from "./base/used-emoji";
import { coloured, NicknameColours } from "./room/colours";
import { Drafts } from "./room/drafts.svelte";
import { cut, leaveBehind, movedOn, toNewest } from "./room/history";
import { isTaken, saysNow } from "./room/line-notes";
import { ReadMarks } from "./room/read-marks.svelte";
import { answeredElsewhere, dividerDone, lookedAt, readOn, UNREAD, unread, unseen } from "./room/reading";
import { reduce } from "./room/reduce";
import { Requests } from "./room/requests";
import { isResting } from "./room/resting";
import { goesOn } from "./room/search";
import { entryAt, Singles } from "./room/singles";
import { cursorOf, isMine, newRoom, type RoomState, type Sight } from "./room/state";
import { WayBack } from "./room/way-back.svelte";

/** Those who read are told of who writes not more often than this. */
const TYPING_EVERY_MS = 3000;

/** What was taken back can be said again for this long. */
const AGAIN_MS = 5 * 60_000;

/** What is done to a line. */
type Without<T> = T extends unknown ? Omit<T, "id"> : never;
export type AboutAct = Without<Extract<Act, { about: Seq }>>;

/** What is unread, and how much of what is meant for the user they have not seen. */
export interface Marks {
  readonly unread: number;
  readonly forMe: number;
}

/** A subscription is made anew when the user comes back, but not more often than this. */
const RENEW_MS = 30_000;

export class Rooms {
  /** What has just been said in the room that is shown, for those who listen instead of looking. */
  latest = $state.raw<readonly Entry[]>([]);
  /** Why the last act about a line was not done, until it was read. */
  notDone = $state.raw<Failure | null>(null);

  /** What the user took back last, and until when (in milliseconds since 1970) it can be put into the box again. */
  takenBack = $state.raw<{ readonly key: RoomKey; readonly seq: Seq; readonly text: string; readonly until: number } | null>(null);

  #states = $state.raw<ReadonlyMap<RoomKey, RoomState>>(new Map());
  #chosen = $state.raw<RoomKey | null>(null);
  // That one of these was not saved is told as the trouble that the room has with what is kept, if there is any.
  #drafts = new Drafts((key, log, { text, strip }) => {
    void this.transport.order(key, { type: "set_draft", log, text, ...(strip === null ? {} : { strip }) }).catch(() => {});
  });
  #readings = new ReadMarks((key, log, seq) => void this.transport.order(key, { type: "set_read_mark", log, seq }).catch(() => {}));
  #looking = false;
  #atEnd = false;
  /** What is before the user's eyes; `null` while the list is on its way to a place. */
  #sight: Sight | null = null;
  #renewed = Date.now();
  readonly #requests: Requests;
  readonly #singles: Singles;
  /** Where the user was before they jumped in the room that is shown. */
  readonly wayBack = new WayBack();
  /** Grows whenever the message box is to have the focus. */
  summoned = $state(0);
  /** Lines that links lead to, in rooms whose log is not known yet. */
  #linked = new Map<RoomKey, LinkedLine>();
  /** When it was told last that the user writes. */
  #typed = new Map<RoomKey, number>();
  readonly #nicknames = new NicknameColours();
  /** One that is hosted, or no longer, is told by somebody else. */
  #subscriptions = new Map<RoomKey, { readonly end: Unsubscribe; readonly hosted: boolean }>();
  // A list that grows at both of its ends at once could not keep its place.
  #receive = perFrame<[RoomKey, RoomUpdate]>((said) => this.#apply(said), ([, update]) => update.type === "older");

  /** The room that is shown, */
  readonly active = $derived.by((): Room | null => {
    const rooms = this.list();
    // What is not hosted is read by whoever wants to.
    return rooms.find((room) => room.key === this.#chosen) ?? rooms.find((room) => !isResting(room)) ?? null;
  });
  /** and its state. */
  readonly shown = $derived(this.active && (this.#states.get(this.active.key) ?? newRoom(this.active.url)));
  readonly reading = $derived(this.active ? this.#readings.of(this.active.key) : UNREAD);
  readonly unreadInAll = $derived.by(() => this.#marksOf(this.list()).unread);
  readonly forMeInAll = $derived.by(() => this.#marksOf(this.list()).forMe);
  /** What is unread in the rooms that are not shown. */
  readonly elsewhere = $derived.by(() => this.#marksOf(this.list().filter(({ key }) => key !== this.active?.key)));

  /** `list`: the rooms that there are; `failed` takes why something was not done. */
  constructor(
    private readonly transport: RoomTransport,
    private readonly list: () => readonly Room[],
    private readonly failed: (why: AppError) => void,
  ) {
    this.#singles = new Singles((key, request) => void transport.order(key, { type: "lines", ...request }).catch(() => {}), (work) => queueMicrotask(work));
    this.#requests = new Requests(transport, {
      of: (key) => this.of(key),
      change: (key, change) => this.#change(key, change),
      attempt: (work, undo) => this.#attempt(work, undo),
    });
  }

  of(key: RoomKey): RoomState | null {
    return this.#states.get(key) ?? null;
  }

  unreadIn(key: RoomKey): number {
    const room = this.#states.get(key);
    return room ? unread(room, this.#readings.of(key)) : 0;
  }

  /** The lines in a room that are meant for the user and that they have not seen, oldest first. */
  unseenIn(key: RoomKey): readonly Seq[] {
    const room = this.#states.get(key);
    return room ? unseen(room, this.#readings.of(key)) : [];
  }

  #marksOf(rooms: readonly Room[]): Marks {
    const sum = (of: (key: RoomKey) => number): number => rooms.reduce((all, { key }) => all + of(key), 0);
    return { unread: sum((key) => this.unreadIn(key)), forMe: sum((key) => this.unseenIn(key).length) };
  }

  show(key: RoomKey): void {
    const before = this.active?.key;
    if (before === key) return;
    if (before !== undefined) {
      this.#readings.set(before, dividerDone(this.#readings.of(before)));
      // Who comes back finds the room at its newest.
      this.#change(before, (room) => ({ ...toNewest(room), goal: null, search: null }));
    }
    this.flush();
    this.#looking = false;
    this.#atEnd = false;
    this.#sight = null;
    this.wayBack.end();
    this.latest = [];
    this.#chosen = key;
    if (this.active) this.#attend(this.active);
  }

  /**
   * The view says whether the list stays with its newest line, what of it is in sight, and whether the user has the window
   * before their eyes.
   */
  look(atEnd: boolean, isLookedAt: boolean, sight: Sight | null = null): void {
    this.#atEnd = atEnd;
    this.#sight = sight;
    this.#looking = atEnd && isLookedAt;
    if (!isLookedAt || !this.active || !this.shown) return;
    this.#readings.set(this.active.key, lookedAt(this.reading, this.shown, sight, atEnd));
    if (sight !== null && this.shown.seeking === null) this.wayBack.look(sight, atEnd);
  }

  /** What stands in the message box. */
  draft(key: RoomKey): string {
    return this.#drafts.text(key);
  }

  setDraft(key: RoomKey, draft: string): void {
    this.#drafts.type(key, draft);
  }

  /** Whether something was begun and not sent. */
  isDrafted(key: RoomKey): boolean {
    const { text, strip } = this.#drafts.of(key);
    return text !== "" || strip !== null;
  }

  /** What the next line is to be: an answer, or an old line in other words; `null`: one by itself. */
  strip(key: RoomKey): Strip | null {
    return this.#drafts.of(key).strip;
  }

  /** How much the list shows of who comes and goes. Kept by the other side once there is a log to keep it for. */
  setJoinsShown(key: RoomKey, joins: JoinsShown): void {
    this.#change(key, (room) => ({ ...room, joins }));
    const log = this.of(key)?.log ?? null;
    if (log !== null) this.#attempt(this.transport.order(key, { type: "set_joins_shown", log, joins }));
  }

  /** The line stands in the list at once; the other side says how it goes on. */
  post(key: RoomKey, text: string, more: { reply?: Seq; mentions?: Mentions } = {}): void {
    const id = uuidv7();
    this.#typed.delete(key);
    const line = { type: "post", text, ...more, id } as const;
    this.toNewest(key);
    this.#apply([[key, { type: "own", act: { ...line, state: { state: "queued" } } }]]);
    this.#readings.set(key, dividerDone(this.#readings.of(key)));
    this.#attempt(this.transport.order(key, line), () => {
      this.#apply([[key, { type: "dropped", id }]]);
      if (this.draft(key) === "") this.setDraft(key, text);
    });
  }

  /** Something is done to a line. It shows at once, and goes back if it cannot be. */
  act(key: RoomKey, act: AboutAct): void {
    if (act.type === "remove") this.#keepTakenBack(key, act.about);
    if (act.type === "react" && act.on) emojiUsed(act.emoji);
    const command = { ...act, id: uuidv7() };
    this.#apply([[key, { type: "own", act: { ...command, state: { state: "queued" } } }]]);
    this.#attempt(this.transport.order(key, command), () => this.#apply([[key, { type: "dropped", id: command.id }]]));
  }

  /** The words of a line that the user took back are theirs for a while, to be said in another way. They are nowhere else. */
  #keepTakenBack(key: RoomKey, seq: Seq): void {
    const room = this.#states.get(key), entry = room && entryAt(room, seq);
    if (!room || entry?.kind !== "message" || !isMine(room, entry)) return;
    this.takenBack = { key, seq, text: saysNow(room.about, entry), until: Date.now() + AGAIN_MS };
  }

  /** What was taken back stands in the box again, in front of what is there. */
  sayAgain(): void {
    if (this.takenBack === null) return;
    const { key, text } = this.takenBack;
    this.takenBack = null;
    this.endStrip(key);
    this.#drafts.putFirst(key, text);
    this.summoned += 1;
  }

  /** The next line is to answer this one. */
  beginReply(key: RoomKey, seq: Seq): void {
    this.#drafts.setStrip(key, { kind: "reply", seq });
    this.summoned += 1;
  }

  /** The line is to be said in other words. What stands in the box waits. */
  beginEdit(key: RoomKey, seq: Seq, text: string): void {
    this.#drafts.setStrip(key, { kind: "edit", seq, text });
    this.summoned += 1;
  }

  /** The next line is one by itself again. */
  endStrip(key: RoomKey): void {
    this.#drafts.setStrip(key, null);
  }

  /**
   * The line is gone that is answered or edited. What was made of it is the user's own and stays in the box, under the hands of an
   * input method as well; what it said goes with it.
   */
  #loseLine(key: RoomKey, strip: Strip, before: RoomState): void {
    this.endStrip(key);
    const entry = strip.kind === "edit" ? entryAt(before, strip.seq) : undefined;
    if (strip.kind !== "edit" || entry?.kind !== "message" || strip.text === saysNow(before.about, entry)) return;
    this.#drafts.putFirst(key, strip.text);
  }

  /** The line in this place as far as this window knows it: it is asked for if it is not here. `null`: it is not kept. */
  line(key: RoomKey, seq: Seq): Entry | null | undefined {
    const room = this.#states.get(key);
    if (!room) return undefined;
    const found = entryAt(room, seq);
    if (found === undefined) this.#singles.want(key, seq);
    return found;
  }

  /** The user is writing: whoever is there is told, now and then. */
  typing(key: RoomKey): void {
    const now = Date.now();
    if (now - (this.#typed.get(key) ?? 0) < TYPING_EVERY_MS) return;
    this.#typed.set(key, now);
    void this.transport.order(key, { type: "typing" }).catch(() => {});
  }

  retryLine(key: RoomKey, id: string): void {
    this.#attempt(this.transport.order(key, { type: "retry", id }));
  }

  discardLine(key: RoomKey, id: string): void {
    this.#attempt(this.transport.order(key, { type: "discard", id }));
  }

  reconnect(key: RoomKey): void {
    this.#attempt(this.transport.order(key, { type: "reconnect" }));
  }

  /** The user comes near an end of the list. */
  loadMore(key: RoomKey, edge: "start" | "end"): void {
    this.#requests.more(key, edge, key === this.active?.key ? this.#sight : null);
  }

  /** Goes to a place in the conversation, loaded or not. */
  jump(key: RoomKey, seq: Seq): void {
    this.wayBack.leave(this.#sight, this.#atEnd);
    this.#sight = null;
    this.#requests.jump(key, seq);
  }

  /** Goes to a line that a link leads to, once the room has told which log it has. */
  goTo(key: RoomKey, line: LinkedLine): void {
    this.show(key);
    const log = this.of(key)?.log ?? null;
    if (log === null) this.#linked.set(key, line);
    else if (isInLog(line, log)) this.jump(key, line.seq);
    else this.#requests.notHere(key, line.seq);
  }

  #goToLinked(key: RoomKey): void {
    const line = this.#linked.get(key);
    if (line === undefined || (this.of(key)?.log ?? null) === null) return;
    this.#linked.delete(key);
    this.goTo(key, line);
  }

  /** Back to where the user was before they jumped. */
  goBack(key: RoomKey): void {
    const { to } = this.wayBack;
    this.#sight = null;
    if (to === "end") this.toNewest(key);
    else if (to !== null) this.#requests.jump(key, to);
    this.wayBack.end();
  }

  /** The user scrolls by hand. */
  moveOn(key: RoomKey): void {
    this.#change(key, movedOn);
  }

  /** Back to the newest line. */
  toNewest(key: RoomKey): void {
    this.#sight = null;
    this.wayBack.end();
    this.#change(key, toNewest);
  }

  search(key: RoomKey, query: string): void {
    this.#requests.search(key, query);
  }

  searchOn(key: RoomKey): void {
    this.#requests.searchOn(key);
  }

  /** The list has changed: subscribes to rooms that are new, and forgets those that are gone. */
  follow(): void {
    // What is in sight stays so when it is hosted no longer.
    if (this.active && !isResting(this.active)) this.#chosen = this.active.key;
    const keys = new Set(this.list().map((room) => room.key));
    for (const [key, { end }] of this.#subscriptions) {
      if (keys.has(key)) continue;
      end();
      this.#subscriptions.delete(key);
      this.#drafts.forget(key);
      this.#linked.delete(key);
      this.#states = without(this.#states, key);
      this.#readings.forget(key);
    }
    for (const room of this.list()) this.#attend(room);
  }

  /** Listens to a room; to one that is not hosted only when somebody reads it. */
  #attend(room: Room): void {
    const known = this.#subscriptions.get(room.key);
    if (known === undefined && isResting(room) && room.key !== this.active?.key) return;
    if (known?.hosted !== room.hosted) this.#subscribe(room);
  }

  /** The user came back to the window: a subscription that broke unseen starts again. */
  cameBack(): void {
    if (Date.now() - this.#renewed < RENEW_MS) return;
    this.#renewed = Date.now();
    for (const room of this.list()) if (this.#subscriptions.has(room.key)) this.#subscribe(room);
  }

  /** Saves what waits to be saved: the page may be gone in a moment. */
  flush(): void {
    this.#drafts.flush();
    this.#readings.flush();
  }

  /** Stops listening. */
  end(): void {
    this.flush();
    this.#requests.end();
    for (const { end } of this.#subscriptions.values()) end();
    this.#subscriptions.clear();
  }

  #subscribe({ key, url, hosted }: Room): void {
    this.#subscriptions.get(key)?.end();
    const known = this.#states.get(key);
    if (!known) {
      this.#states = new Map(this.#states).set(key, newRoom(url));
    }
    const cursor = known ? cursorOf(known) : null;
    const end = this.transport.subscribeRoom(key, cursor, (updates) => {
      for (const update of updates) this.#receive([key, update]);
    });
    this.#subscriptions.set(key, { end, hosted });
    // Its answer may have come when nobody listened any more.
    this.#requests.askFound(key);
  }

  #apply(said: readonly (readonly [RoomKey, RoomUpdate])[]): void {
    const before = this.#states;
    const states = new Map(before);
    const now = Date.now();
    for (const [key, update] of said) {
      const room = states.get(key);
      // A room that was left may still have updates under way.
      if (!room) continue;
      const next = reduce(room, update, now);
      const colours = coloured(next.colours, update, this.#nicknames);
      states.set(key, colours === next.colours ? next : { ...next, colours });
      if (update.type === "lines") this.#singles.came(key, update.lines);
      if (update.type === "own" && "about" in update.act && update.act.state.state === "failed") this.#notDone(key, update.act, update.act.state.reason);
      if (update.type === "snapshot") this.#meet(key, update.room);
      else if (update.type === "welcomed") this.#meet(key, update);
      const strip = this.strip(key);
      if (strip && isTaken(next.about, strip.seq)) this.#loseLine(key, strip, room);
    }
    const keys = new Set(said.map(([key]) => key));
    // A list that gets longer at its start must not get shorter at its end.
    const older = new Set(said.flatMap(([key, update]) => (update.type === "older" ? [key] : [])));
    for (const key of keys) {
      const room = states.get(key);
      if (!room) continue;
      // Where the user looks back, nothing goes from under their eyes.
      if (key !== this.active?.key || this.#atEnd || room.away !== null) states.set(key, cut(room));
      else if (this.#sight !== null && !older.has(key)) states.set(key, leaveBehind(room, this.#sight.to));
    }
    this.#states = states;
    for (const key of keys) {
      if (goesOn(states.get(key)?.search ?? null)) this.searchOn(key);
      const room = states.get(key);
      const shown = key === this.active?.key;
      if (room?.seeking?.gone && !before.get(key)?.seeking?.gone) this.#requests.boundJump(key);
      if (room) this.#readings.set(key, readOn(this.#readings.of(key), room, shown && this.#looking));
      if (room) for (const seq of answeredElsewhere(room, this.#readings.of(key))) this.#singles.want(key, seq);
      // The places of another log are others.
      if (shown && before.get(key)?.log !== room?.log) this.wayBack.end();
      this.#requests.goOnJumping(key);
      this.#goToLinked(key);
    }
    const heard = said.filter(([key]) => key === this.active?.key).map(([, update]) => update);
    const news = heard.flatMap((update) => (update.type === "entries" ? update.entries : []));
    if (news.length > 0) this.latest = news;
  }

  /**
   * An act about a line failed: that is said, and it is given up. What was written is there again: to be said of the line, if that is
   * there and the box is free, or else by itself.
   */
  #notDone(key: RoomKey, act: ShownAct, reason: Failure): void {
    this.notDone = reason;
    const isGone = reason.code === "refused" && reason.reason === "line_gone";
    if (act.type === "edit") {
      if (!isGone && reason.code !== "other_room" && this.strip(key) === null) this.beginEdit(key, act.about, act.text);
      else this.#drafts.putFirst(key, act.text);
    }
    void this.transport.order(key, { type: "discard", id: act.id }).catch(() => {});
  }

  /** The room has a log, and with it comes what was saved for it. */
  #meet(key: RoomKey, { log, read, draft, strip }: Pick<RoomSnapshot, "log" | "read" | "draft" | "strip">): void {
    if (log === null) return;
    this.#singles.begin(key);
    this.#readings.meet(key, log, read ?? 0);
    this.#drafts.meet(key, log, { text: draft ?? "", strip: strip ?? null });
  }

  #change(key: RoomKey, change: (room: RoomState) => RoomState): void {
    const room = this.#states.get(key);
    if (room) this.#states = new Map(this.#states).set(key, change(room));
  }

  #attempt(work: Promise<void>, undo: () => void = () => {}): void {
    void attempt(work, (why) => {
      this.failed(why);
      undo();
    });
  }
}
