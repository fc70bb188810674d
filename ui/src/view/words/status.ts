// Words for the status line.
import { isPlainEnd, type StatusLine } from "../../model/room/status";
import { m } from "../../paraglide/messages.js";
import { connectErrorWords } from "./errors";

/** The sentence of the status line, without the address. */
export function statusWords(line: StatusLine): string {
  switch (line.state) {
    case "resting":
      return m.status_resting();
    case "connecting":
      return m.status_connecting();
    case "connected":
      return line.hosted ? m.status_hosting() : m.status_connected();
    case "reconnecting":
      return line.seconds > 0 ? m.status_reconnecting_in({ seconds: line.seconds }) : m.status_reconnecting();
    case "disconnected":
      if (line.shownOut) return m.status_shown_out();
      return isPlainEnd(line.error) ? m.status_disconnected() : m.status_error();
    default:
      return line satisfies never;
  }
}

/** Why there is no link, and what to do; what this server cannot do, when there is one. */
export function statusDetail(line: StatusLine): string | null {
  switch (line.state) {
    case "resting":
    case "connecting":
      return null;
    case "connected":
      return line.classic ? m.status_classic() : null;
    case "reconnecting":
      return connectErrorWords(line.error);
    case "disconnected":
      if (line.shownOut) return m.shown_out();
      return line.error && connectErrorWords(line.error);
    default:
      return line satisfies never;
  }
}
