// What an entry carries, for those who need not know its kind.
import type { Entry } from "./generated/Entry";
import type { Nickname } from "./generated/Nickname";

/** The nickname that its author has taken by it. */
export function takenNickname(entry: Entry): Nickname | null {
  return "old" in entry ? entry.from.nickname : null;
}

/** Whether it is a line of talk. */
export function isLine(entry: Entry): boolean {
  return "text" in entry;
}
