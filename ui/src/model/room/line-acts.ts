// What the user may do to a line. Pure; the host decides with the same table (`permissions.rs`).
import type { LineRow } from "./rows";
import type { RoomState } from "./state";

export interface LineActs {
  readonly reply: boolean;
  readonly react: boolean;
  readonly edit: boolean;
  readonly remove: boolean;
  readonly pin: boolean;
}

const NOTHING: LineActs = { reply: false, react: false, edit: false, remove: false, pin: false };

/** `resting`: nobody is in the room. What a room or a server cannot do is not offered. */
export function actsOn(room: RoomState, row: Pick<LineRow, "seq" | "mine" | "state">, resting: boolean): LineActs {
  if (row.seq === null || row.state !== "stored" || room.classic || room.plain || resting || room.link.state === "disconnected") return NOTHING;
  const says = room.role !== "reader";
  return { reply: says, react: says, edit: says && row.mine, remove: row.mine || leads(room), pin: says && (leads(room) || room.rules.members_pin === true) };
}

/** Whether the user is the owner or a moderator of the room. */
export function leads(room: RoomState): boolean {
  return room.role === "owner" || room.role === "moderator" || (room.owner !== null && room.owner === room.you?.member);
}
