// Drafts: what was typed and is not sent yet, with the strip above it. They outlive the window, each by the log that it was written for.
import type { LogId, RoomKey, Strip } from "../../wire";
import { Debounce } from "../base/debounce";
import { without } from "../base/maps";

/**
 * What is typed waits so long to be saved, pause or no pause. The other side gathers what it writes for a quarter of a second
 * more, and whatever ends the page without a word may cost half a second of typing, not more.
 */
const SAVE_WITHIN_MS = 150;

export interface Draft {
  readonly text: string;
  /** What the next line is to be: an answer to a line, or an old line in other words, for which the text waits. */
  readonly strip: Strip | null;
}

const NONE: Draft = { text: "", strip: null };

export class Drafts {
  #all = $state.raw<ReadonlyMap<RoomKey, Draft>>(new Map());
  #logs = new Map<RoomKey, LogId>();
  /** The rooms in whose box something was typed in this window. */
  #typed = new Set<RoomKey>();
  #saving = new Debounce<RoomKey>((key) => this.#save(key), SAVE_WITHIN_MS);

  constructor(private readonly save: (key: RoomKey, log: LogId, draft: Draft) => void) {}

  of(key: RoomKey): Draft {
    return this.#all.get(key) ?? NONE;
  }

  /** What stands in the box. */
  text(key: RoomKey): string {
    const { text, strip } = this.of(key);
    return strip?.kind === "edit" ? strip.text : text;
  }

  /** This stands in the box now. */
  type(key: RoomKey, typed: string): void {
    const { text, strip } = this.of(key);
    if (strip?.kind === "edit") this.#set(key, { text, strip: { ...strip, text: typed } });
    else this.#set(key, { text: typed, strip });
  }

  /** This stands in front of what is typed, or waits in front of it while a line is edited. */
  putFirst(key: RoomKey, words: string): void {
    const { text, strip } = this.of(key);
    this.#set(key, { text: [words, text].filter((part) => part !== "").join("\n"), strip });
  }

  setStrip(key: RoomKey, strip: Strip | null): void {
    if (strip !== null || this.of(key).strip !== null) this.#set(key, { ...this.of(key), strip });
  }

  /**
   * A log is met, with the draft that was saved for it. What was typed in this window goes before that, into any log; what only
   * came back was for the log that it was saved for, and so is every strip: a line of another log is none that one can answer.
   */
  meet(key: RoomKey, log: LogId, saved: Draft): void {
    const before = this.#logs.get(key);
    if (before === log) return;
    this.#logs.set(key, log);
    const { text } = this.of(key);
    const isTyped = this.#typed.has(key) && text !== "";
    this.#all = new Map(this.#all).set(key, isTyped ? { text, strip: null } : saved);
    if (isTyped) this.#saving.soon(key);
    else this.#typed.delete(key);
  }

  forget(key: RoomKey): void {
    // Without a log, what waits is not saved.
    this.#logs.delete(key);
    this.#typed.delete(key);
    this.#all = without(this.#all, key);
  }

  /** The page may be gone in a moment. */
  flush(): void {
    this.#saving.flush();
  }

  #set(key: RoomKey, draft: Draft): void {
    this.#all = new Map(this.#all).set(key, draft);
    this.#saving.soon(key);
    if (draft.text !== "" || draft.strip !== null) {
      this.#typed.add(key);
      return;
    }
    this.#typed.delete(key);
    // What was sent must not come back.
    this.#saving.flush();
  }

  /** Before there is a log, there is nothing to save it for. */
  #save(key: RoomKey): void {
    const log = this.#logs.get(key);
    if (log !== undefined) this.save(key, log, this.of(key));
  }
}
