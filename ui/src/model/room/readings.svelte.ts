// The reading of each room: in this window by runes, between starts by read marks.
import type { RoomKey } from "../../wire";
import { without } from "../base/maps";
import { readMarks, type ReadMarks } from "./read-marks";
import { type Reading, UNREAD } from "./reading";

export class Readings {
  #all = $state.raw<ReadonlyMap<RoomKey, Reading>>(new Map());
  #urls = new Map<RoomKey, string>();
  #marks: ReadMarks = readMarks();

  of(key: RoomKey): Reading {
    return this.#all.get(key) ?? UNREAD;
  }

  /** A room that is new in this window goes on from its mark. */
  begin(key: RoomKey, url: string): void {
    this.#urls.set(key, url);
    this.#all = new Map(this.#all).set(key, this.#marks.of(url));
  }

  set(key: RoomKey, reading: Reading): void {
    if (this.#all.get(key) === reading) return;
    this.#all = new Map(this.#all).set(key, reading);
    const url = this.#urls.get(key);
    if (url !== undefined) this.#marks.keep(url, reading);
  }

  forget(key: RoomKey): void {
    this.#urls.delete(key);
    this.#all = without(this.#all, key);
  }
}
