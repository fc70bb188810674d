// Sanitizing: what a host may make a page keep, as `sanitize.rs`. One that keeps to the protocol never comes near; from any
// other, what is too much is cut off before it is kept or told.
import type { Entry, Found, Lines, Page } from "../../../wire";
import { LIMITS_V1, utf8Bytes } from "../../../wire";
import type { HistoryRequest, SearchRequest } from "./events";

/** The longest text that is kept. Not what the host announces: that may be any number. */
const TEXT_BYTES = LIMITS_V1.text_bytes;

/** A classic sender's own words for the time are kept up to this length, in characters. */
const TIME_CHARS = 64;

/** As many are mentioned in a line as a Hearth host lets through. */
const MENTIONED = 50;

/** Entries of one page, whatever was asked for: as many as a Hearth host sends. */
const PAGE_ENTRIES = 100;

/** An entry with no more in it than people can have written. */
export function sanitizeEntry(told: Entry): Entry {
  const entry = "mentions" in told && told.mentions ? { ...told, mentions: { ...told.mentions, members: told.mentions.members.slice(0, MENTIONED) } } : told;
  if (!("text" in entry)) return entry;
  const sanitized = { ...entry, text: clip(entry.text, TEXT_BYTES) };
  if (sanitized.kind !== "message" || sanitized.time === undefined) return sanitized;
  return { ...sanitized, time: [...sanitized.time.slice(0, 2 * TIME_CHARS)].slice(0, TIME_CHARS).join("") };
}

/** A page with no more entries than were asked for: those which are next to what the reader has. */
export function sanitizePage(page: Page, asked: HistoryRequest): Page {
  const limit = Math.min(asked.limit, PAGE_ENTRIES);
  const beyond = Math.max(0, page.entries.length - limit);
  const from = asked.after === undefined ? beyond : 0;
  return { ...page, entries: page.entries.slice(from, from + limit).map(sanitizeEntry), more: page.more || beyond > 0 };
}

/** Single lines with no more of them than were asked for. */
export function sanitizeLines(lines: Lines): Lines {
  const { rest } = lines;
  return {
    ...lines, lines: lines.lines.slice(0, PAGE_ENTRIES), entries: lines.entries.slice(0, PAGE_ENTRIES).map(sanitizeEntry),
    ...(rest ? { rest: rest.slice(0, PAGE_ENTRIES) } : {}),
  };
}

/** What was said about lines of an answer, as far as it can be: what is about nothing is nothing of that. */
export function sanitizeAbout(entries: readonly Entry[]): Entry[] {
  return entries.filter((entry) => "about" in entry).map(sanitizeEntry);
}

/** An answer to a search with no more lines than were asked for. */
export function sanitizeFound(found: Found, asked: SearchRequest): Found {
  const limit = Math.min(asked.limit, PAGE_ENTRIES);
  return { ...found, entries: found.entries.slice(0, limit).map(sanitizeEntry), more: found.more || found.entries.length > limit };
}

/** The beginning of a text that has at most so many bytes, in whole characters. */
function clip(text: string, bytes: number): string {
  // No character has more bytes than three for each unit of UTF-16.
  if (text.length * 3 <= bytes || utf8Bytes(text) <= bytes) return text;
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(bytes));
  return text.slice(0, read);
}
