// The outbox: own acts that the room has not shown yet, each done exactly once. As `outbox.rs`.
import type { Act, ActState, OwnAct, PostId, RefusalCode, Seq, ShownAct } from "../../../wire";
import { checkText, utf8Bytes } from "../../../wire";
import type { SavedLine } from "./events";

/** Acts sent and not yet confirmed, at most: enough to keep a host busy over a slow link. */
export const WINDOW = 32;

/** What has just been added. */
const QUEUED: ActState = { state: "queued" };

/** How long to wait when the host does not say, in milliseconds. */
const DEFAULT_PAUSE = 1000;

type Waiting = { own: OwnAct } & { -readonly [K in "wentOut" | "stored"]: SavedLine[K] };

/**
 * Own acts, oldest first, until their entries come.
 *
 *   add ──▶ queued ──take──▶ sent ──confirm (the entry)──▶ gone
 *             ▲ ▲             │ │
 *             │ └─ link lost, ┘ └─ refused for good; ──▶ failed ──discard──▶ gone
 *             │    too fast        text unfit; other room  │
 *             └───────────────────── retry ────────────────┘
 *
 * An ack leaves an act `sent`: only its entry makes it part of the conversation. But it is not sent again after that, as
 * the entry comes with the resumed log, unless that log is no more. A rename waits for no new link: a hello says the nickname.
 */
export class Outbox {
  #acts: Waiting[];
  /** The host said to wait until then. */
  #pause: number | null = null;
  /** After a refusal for speed acts go one by one, so that a later one cannot overtake the refused one. */
  #careful = false;

  /** `kept`: the lines of before a reload. What was sent then and not confirmed waits to go again. */
  constructor(kept: readonly SavedLine[] = []) {
    this.#acts = kept.map((line) => ({ ...line }));
    this.linkLost();
  }

  /** An act as it is to be kept. */
  kept(id: PostId): SavedLine | null {
    const act = this.#find(id);
    return act && isShown(act.own) ? { ...act, own: act.own } : null;
  }

