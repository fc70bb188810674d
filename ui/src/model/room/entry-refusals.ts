// Entry refusals: why a room does not let somebody in by its address alone, and what it asks for. Pure.
import type { AppError, ConnectError, RefusalCode } from "../../wire";
import type { RoomState } from "./state";

/** What a host says instead of letting in. */
export type EntryRefusal = Extract<RefusalCode,
  "invite_needed" | "password_needed" | "invite_unknown" | "invite_expired" | "invite_revoked" | "invite_used_up" | "password_wrong"
  | "too_many_guesses">;

const ENTRY_REFUSALS: Record<EntryRefusal, true> = {
  invite_needed: true, password_needed: true, invite_unknown: true, invite_expired: true, invite_revoked: true, invite_used_up: true,
  password_wrong: true, too_many_guesses: true,
};

/** Why the room does not let the user in; `null` where it does, or where something else is wrong. */
export function entryRefusalOf(room: RoomState): EntryRefusal | null {
  return room.link.state === "disconnected" ? ofConnect(room.link.error) : null;
}

/**
 * Whether a guest stands before the room instead of in it: where a password opens it, or without having been in. Who
 * was in it keeps what was said before their eyes.
 */
export function isOutside(room: RoomState): boolean {
  const refusal = entryRefusalOf(room);
  return refusal !== null && (room.log === null || asksPassword(refusal));
}

/** Whether somebody who was in the room was shown out of it: the invitation that they had come by was revoked. */
export function isShownOut(room: RoomState): boolean {
  return entryRefusalOf(room) === "invite_revoked" && (room.log !== null || room.you !== null);
}

/** Whether they are on their way in for the first time, and nothing is known yet of what they will find. */
export function isEntering(room: RoomState): boolean {
  return room.log === null && room.link.state === "connecting";
}

/** Why the room did not let in, when that is why an attempt failed. */
export function entryRefusalBy(error: AppError | null): EntryRefusal | null {
  return error?.error === "connect" ? ofConnect(error.connect) : null;
}

/** Whether a password opens it. */
export function asksPassword(refusal: EntryRefusal | null): boolean {
  return refusal === "password_needed" || refusal === "password_wrong";
}

function ofConnect(error: ConnectError | null): EntryRefusal | null {
  return error?.code === "hello_refused" && Object.hasOwn(ENTRY_REFUSALS, error.reason) ? (error.reason as EntryRefusal) : null;
}
