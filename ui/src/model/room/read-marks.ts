// Read marks: how far each room was read is kept between starts, so that what came meanwhile is new.
import { storageHere } from "../base/storage";
import type { Reading } from "./reading";
import { UNREAD } from "./reading";

export interface ReadMarks {
  of(url: string): Reading;
  keep(url: string, reading: Reading): void;
}

const KEY = "hearth.read";

/** More rooms than anybody keeps; the ones not looked at for longest go first. */
const ROOMS_KEPT = 64;

/** The marks in the page's storage. Without storage they last as long as the window. */
export function readMarks(storage: Storage | null = storageHere()): ReadMarks {
  const marks = new Map<string, Reading>(load(storage));
  return {
    of: (url) => marks.get(url) ?? UNREAD,
    keep(url, { log, read }) {
      const known = marks.get(url);
      if (known?.log === log && known.read === read) return;
      marks.delete(url);
      marks.set(url, { log, read, divider: null });
      for (const oldest of [...marks.keys()].slice(0, Math.max(0, marks.size - ROOMS_KEPT))) marks.delete(oldest);
      save(storage, marks);
    },
  };
}

function load(storage: Storage | null): [string, Reading][] {
  try {
    const stored: unknown = JSON.parse(storage?.getItem(KEY) ?? "[]");
    return Array.isArray(stored) ? stored.filter(isMark) : [];
  } catch {
    return [];
  }
}

function isMark(mark: unknown): mark is [string, Reading] {
  return Array.isArray(mark) && typeof mark[0] === "string" && typeof mark[1]?.read === "number";
}

function save(storage: Storage | null, marks: ReadonlyMap<string, Reading>): void {
  try {
    storage?.setItem(KEY, JSON.stringify([...marks]));
  } catch {
    // A full or forbidden storage only means that old lines look new after the next start.
  }
}
