// Own acts that are no entries yet (optimistic updates). Pure.
import type { Entry, ShownAct } from "../../wire";

/**
 * The lines that are no entries yet, now that these came. An entry is the last word about its line: the other side says
 * nothing more of it, wherever in the log it stands.
 */
export function stillWaiting<T extends ShownAct>(own: readonly T[], entries: readonly Entry[]): readonly T[] {
  if (own.length === 0) return own;
  const arrived = new Set(entries.map((entry) => entry.id));
  return own.some((line) => arrived.has(line.id)) ? own.filter((line) => !arrived.has(line.id)) : own;
}
