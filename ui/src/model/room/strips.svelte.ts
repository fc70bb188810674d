// Strips above the message box: what the next line is to be, an answer to a line or an old line in other words.
import type { RoomKey, Seq } from "../../wire";
import { without } from "../base/maps";

export type Strip =
  | { readonly kind: "reply"; readonly seq: Seq }
  /** `before`: what stood in the box, and is there again afterwards. */
  | { readonly kind: "edit"; readonly seq: Seq; readonly before: string };

export class Strips {
  #strips = $state.raw<ReadonlyMap<RoomKey, Strip>>(new Map());

  of(key: RoomKey): Strip | null {
    return this.#strips.get(key) ?? null;
  }

  set(key: RoomKey, strip: Strip): void {
    this.#strips = new Map(this.#strips).set(key, strip);
  }

  end(key: RoomKey): void {
    this.#strips = without(this.#strips, key);
  }
}
