// Single lines: those that others answer, or that are pinned, wherever they stand. Each is asked for once, several at a time.
import type { Entry, Lines, RoomKey, Seq } from "../../wire";
import { shownEntries } from "./history";
import type { RoomState } from "./state";

/** As many as a host answers at a time. */
const AT_ONCE = 50;

/** The line in this place as far as the window has it; `null`: it is not kept; `undefined`: nobody has asked. */
export function entryAt(room: RoomState, seq: Seq): Entry | null | undefined {
  return within(shownEntries(room), seq) ?? within(room.entries, seq) ?? room.singles.get(seq);
}

/** Looked up by halves: entries are in order. */
function within(entries: readonly Entry[], seq: Seq): Entry | undefined {
  let low = 0, high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (entries[middle]!.seq < seq) low = middle + 1;
    else high = middle;
  }
  return entries[low]?.seq === seq ? entries[low] : undefined;
}

interface Asking {
  readonly wanted: Set<Seq>;
  /** What is asked for now; one question at a time has an answer. */
  asked: readonly Seq[] | "pinned" | null;
  pinned: boolean;
}

/** What to ask of each room. */
export class Singles {
  #rooms = new Map<RoomKey, Asking>();

  constructor(private readonly ask: (key: RoomKey, request: { lines: Seq[]; pinned?: boolean }) => void, private readonly later: (work: () => void) => void) {}

  want(key: RoomKey, seq: Seq): void {
    const room = this.#of(key);
    if (room.asked !== null && room.asked !== "pinned" && room.asked.includes(seq)) return;
    const isFirst = room.wanted.size === 0;
    room.wanted.add(seq);
    // Several rows are made at a time, and each says what it wants.
    if (isFirst) this.later(() => this.#next(key));
  }

  /** A log is met: what is pinned in it is asked for. */
  begin(key: RoomKey): void {
    const room = this.#of(key);
    room.asked = null;
    room.pinned = true;
    this.later(() => this.#next(key));
  }

  /** An answer has come. What did not fit is asked for again. */
  came(key: RoomKey, { lines, pinned, entries, rest }: Lines): void {
    const room = this.#of(key);
    if ((room.asked === "pinned") !== (pinned ?? false)) return;
    room.asked = null;
    const has = new Set(entries.map(({ seq }) => seq));
    for (const seq of lines) if (has.has(seq)) room.wanted.delete(seq);
    // Who answers with nothing but a rest is not asked without end.
    if (entries.length > 0) for (const seq of rest ?? []) room.wanted.add(seq);
    this.later(() => this.#next(key));
  }

  #next(key: RoomKey): void {
    const room = this.#of(key);
    if (room.asked !== null) return;
    if (room.pinned) {
      room.pinned = false;
      room.asked = "pinned";
      this.ask(key, { lines: [], pinned: true });
    } else if (room.wanted.size > 0) {
      const lines = [...room.wanted].slice(0, AT_ONCE);
      for (const seq of lines) room.wanted.delete(seq);
      room.asked = lines;
      this.ask(key, { lines });
    }
  }

  #of(key: RoomKey): Asking {
    const room = this.#rooms.get(key) ?? { wanted: new Set(), asked: null, pinned: false };
    this.#rooms.set(key, room);
    return room;
  }
}
