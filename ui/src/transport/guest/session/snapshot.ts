// Snapshot of a room, for a reader who knows it up to `after`.
import type { Cursor, RoomSnapshot } from "../../../wire";
import { roles } from "./commands";
import { statusOf } from "./phase";
import type { State } from "./state";

export function snapshotOf(s: State, after: Cursor | null, now: number): RoomSnapshot {
  const since = s.timeline.since(after);
  return {
    url: s.setup.url,
    name: s.name,
    status: statusOf(s, now),
    you: s.you,
    ...roles(s),
    ...s.roster.snapshot(),
    log: s.timeline.log,
    resumed: since !== null,
    entries: since ?? s.timeline.all(),
    more: s.timeline.more,
    gaps: s.timeline.gaps(),
    own: s.outbox.shown(),
    limits: s.limits,
    trouble: null,
  };
}
