// Drafts: what was typed and is not sent yet. They outlive the window, each by the log that it was written for.
import type { LogId, RoomKey } from "../../wire";
import { Debounce } from "../base/debounce";
import { without } from "../base/maps";

/**
 * What is typed waits so long to be saved, pause or no pause. The other side gathers what it writes for a quarter of a second
 * more, and whatever ends the page without a word may cost half a second of typing, not more.
 */
const SAVE_WITHIN_MS = 150;

export class Drafts {
  #texts = $state.raw<ReadonlyMap<RoomKey, string>>(new Map());
  #logs = new Map<RoomKey, LogId>();
  /** The rooms in whose box something was typed in this window. */
  #typed = new Set<RoomKey>();
  #saving = new Debounce<RoomKey>((key) => this.#save(key), SAVE_WITHIN_MS);

  constructor(private readonly save: (key: RoomKey, log: LogId, text: string) => void) {}

  of(key: RoomKey): string {
    return this.#texts.get(key) ?? "";
  }

  set(key: RoomKey, text: string): void {
    this.#texts = new Map(this.#texts).set(key, text);
    this.#saving.soon(key);
    if (text !== "") {
      this.#typed.add(key);
      return;
    }
    this.#typed.delete(key);
    // What was sent must not come back.
    this.#saving.flush();
  }

  /**
   * A log is met, with the draft that was saved for it. What was typed in this window goes before that, into any log; what only
   * came back was for the log that it was saved for.
   */
  meet(key: RoomKey, log: LogId, saved: string): void {
    if (this.#logs.get(key) === log) return;
    this.#logs.set(key, log);
    if (this.#typed.has(key)) this.#saving.soon(key);
    else if (saved !== this.of(key)) this.#texts = new Map(this.#texts).set(key, saved);
  }

  forget(key: RoomKey): void {
    // Without a log, what waits is not saved.
    this.#logs.delete(key);
    this.#typed.delete(key);
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