  /** Adds an act. One that nobody could do fails at once. `null` when the id is known already, or there is none. */
  add(act: Act): OwnAct | null {
    const { id } = act;
    if (id === undefined || this.#find(id)) return null;
    const own: OwnAct = { ...checked(act), id };
    this.#acts.push({ own, stored: null, wentOut: false });
    return own;
  }

  /**
   * The next act whose state changes since it is its turn: `sent`, if it fits, or failed. A host that is `plain` would not know what is
   * said about a line, and would let go of what a post answers without a word.
   */
  take(now: number, textBytes: number, plain: boolean): OwnAct | null {
    if (this.#pause !== null && now < this.#pause) return null;
    this.#pause = null;
    if (this.#acts.filter(isInFlight).length >= (this.#careful ? 1 : WINDOW)) return null;
    const act = this.#acts.find(({ own }) => own.state.state === "queued");
    if (!act) {
      this.#careful = false;
      return null;
    }
    if (plain && isTalk(act.own)) return set(act, refused("unknown_type"));
    if ("text" in act.own && utf8Bytes(act.own.text) > textBytes) return set(act, refused("text_too_long"));
    act.wentOut = true;
    return set(act, { state: "sent" });
  }

  /** When acts may go out again, if some wait for that. */
  get due(): number | null {
    return this.#pause;
  }

  /** The room has the act: it is no longer ours to show. Whether it was here. */
  confirm(id: PostId): boolean {
    return this.#remove(id);
  }

  /**
   * The host has stored the act. Whether its entry can come no more, as everything up to `head` is known, or as it changes
   * nothing and has none: then the act is gone, and the page, if it shows it, is to be told.
   */
  ack(id: PostId, seq: Seq, head: Seq): boolean {
    const act = this.#find(id);
    if (!act) return false;
    if (seq <= head) return this.#remove(id) && isShown(act.own);
    if (isInFlight(act)) act.stored = seq;
    return false;
  }

  /** The host said no. Too fast: the act waits and goes again. Gives the changed act. */
  refuse(id: PostId, code: RefusalCode, retryAfter: number | null, now: number): OwnAct | null {
    const act = this.#find(id);
    if (!act || !isInFlight(act)) return null;
    act.wentOut = false;
    if (code !== "rate_limited") return set(act, refused(code));
    this.#pause = Math.max(this.#pause ?? 0, now + (retryAfter ?? DEFAULT_PAUSE));
    this.#careful = true;
    return set(act, { state: "queued" });
  }

  /** The link is gone. What was sent and not confirmed goes again, as the host knows ids. Gives the changed acts. */
  linkLost(): OwnAct[] {
    this.#pause = null;
    this.#careful = false;
    return this.#acts.filter(isInFlight).map((act) => set(act, { state: "queued" }));
  }

  /** The log that acks spoke of is no more: their acts go again, but for those about a line of it. Gives the changed acts. */
  logLost(): OwnAct[] {
    const changed = this.#forgetLines();
    return [...changed, ...this.#acts.filter((act) => act.stored !== null).map((act) => {
      act.stored = null;
      act.wentOut = false;
      return set(act, { state: "queued" });
    })];
  }

  /** Another room answers. What waits was not done for it; a nickname is for every room. Gives the changed acts. */
  otherRoom(): OwnAct[] {
    const about = this.#forgetLines().filter((own) => "about" in own);
    return [...about, ...this.#acts.filter(({ own }) => isShown(own) && own.state.state !== "failed").map(isElsewhere)];
  }

  /** The lines of a log that is no more: nothing can be said about one any more, and nothing answers one. */
  #forgetLines(): OwnAct[] {
    const changed: OwnAct[] = [];
    for (const act of this.#acts) {
      if (act.own.type !== "post" || act.own.reply === undefined) continue;
      const own = { ...act.own };
      delete own.reply;
      act.own = own;
      changed.push(own);
    }
    return [...changed, ...this.#acts.filter(({ own }) => "about" in own && own.state.state !== "failed").map(isElsewhere)];
  }

  /** Entries up to `to` come no more. Gives the lines among them, which are gone. */
  skip(to: Seq): PostId[] {
    const isGone = (act: Waiting): boolean => act.stored !== null && act.stored <= to;
    const gone = this.#acts.filter((act) => isShown(act.own) && isGone(act)).map((act) => act.own.id);
    this.#acts = this.#acts.filter((act) => !isGone(act));
    return gone;
  }

  /** The user asks to send a failed act again. Gives it. */
  retry(id: PostId): OwnAct | null {
    const act = this.#find(id);
    if (act?.own.state.state !== "failed" || checked(act.own).state.state === "failed") return null;
    // The line that it is about is none of this room.
    if ("about" in act.own && act.own.state.reason.code === "other_room") return null;
    return set(act, { state: "queued" });
  }

  /** The user gives up an act. One that is on its way cannot be called back. Whether it is gone. */
  discard(id: PostId): boolean {
    return this.#find(id)?.own.state.state !== "sent" && this.#remove(id);
  }

  /** Whether some act that waits to go out may be in the log already. */
  get mayRepeat(): boolean {
    return this.#acts.some((act) => act.wentOut && act.own.state.state === "queued");
  }

  /** The furthest place of an acked act. */
  get furthest(): Seq {
    return Math.max(0, ...this.#acts.map((act) => act.stored ?? 0));
  }

  /** Whether the act of this id is a rename. */
  isRename(id: PostId): boolean {
    return this.#find(id)?.own.type === "rename";
  }

  /** A hello says the nickname: no rename waits behind it. */
  dropRenames(): void {
    this.#acts = this.#acts.filter(({ own }) => own.type !== "rename");
  }

  /** A rename has its answer. The first hosts know no ids of renames and ack none: what went out waits for nothing more. */
  renameAnswered(): void {
    this.#acts = this.#acts.filter(({ own }) => own.type !== "rename" || own.state.state !== "sent");
  }

  /** All acts for the page to show, oldest first. */
  shown(): ShownAct[] {
    return this.#acts.map(({ own }) => own).filter(isShown);
  }

  #find(id: PostId): Waiting | undefined {
    return this.#acts.find(({ own }) => own.id === id);
  }

  #remove(id: PostId): boolean {
    const before = this.#acts.length;
    this.#acts = this.#acts.filter(({ own }) => own.id !== id);
    return this.#acts.length < before;
  }
}

/** A nickname is shown when the room knows it. */
function isShown(own: OwnAct): own is ShownAct {
  return own.type !== "rename";
}

/** Whether it says something about a line. A mention is none of that: who is meant stands in the text as well. */
function isTalk(own: OwnAct): boolean {
  return own.type === "post" ? own.reply !== undefined : own.type !== "rename";
}

function isElsewhere(act: Waiting): OwnAct {
  act.stored = null;
  act.wentOut = false;
  return set(act, { state: "failed", reason: { code: "other_room" } });
}

function isInFlight(act: Waiting): boolean {
  return act.own.state.state === "sent" && act.stored === null;
}

function set(act: Waiting, state: ActState): OwnAct {
  act.own = { ...act.own, state };
  return act.own;
}

/** An act, clean and queued, or failed if it is not by the protocol's limits. A nickname that is not never comes so far. */
function checked(act: Act): Act & { state: ActState } {
  if (!("text" in act)) return { ...act, state: QUEUED };
  const text = checkText(act.text);
  if (text.ok) return { ...act, text: text.text, state: QUEUED };
  return { ...act, state: refused(text.error === "empty" ? "text_empty" : "text_too_long") };
}

function refused(reason: RefusalCode): ActState {
  return { state: "failed", reason: { code: "refused", reason } };
}
