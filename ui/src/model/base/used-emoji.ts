// Which emoji one uses, and how often: kept on this computer alone.
import { storageHere } from "./storage";

const KEY = "emoji";
/** From so many uses on, each counts half: what one used long ago makes way. */
const MANY = 200;

export function emojiUses(storage: Storage | null = storageHere()): ReadonlyMap<string, number> {
  try {
    const kept: unknown = JSON.parse(storage?.getItem(KEY) ?? "{}");
    const uses = Object.entries(kept ?? {}).filter((use): use is [string, number] => typeof use[1] === "number");
    return new Map(uses.sort(([, one], [, other]) => other - one));
  } catch {
    return new Map();
  }
}

export function emojiUsed(emoji: string, storage: Storage | null = storageHere()): void {
  const uses = new Map(emojiUses(storage));
  uses.set(emoji, (uses.get(emoji) ?? 0) + 1);
  const isMany = [...uses.values()].reduce((sum, count) => sum + count, 0) > MANY;
  const kept = isMany ? [...uses].map(([one, count]): [string, number] => [one, Math.floor(count / 2)]).filter(([, count]) => count > 0) : [...uses];
  try {
    storage?.setItem(KEY, JSON.stringify(Object.fromEntries(kept)));
  } catch {
    // The storage is full, or none is allowed: what was used is offered less soon.
  }
}
