// The newest line of a room of one's own that is hosted: what the window has been told goes before what its file said last. Pure.
import type { Entry, OwnRoom } from "../../wire";

export function withNewest(room: OwnRoom, entries: readonly Entry[]): OwnRoom {
  const told = entries.at(-1)?.at;
  const isNewer = told !== undefined && (room.last_at === null || Date.parse(told) > Date.parse(room.last_at));
  return isNewer ? { ...room, last_at: told } : room;
}
