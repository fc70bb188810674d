// The way back: where the user was in the conversation before they jumped to other places of it.
import type { Seq } from "../../wire";
import type { Sight } from "./state";

export class WayBack {
  /** A line, or the newest, whichever that is by then; `null` where nobody has jumped, or they are back. */
  to = $state.raw<Seq | "end" | null>(null);

  /** The user is about to jump. Of several jumps, the first has led away from where they were. */
  leave(sight: Sight | null, atEnd: boolean): void {
    this.to ??= atEnd ? "end" : (sight?.middle ?? null);
  }

  /** What is in sight after that. */
  look({ from, to }: Sight, atEnd: boolean): void {
    if (this.to === "end" ? atEnd : this.to !== null && from <= this.to && this.to <= to) this.end();
  }

  end(): void {
    this.to = null;
  }
}
