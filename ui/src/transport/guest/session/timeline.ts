// The timeline: the newest entries of the log, and the cursor up to which it is known. As `timeline.rs`.
import { type Cursor, type Entry, type Gap, type LogId, type Seq, withoutLine } from "../../../wire";

/** Entries kept in memory: those of a view that subscribes anew. Older ones come as history pages. */
export const KEPT = 2000;

/** And somewhat more, so that the list is not cut for each entry. */
const SLACK = 200;

/** What an entry is to a reader: it follows on what is known; it was seen before; something before it is missing. */
export type Verdict = "next" | "repeat" | "hole";

/** The newest entries of one log, in order and without holes but for the told gaps. */
export class Timeline {
  #log: LogId | null = null;
  /** The newest place that is known. */
  #cursor: Seq = 0;
  /** What stands before the oldest kept entry: all that came after it is here, or in a gap. */
  #base: Seq = 0;
  #entries: Entry[] = [];
  #gaps: Gap[] = [];

  /** `letGo` takes the entries that are kept no longer. */
  constructor(private readonly letGo: (gone: readonly Entry[]) => void) {}

  get log(): LogId | null {
    return this.#log;
  }

  get head(): Seq {
    return this.#cursor;
  }

  /** The newest place that is known; `null` before there is a log. */
  get cursor(): Cursor | null {
    return this.#log === null ? null : { log: this.#log, seq: this.#cursor };
  }

  /** Another log: whatever was known belongs to one that is no more. */
  start(log: LogId, after: Seq): void {
    this.forget();
    this.#log = log;
    this.#cursor = this.#base = after;
  }

  /** Nothing that was known can be relied upon. */
  forget(): void {
    this.#log = null;
    this.#cursor = this.#base = 0;
    this.#entries = [];
    this.#gaps = [];
  }

  /** Keeps an entry if it follows on what is known. Order and completeness are judged by `prev` alone. */
  accept(entry: Entry): Verdict {
    if (entry.seq <= this.#cursor) return "repeat";
    if (entry.prev !== this.#cursor) return "hole";
    this.#cursor = entry.seq;
    this.#entries.push(entry);
    if (this.#entries.length > KEPT + SLACK) this.#trim();
    return "next";
  }

  /**
   * The host says that entries are no longer kept. Gives the gap as it is for this reader, if it is one. One that goes on
   * where the newest ended makes that one longer.
   */
  skip(gap: Gap): Gap | null {
    if (gap.to <= this.#cursor) return null;
    const newest = this.#gaps.at(-1);
    const meets = newest !== undefined && newest.to === this.#cursor;
    if (meets) this.#gaps.pop();
    const seen = { after: meets ? newest.after : this.#cursor, to: gap.to };
    this.#cursor = gap.to;
    this.#gaps.push(seen);
    return seen;
  }

  /** A line was taken away: what it said is gone, and what was said about it. */
  takeAway(line: Seq): void {
    this.#entries = this.#entries.map((entry) => withoutLine(entry, line));
  }

  /** Entries after `after` when it lies within what is kept: the reader can go on from there. */
  since(after: Cursor | null): Entry[] | null {
    if (after === null || after.log !== this.#log || after.seq < this.#base || after.seq > this.#cursor) return null;
    const from = this.#entries.findLastIndex((entry) => entry.seq <= after.seq) + 1;
    return this.#entries.slice(from);
  }

  /** All that is kept. */
  all(): Entry[] {
    return [...this.#entries];
  }

  /** Whether there may be entries before the oldest one kept. */
  get more(): boolean {
    return this.#base > 0;
  }

  gaps(): Gap[] {
    return [...this.#gaps];
  }

  #trim(): void {
    const gone = this.#entries.splice(0, this.#entries.length - KEPT);
    this.#base = gone.at(-1)?.seq ?? this.#base;
    this.letGo(gone);
    this.#gaps = this.#gaps.filter((gap) => gap.to > this.#base);
  }
}
