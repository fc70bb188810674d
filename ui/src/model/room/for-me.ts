// What is meant for the user (mentions): lines of others that name them or all, or that answer a line of theirs. Pure.
import type { Entry, Seq } from "../../wire";
import { names } from "../text/mentions";
import { type Address, addressOf, mentions } from "./line-notes";
import { entryAt } from "./singles";
import { isMine, type RoomState } from "./state";

/** Whether a line is meant for the user: what marks it in the list, counts it, and leads to it. */
export function isForMe(room: RoomState, line: { readonly mine: boolean; readonly text: string }, address: Address): boolean {
  if (line.mine) return false;
  // A classic server has nothing but the words, nor has a host of before mentions.
  if (room.classic || room.plain) return room.you !== null && names(line.text, room.you.nickname);
  return mentions(address.mentions, room.selves) || (address.reply !== null && isOfMine(room, address.reply));
}

/** The line that this entry makes one for the user, by being it or by naming them in other words of it; `null`: none. */
export function madeForMe(room: RoomState, entry: Entry): Seq | null {
  if (entry.kind === "message") {
    return isForMe(room, { mine: isMine(room, entry), text: entry.text }, addressOf(room.about.get(entry.seq))) ? entry.seq : null;
  }
  // Nobody but its author says a line in other words.
  if (entry.kind !== "edited" || isMine(room, entry)) return null;
  const said = room.about.get(entry.about) ?? [];
  const before = addressOf(said.filter(({ seq }) => seq < entry.seq));
  const isNew = mentions(entry.mentions, room.selves) && !mentions(before.mentions, room.selves);
  return isNew && mentions(addressOf(said).mentions, room.selves) ? entry.about : null;
}

function isOfMine(room: RoomState, seq: Seq): boolean {
  const entry = entryAt(room, seq);
  return entry !== null && entry !== undefined && isMine(room, entry);
}

/** Of the lines for the user that wait to be seen, oldest first: the next below what is in sight, or else the first. */
export function nextForMe(waiting: readonly Seq[], bottom: Seq): Seq | null {
  return waiting.find((seq) => seq > bottom) ?? waiting[0] ?? null;
}
