// Resting rooms: those of one's own that are not hosted. What was said in them is read on this computer, and nobody is in them. Pure.
import type { Room } from "../../wire";

export function isResting(room: Room): boolean {
  return room.own !== undefined && !room.hosted;
}
