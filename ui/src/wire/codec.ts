// What a host sends: text to frames, as `codec.rs` reads it; `tests/vectors/{frames,not_frames}.json` bind the two. What a later
// version adds to a frame is left out.
import { serverFrame } from "./frames";
import type { ServerFrame } from "./generated/ServerFrame";
import { Malformed } from "./read";

/**
 * Reads a frame. One that cannot be read is `null` and is passed over: if it was an entry, the next one shows the hole.
 */
export function readFrame(text: string): ServerFrame | null {
  try {
    return serverFrame(JSON.parse(text));
  } catch (thrown) {
    if (thrown instanceof Malformed || thrown instanceof SyntaxError) return null;
    throw thrown;
  }
}
