// Drafts: what was typed and is not sent yet. They outlive the window, each by the log that it was written for.
import type { LogId, RoomKey } from "../../wire";
import { Debounce } from "../base/debounce";
import { without } from "../base/maps";

/** Nobody types for so long without a pause, and nobody minds to lose less. */
const SAVE_AFTER_MS = 500;

export class Drafts {
  #texts = $state.raw<ReadonlyMap<RoomKey, string>>(new Map());
  #logs = new Map<RoomKey, LogId>();
  #saving = new Debounce<RoomKey>((key) => this.#save(key), SAVE_AFTER_MS);

  constructor(private readonly save: (key: RoomKey, log: LogId, text: string) => void) {}

  of(key: RoomKey): string {
    return this.#texts.get(key) ?? "";
  }

  set(key: RoomKey, text: string): void {
    this.#texts = new Map(this.#texts).set(key, text);
    this.#saving.later(key);
    // What was sent must not come back.
    if (text === "") this.#saving.flush();
  }

  /** A log is met, with the draft that was saved for it. What was typed in this window goes before that, into any log. */
  meet(key: RoomKey, log: LogId, saved: string): void {
    if (this.#logs.get(key) === log) return;
    this.#logs.set(key, log);
    if (this.#texts.has(key)) this.#saving.later(key);
    else if (saved !== "") this.#texts = new Map(this.#texts).set(key, saved);
  }

  forget(key: RoomKey): void {
    this.#saving.drop(key);
    this.#logs.delete(key);
    this.#texts = without(this.#texts, key);
  }

  /** The page may be gone in a moment. */
  flush(): void {
    this.#saving.flush();
  }

  /** Before there is a log, there is nothing to save it for. */
  #save(key: RoomKey): void {
    const log = this.#logs.get(key);
    if (log !== undefined) this.save(key, log, this.of(key));
  }
}
