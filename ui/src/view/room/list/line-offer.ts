// What can be done to a line of the list, for its menu, its sheet, its keys and whoever swipes it.
import type { Hearth } from "../../../model/hearth.svelte";
import { actsOn } from "../../../model/room/line-acts";
import { notesOf, withOwnActs } from "../../../model/room/line-notes";
import type { ListRow } from "../../../model/room/list-rows";
import { isResting } from "../../../model/room/resting";
import type { RoomState } from "../../../model/room/state";
import type { RoomKey } from "../../../wire";
import type { LineOffer } from "../../base/context-menu.svelte";

/** Lets one choose among all emoji, at this row. */
export type Pick = (rowKey: string, take: (emoji: string) => void) => void;

/** Nothing (`null`) where the row is no line that the room has. */
export function lineOffer(hearth: Hearth, key: RoomKey, room: RoomState, row: ListRow | undefined, pick: Pick): LineOffer | null {
  if (row?.kind !== "line" || row.seq === null || row.said === null) return null;
  const { rooms } = hearth;
  const { seq, text, mine: own } = row;
  const can = actsOn(room, row, rooms.active !== null && isResting(rooms.active));
  const { reactions, pinned } = withOwnActs(notesOf(room.about.get(seq), row.said.text, row.said.at), room.acts, seq, room.you);
  const mine = new Set(reactions.filter(({ by }) => by.some(({ member }) => room.selves.has(member))).map(({ emoji }) => emoji));
  const react = (emoji: string, on: boolean): void => rooms.act(key, { type: "react", about: seq, emoji, on });
  const link = hearth.linkToLine(key, seq);
  return {
    link: link === null ? null : () => void hearth.copyLink(link),
    react: can.react ? (emoji) => react(emoji, !mine.has(emoji)) : null,
    pick: can.react ? () => pick(row.key, (emoji) => react(emoji, true)) : null,
    mine, own, pinned: pinned !== null,
    reply: can.reply ? () => rooms.beginReply(key, seq) : null,
    edit: can.edit ? () => rooms.beginEdit(key, seq, text) : null,
    pin: can.pin ? () => rooms.act(key, { type: "pin", about: seq, on: pinned === null }) : null,
    remove: can.remove ? () => rooms.act(key, { type: "remove", about: seq }) : null,
  };
}

/** What a key does to the line at which the ring stands. Whether it does something. */
export function keyed(offer: LineOffer | null, press: string): boolean {
  const does = { r: offer?.reply, e: offer?.edit, p: offer?.pin, "+": offer?.pick, Delete: offer?.remove }[press.length === 1 ? press.toLowerCase() : press];
  does?.();
  return Boolean(does);
}
