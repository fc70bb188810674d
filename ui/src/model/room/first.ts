// The first minute of a room: until somebody else has come or something was said, it has nothing to show but how one gets in. Pure.
import { shownEntries } from "./history";
import { isMine, type RoomState } from "./state";

/** `alone`: nobody but the user has ever been seen here. `quiet`: others are here, and nothing was said. `null`: there is talk. */
export type FirstMinute = "alone" | "quiet" | null;

export function firstMinute(room: RoomState): FirstMinute {
  // What is not known yet may be full of talk; a classic server keeps nothing, and tells nobody who is there.
  if (room.log === null || room.classic || room.more || room.own.length > 0 || room.past.length > 0 || room.gaps.length > 0) return null;
  const entries = shownEntries(room);
  if (entries.some((entry) => entry.kind === "message" || entry.kind === "erased" || entry.kind === "unknown")) return null;
  const others = room.online > 1 || entries.some((entry) => !isMine(room, entry));
  return others ? "quiet" : "alone";
}
