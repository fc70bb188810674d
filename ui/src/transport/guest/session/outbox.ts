// The outbox: own lines that the room has not shown yet, each posted exactly once. As `outbox.rs`.
import type { LineState, OwnLine, PostId, RefusalCode, Seq } from "../../../wire";
import { checkText, utf8Bytes } from "../../../wire";
import type { SavedLine } from "./events";

/** Lines sent and not yet confirmed, at most: enough to keep a host busy over a slow link. */
export const WINDOW = 32;

/** How long to wait when the host does not say, in milliseconds. */
const DEFAULT_PAUSE = 1000;

type Line = { -readonly [K in keyof SavedLine]: SavedLine[K] };

/**
 * Own lines, oldest first, until their entries come.
 *
 *   add ──▶ queued ──take──▶ sent ──confirm (the entry)──▶ gone
 *             ▲ ▲             │ │
 *             │ └─ link lost, ┘ └─ refused for good; ──▶ failed ──discard──▶ gone
 *             │    too fast        text unfit; other room  │
 *             └───────────────────── retry ────────────────┘
 *
 * An ack leaves a line `sent`: only its entry makes it part of the conversation. But it is not sent again after that, as
 * the entry comes with the resumed log, unless that log is no more.
 */
export class Outbox {
  #lines: Line[];
  /** The host said to wait until then. */
  #pause: number | null = null;
  /** After a refusal for speed lines go one by one, so that a later one cannot overtake the refused one. */
  #careful = false;

  /** `kept`: the lines of before a reload. What was sent then and not confirmed waits to go again. */
  constructor(kept: readonly SavedLine[] = []) {
    this.#lines = kept.map((line) => ({ ...line }));
    this.linkLost();
  }

  /** A line as it is to be kept. */
  kept(id: PostId): SavedLine | null {
    const line = this.#find(id);
    return line ? { ...line } : null;
  }

  /** Adds a line. A text that cannot be posted makes it fail at once. `null` when the id is known already. */
  add(id: PostId, text: string): OwnLine | null {
    if (this.#find(id)) return null;
    const checked = checkText(text);
    const own: OwnLine = checked.ok
      ? { id, text: checked.text, state: { state: "queued" } }
      : { id, text, state: refused(checked.error === "empty" ? "text_empty" : "text_too_long") };
    this.#lines.push({ own, stored: null, wentOut: false });
    return own;
  }

  /** The next line whose state changes since it is its turn: `sent`, if it fits, or failed. */
  take(now: number, textBytes: number): OwnLine | null {
    if (this.#pause !== null && now < this.#pause) return null;
    this.#pause = null;
    if (this.#lines.filter(isInFlight).length >= (this.#careful ? 1 : WINDOW)) return null;
    const line = this.#lines.find((line) => line.own.state.state === "queued");
    if (!line) {
      this.#careful = false;
      return null;
    }
    if (utf8Bytes(line.own.text) > textBytes) return set(line, refused("text_too_long"));
    line.wentOut = true;
    return set(line, { state: "sent" });
  }

  /** When lines may go out again, if some wait for that. */
  get due(): number | null {
    return this.#pause;
  }

  /** The room has the line: it is no longer ours to show. Whether it was here. */
  confirm(id: PostId): boolean {
    return this.#remove(id);
  }

  /**
   * The host has stored the line. Whether its entry can come no more, as everything up to `head` is known: then the line
   * is gone.
   */
  ack(id: PostId, seq: Seq, head: Seq): boolean {
    const line = this.#find(id);
    if (!line) return false;
    if (seq <= head) return this.#remove(id);
    if (isInFlight(line)) line.stored = seq;
    return false;
  }

  /** The host said no. Too fast: the line waits and goes again. Gives the changed line. */
  refuse(id: PostId, code: RefusalCode, retryAfter: number | null, now: number): OwnLine | null {
    const line = this.#find(id);
    if (!line || !isInFlight(line)) return null;
    line.wentOut = false;
    if (code !== "rate_limited") return set(line, refused(code));
    this.#pause = Math.max(this.#pause ?? 0, now + (retryAfter ?? DEFAULT_PAUSE));
    this.#careful = true;
    return set(line, { state: "queued" });
  }

  /** The link is gone. What was sent and not confirmed goes again, as the host knows ids. Gives the changed lines. */
  linkLost(): OwnLine[] {
    this.#pause = null;
    this.#careful = false;
    return this.#lines.filter(isInFlight).map((line) => set(line, { state: "queued" }));
  }

  /** The log that acks spoke of is no more: their lines go again. Gives the changed lines. */
  logLost(): OwnLine[] {
    return this.#lines.filter((line) => line.stored !== null).map((line) => {
      line.stored = null;
      line.wentOut = false;
      return set(line, { state: "queued" });
    });
  }

  /** Another room answers. What waits was not written for it. Gives the changed lines. */
  otherRoom(): OwnLine[] {
    return this.#lines.filter((line) => line.own.state.state !== "failed").map((line) => {
      line.stored = null;
      line.wentOut = false;
      return set(line, { state: "failed", reason: { code: "other_room" } });
    });
  }

  /** Entries up to `to` come no more. Gives the lines among them, which are gone. */
  skip(to: Seq): PostId[] {
    const isGone = (line: Line): boolean => line.stored !== null && line.stored <= to;
    const gone = this.#lines.filter(isGone).map((line) => line.own.id);
    this.#lines = this.#lines.filter((line) => !isGone(line));
    return gone;
  }

  /** The user asks to send a failed line again. Gives it. */
  retry(id: PostId): OwnLine | null {
    const line = this.#find(id);
    if (line?.own.state.state !== "failed" || !checkText(line.own.text).ok) return null;
    return set(line, { state: "queued" });
  }

  /** The user gives up a line. One that is on its way cannot be called back. Whether it is gone. */
  discard(id: PostId): boolean {
    return this.#find(id)?.own.state.state !== "sent" && this.#remove(id);
  }

  /** Whether some line that waits to go out may be in the log already. */
  get mayRepeat(): boolean {
    return this.#lines.some((line) => line.wentOut && line.own.state.state === "queued");
  }

  /** The furthest place of an acked line. */
  get furthest(): Seq {
    return Math.max(0, ...this.#lines.map((line) => line.stored ?? 0));
  }

  /** All lines, oldest first. */
  lines(): OwnLine[] {
    return this.#lines.map((line) => line.own);
  }

  #find(id: PostId): Line | undefined {
    return this.#lines.find((line) => line.own.id === id);
  }

  #remove(id: PostId): boolean {
    const before = this.#lines.length;
    this.#lines = this.#lines.filter((line) => line.own.id !== id);
    return this.#lines.length < before;
  }
}

function isInFlight(line: Line): boolean {
  return line.own.state.state === "sent" && line.stored === null;
}

function set(line: Line, state: LineState): OwnLine {
  line.own = { ...line.own, state };
  return line.own;
}

function refused(reason: RefusalCode): LineState {
  return { state: "failed", reason: { code: "refused", reason } };
}
