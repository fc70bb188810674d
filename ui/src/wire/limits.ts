// The limits of `hearth.v1`.
import type { Limits } from "./generated/Limits";

/** The limits of version 1, until a host announces its own. `Limits::V1` on the Rust side. */
export const LIMITS_V1: Limits = { text_bytes: 16 * 1024, nickname_chars: 32, frame_bytes: 64 * 1024 };

/** A roster names at most this many people. */
export const ROSTER_LISTED = 500;
