// Strips above the message box: what the next line is to be, an answer to a line or an old line in other words.
import type { LogId, RoomKey, Seq } from "../../wire";
import { without } from "../base/maps";

export type Strip =
  | { readonly kind: "reply"; readonly seq: Seq }
  /** `text`: what stands in the box meanwhile. The draft waits. */
  | { readonly kind: "edit"; readonly seq: Seq; readonly text: string };

export class Strips {
  #strips = $state.raw<ReadonlyMap<RoomKey, Strip>>(new Map());

  readonly #logs = new Map<RoomKey, LogId>();

  of(key: RoomKey): Strip | null {
    return this.#strips.get(key) ?? null;
  }

  set(key: RoomKey, strip: Strip): void {
    this.#strips = new Map(this.#strips).set(key, strip);
  }

  end(key: RoomKey): void {
    this.#strips = without(this.#strips, key);
  }

  /** The room has this log. A line of another one is none that one can answer. */
  meet(key: RoomKey, log: LogId): void {
    if (this.#logs.get(key) !== log) this.end(key);
    this.#logs.set(key, log);
  }

  forget(key: RoomKey): void {
    this.end(key);
    this.#logs.delete(key);
  }
}
