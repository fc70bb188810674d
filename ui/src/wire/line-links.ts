// Links to a line (permalinks): the link of its room, and behind `#` which line of which log. Pure.
import type { LogId } from "./generated/LogId";
import type { Seq } from "./generated/Seq";

/** The line that a link leads to. */
export interface LinkedLine {
  readonly seq: Seq;
  /** The beginning of its log's id: in the same place of another log stands another line. */
  readonly log: string;
}

/** So much of an id tells the logs of one room apart. */
const LOG_LETTERS = 8;

/** Words that were taken for a part of the link may stand behind it (`docs/links.md`). */
const LINE = /[#＃&]l=(\d{1,15})-([A-Za-z0-9]{1,8})(?![A-Za-z0-9_-])/;

/** `room`: a link to the room. What opens its door is left out: whoever may read the line has come in by a link of their own. */
export function lineLink(room: string, seq: Seq, log: LogId): string {
  const [place = "", fragment = ""] = room.split("#");
  const key = fragment.split("&").filter((part) => part.startsWith("p="));
  return `${place}#${[...key, `l=${seq}-${beginningOf(log)}`].join("&")}`;
}

/** The line that a link leads to; `null`: it leads to a room. */
export function linkedLine(link: string): LinkedLine | null {
  const [, seq, log] = LINE.exec(link) ?? [];
  return seq === undefined || log === undefined ? null : { seq: Number(seq), log };
}

/** Whether it is a line of this log. */
export function isInLog(line: LinkedLine, log: LogId): boolean {
  return line.log === beginningOf(log);
}

function beginningOf(log: LogId): string {
  return log.replace(/[^A-Za-z0-9]/g, "").slice(0, LOG_LETTERS);
}
