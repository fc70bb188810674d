// The status line of a room's link, without its words. Pure.
import type { ConnectError, Hosting, Room } from "../../wire";
import { isShownOut } from "./entry-refusals";
import { isResting } from "./resting";
import type { Link, RoomState } from "./state";

export type StatusLine =
  /** A room of one's own that is not hosted: there is no link, and none is missed. */
  | { state: "resting"; url: string }
  | { state: "connecting"; url: string }
  | { state: "connected"; url: string; hosted: boolean; classic: boolean }
  /** `seconds` is 0 while an attempt is under way. */
  | { state: "reconnecting"; url: string; seconds: number; error: ConnectError }
  /** `shownOut`: whoever was in the room is not to come back by themselves. */
  | { state: "disconnected"; url: string; error: ConnectError | null; shownOut?: true };

/** The status line of a room at a certain moment. */
export function statusLine(room: RoomState, info: Room, hosting: Hosting, now: number): StatusLine {
  if (isResting(info)) return { state: "resting", url: room.url };
  const { link } = room;
  // Where it is now: a host that moved is followed by its key.
  const url = info.hosted ? (sharedAddress(hosting) ?? info.url) : info.url;
  switch (link.state) {
    case "connecting":
      return { state: "connecting", url };
    case "connected":
      return { state: "connected", url, hosted: info.hosted, classic: link.dialect === "classic" };
    case "reconnecting":
      return { state: "reconnecting", url, seconds: secondsTo(link, now), error: link.error };
    case "disconnected":
      return { state: "disconnected", url, error: link.error, ...(isShownOut(room) ? { shownOut: true } : {}) };
    default:
      return link satisfies never;
  }
}

/** Whole seconds to the next attempt. Never 0 before it is due, so that the countdown ends in the attempt itself. */
export function secondsTo(link: Extract<Link, { state: "reconnecting" }>, now: number): number {
  return link.at === null ? 0 : Math.max(0, Math.ceil((link.at - now) / 1000));
}

/** The best address of the room hosted here. */
function sharedAddress(hosting: Hosting): string | null {
  return hosting.state === "on" ? (hosting.addresses[0]?.url ?? null) : null;
}

/** An end that somebody chose, rather than something that went wrong. */
export function isPlainEnd(error: ConnectError | null): boolean {
  return error === null || error.code === "host_stopped" || error.code === "cancelled";
}
