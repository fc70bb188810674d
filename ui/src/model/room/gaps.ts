// Gaps in a log: where entries are missing for good. Pure.
import type { Entry, Gap, Seq } from "../../wire";

/** Gaps in order, none of which meet, with one more. */
export function withGap(gaps: readonly Gap[], gap: Gap): readonly Gap[] {
  const meets = (other: Gap): boolean => other.after <= gap.to && gap.after <= other.to;
  const met = gaps.filter(meets);
  const joined = {
    after: Math.min(gap.after, ...met.map((other) => other.after)),
    to: Math.max(gap.to, ...met.map((other) => other.to)),
  };
  return [...gaps.filter((other) => !meets(other)), joined].sort((a, b) => a.after - b.after);
}

/**
 * Reads gaps beside the entries that are there, from old to new. Only what lies between two of them is told: an entry
 * that this window has is not missing, whatever the host still keeps.
 */
export class GapReader {
  #next = 0;
  #seen: Seq | null = null;

  /** `openStart`: older entries than the first one can be loaded, so nothing is known yet of what stands before it. */
  constructor(private readonly gaps: readonly Gap[], private readonly openStart: boolean) {}

  /** What is missing right before an entry. */
  before(entry: Entry): Gap[] {
    const found: Gap[] = [];
    for (let gap = this.gaps[this.#next]; gap && gap.after < entry.seq; gap = this.gaps[this.#next]) {
      const part = { after: Math.max(gap.after, this.#seen ?? gap.after), to: Math.min(gap.to, entry.seq - 1) };
      // Before the first entry, a gap is in its place only where nothing can come between the two.
      const placed = this.#seen !== null || !this.openStart || gap.to >= entry.prev;
      if (part.to > part.after && placed) found.push(part);
      if (gap.to >= entry.seq) break;
      this.#next += 1;
    }
    this.#seen = entry.seq;
    return found;
  }

  /** What is missing after the last entry. `openEnd`: newer entries than the last one can be loaded. */
  after(openEnd: boolean): Gap[] {
    return this.gaps.slice(this.#next).flatMap((gap) => {
      const after = Math.max(gap.after, this.#seen ?? gap.after);
      const placed = !openEnd || (this.#seen !== null && gap.after <= this.#seen);
      return gap.to > after && placed ? [{ after, to: gap.to }] : [];
    });
  }
}
