// What is pasted or dropped into a text: what of it can be taken, and how much. Pure.
import { utf8Bytes } from "../../wire";

/** What of a `DataTransfer` the rules look at. */
export type Parcel = Pick<DataTransfer, "types" | "files" | "getData">;

/**
 * The plain text in a parcel; `null` when there is none. The name of a file or a picture's description, which come along
 * with them, are not what somebody wants to say; but cells of a table, and words of a text, have a picture of themselves along.
 */
export function textOf(parcel: Parcel): string | null {
  const text = parcel.getData("text/plain");
  const isOfFiles = hasFiles(parcel) && !parcel.types.includes("text/html");
  return text === "" || isOfFiles ? null : text;
}

/** The same with its form, in HTML; nothing where there is none, or where it is that of a picture and no more. */
export function htmlOf(parcel: Parcel): string {
  return parcel.getData("text/plain") === "" && hasFiles(parcel) ? "" : parcel.getData("text/html");
}

/** Whether files are in a parcel. WebKitGTK tells of their addresses only. */
export function hasFiles(parcel: Pick<Parcel, "types"> & Partial<Parcel>): boolean {
  if (parcel.types.includes("Files")) return true;
  return parcel.types.includes("text/uri-list") && (parcel.getData?.("text/uri-list") ?? "").trimStart().startsWith("file:");
}

/** Whether a text has more than so many bytes. */
export function exceeds(text: string, bytes: number): boolean {
  // No sign of UTF-16 has less than a byte, nor more than three: most texts need no counting.
  return text.length > bytes || (text.length * 3 > bytes && utf8Bytes(text) > bytes);
}

/** As much of the beginning of a text as fits, in whole characters as people see them. */
export function beginning(text: string, bytes: number): string {
  if (bytes <= 0) return "";
  // Line ends count once, as they are kept.
  const start = text.slice(0, bytes * 2).replace(/\r\n?/g, "\n");
  const { read } = new TextEncoder().encodeInto(start, new Uint8Array(bytes));
  return start.slice(0, boundaryBefore(start, read));
}

/** How far back a character can begin, in signs of UTF-16: families of emoji are long. */
const LONGEST = 64;

function boundaryBefore(text: string, at: number): number {
  if (!("Segmenter" in Intl)) return at;
  const from = Math.max(0, at - LONGEST);
  const within = new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text.slice(from, at + LONGEST)).containing(at - from);
  // What is longer than any character is cut where it must be.
  return within === undefined || within.index === 0 ? at : from + within.index;
}
