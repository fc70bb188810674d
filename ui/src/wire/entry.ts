// What an entry carries, for those who need not know its kind.
import type { Entry } from "./generated/Entry";
import type { Nickname } from "./generated/Nickname";
import type { Seq } from "./generated/Seq";

/** The nickname that its author has taken by it. */
export function takenNickname(entry: Entry): Nickname | null {
  return "old" in entry ? entry.from.nickname : null;
}

/** Whether it is a line of talk. */
export function isLine(entry: Entry): entry is Extract<Entry, { kind: "message" }> {
  return entry.kind === "message";
}

/** The entry as it stands once a line was taken away: neither that says anything any more, nor what was said about it. */
export function withoutLine(entry: Entry, line: Seq): Entry {
  const isAbout = "about" in entry && entry.about === line && entry.kind !== "removed";
  if (entry.seq !== line && !isAbout) return entry;
  const { seq, prev, at, from, id } = entry;
  return { seq, prev, at, from, ...(id === undefined ? {} : { id }), kind: "erased" };
}
