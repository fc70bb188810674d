// Doors that do not open by an address alone. Pure.
import type { AppError, ConnectError, RefusalCode } from "../../wire";
import type { RoomState } from "./reduce";

/** What is said at a door instead of letting in. */
export type Shut = Extract<RefusalCode,
  "invite_needed" | "password_needed" | "invite_unknown" | "invite_expired" | "invite_revoked" | "invite_used_up" | "password_wrong"
  | "too_many_guesses">;

const SHUT: Record<Shut, true> = {
  invite_needed: true, password_needed: true, invite_unknown: true, invite_expired: true, invite_revoked: true, invite_used_up: true,
  password_wrong: true, too_many_guesses: true,
};

/** Why the room does not let the user in; `null` where it does, or where something else is wrong. */
export function shutOf(room: RoomState): Shut | null {
  return room.link.state === "disconnected" ? ofConnect(room.link.error) : null;
}

/**
 * Whether a guest stands before the room instead of in it: at a door that a password opens, or without having been in. Who
 * was in it keeps what was said before their eyes.
 */
export function isOutside(room: RoomState): boolean {
  const shut = shutOf(room);
  return shut !== null && (room.log === null || asksPassword(shut));
}

/** Whether they are on their way in for the first time, and nothing is known yet of what they will find. */
export function isEntering(room: RoomState): boolean {
  return room.log === null && room.link.state === "connecting";
}

/** Why the door did not open, when that is why an attempt failed. */
export function shutBy(error: AppError | null): Shut | null {
  return error?.error === "connect" ? ofConnect(error.connect) : null;
}

/** Whether a password opens it. */
export function asksPassword(shut: Shut | null): boolean {
  return shut === "password_needed" || shut === "password_wrong";
}

function ofConnect(error: ConnectError | null): Shut | null {
  return error?.code === "hello_refused" && Object.hasOwn(SHUT, error.reason) ? (error.reason as Shut) : null;
}
