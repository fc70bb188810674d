// Read marks: how far each room was read. They outlive the window, each by the log that it counts in.
import type { LogId, RoomKey, Seq } from "../../wire";
import { Debounce } from "../base/debounce";
import { without } from "../base/maps";
import { type Reading, readUpTo, UNREAD } from "./reading";

/** Many lines may be read in a moment. */
const SAVE_AFTER_MS = 500;

export class ReadMarks {
  #all = $state.raw<ReadonlyMap<RoomKey, Reading>>(new Map());
  #saving = new Debounce<RoomKey>((key) => this.#save(key), SAVE_AFTER_MS);

  constructor(private readonly save: (key: RoomKey, log: LogId, read: Seq) => void) {}

  of(key: RoomKey): Reading {
    return this.#all.get(key) ?? UNREAD;
  }

  set(key: RoomKey, reading: Reading): void {
    const before = this.of(key);
    if (before === reading) return;
    this.#all = new Map(this.#all).set(key, reading);
    if (reading.read > 0 && (before.log !== reading.log || before.read !== reading.read)) this.#saving.later(key);
  }

  /** A log is met, with the read mark that was saved for it. */
  meet(key: RoomKey, log: LogId, read: Seq): void {
    const known = this.of(key);
    if (known.log === log && known.read >= read) return;
    this.#all = new Map(this.#all).set(key, readUpTo(log, read, known.log === log ? known.divider : null));
  }

  forget(key: RoomKey): void {
    this.#saving.drop(key);
    this.#all = without(this.#all, key);
  }

  /** The page may be gone in a moment. */
  flush(): void {
    this.#saving.flush();
  }

  #save(key: RoomKey): void {
    const { log, read } = this.of(key);
    if (log !== null) this.save(key, log, read);
  }
}
