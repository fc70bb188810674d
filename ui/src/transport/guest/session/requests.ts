// Pending requests to the host, each with one answer: history and searches. The newest request of a kind takes the
// place of the one before; a request outlives the link that it was sent on. As `requests.rs`, without a copy.
import type { Gap, Page, RefusalCode } from "../../../wire";
import { confirm, pump } from "./commands";
import type { Frame, HistoryRequest, LinesRequest, SearchRequest } from "./events";
import { sanitizeAbout, sanitizeFound, sanitizeLines, sanitizePage } from "./sanitize";
import type { PendingRequest, State } from "./state";

/** How long to wait when the host does not say, in milliseconds. */
const DEFAULT_PAUSE = 1000;

/** When a request is to be sent again. */
export function requestsDue(s: State): number | null {
  const due = [s.history, s.search, s.lines].map((pending) => pending?.notBefore ?? null).filter((at) => at !== null);
  return due.length > 0 ? Math.min(...due) : null;
}

export function askHistory(s: State, request: HistoryRequest): void {
  s.history = { request, notBefore: null };
  // Without a link it waits for one.
  if (s.isJoined) s.send(request);
}

/** The host knows all that the room keeps. Where it cannot be asked, the page searches what it has. */
export function askSearch(s: State, request: SearchRequest): void {
  if (!s.isJoined) {
    answerSearch(s, request);
    return;
  }
  s.search = { request, notBefore: null };
  s.send(request);
}

/** Asks again for what was held back at the host's wish, once its time has come. */
export function askWhatIsDue(s: State, now: number): void {
  if (isDue(s.history, now)) s.send(s.history.request);
  if (isDue(s.search, now)) s.send(s.search.request);
  if (isDue(s.lines, now)) s.send(s.lines.request);
}

/** In the room again, over a new link: what was not answered is asked once more. */
export function askAgain(s: State): void {
  if (s.history) askHistory(s, s.history.request);
  if (s.search) askSearch(s, s.search.request);
  if (s.lines) askLines(s, s.lines.request);
}

/** What is asked for counts in a log that is no more. */
export function dropRequests(s: State): void {
  const { history, search, lines } = s;
  s.history = s.search = s.lines = null;
  if (history) answerHistory(s, history.request);
  if (search) answerSearch(s, search.request);
  if (lines) answerLines(s, lines.request);
}

/** The host knows how they stand; where it cannot be asked, nobody does. */
export function askLines(s: State, request: LinesRequest): void {
  if (!s.isJoined || s.plain) {
    s.lines = null;
    answerLines(s, request);
    return;
  }
  s.lines = { request, notBefore: null };
  s.send(request);
}

export function onLines(s: State, { type: _, ...lines }: Frame<"lines">): void {
  const request = s.lines?.request;
  const pinned = lines.pinned ?? false;
  if (!request || (request.pinned ?? false) !== pinned || (!pinned && String(request.lines) !== String(lines.lines))) return;
  s.lines = null;
  s.tell({ type: "lines", lines: sanitizeLines(lines) });
}

export function linesRefused(s: State, code: RefusalCode, retryAfter: number | null, now: number): void {
  if (s.lines === null) return;
  if (code === "rate_limited") {
    s.lines.notBefore = now + (retryAfter ?? DEFAULT_PAUSE);
    return;
  }
  const { request } = s.lines;
  s.lines = null;
  answerLines(s, request);
}

/** What was said about lines of an answer that is to come. */
export function onAbout(s: State, { entries }: Frame<"about">): void {
  if (s.history === null && s.search === null && s.lines === null) return;
  const about = sanitizeAbout(entries);
  if (about.length > 0) s.tell({ type: "about", entries: about });
}

export function onPage(s: State, { type: _, ...page }: Frame<"page">, now: number): void {
  const request = s.history?.request;
  // A page that nobody asked for, or no more: among them the signs of life that `phase` asks for.
  if (!request || request.before !== page.before || request.after !== page.after) return;
  s.history = null;
  const sanitized = sanitizePage(page, request);
  for (const entry of sanitized.entries) confirm(s, entry.id);
  s.tell({ type: "older", page: sanitized, gaps: noLongerKept(sanitized) });
  pump(s, now);
}

export function onFound(s: State, { type: _, ...found }: Frame<"found">): void {
  const request = s.search?.request;
  // The answer to a question that was replaced meanwhile interests nobody.
  if (!request || request.query !== found.query || request.before !== found.before) return;
  s.search = null;
  s.tell({ type: "found", found: sanitizeFound(found, request), whole: true });
}

export function historyRefused(s: State, code: RefusalCode, retryAfter: number | null, now: number): void {
  if (s.history === null) return;
  if (code === "rate_limited") {
    s.history.notBefore = now + (retryAfter ?? DEFAULT_PAUSE);
    return;
  }
  // Told as the end, so that nobody waits for it or asks in a loop.
  const { request } = s.history;
  s.history = null;
  answerHistory(s, request);
}

export function searchRefused(s: State, code: RefusalCode, retryAfter: number | null, now: number): void {
  if (s.search === null) return;
  if (code === "rate_limited") {
    s.search.notBefore = now + (retryAfter ?? DEFAULT_PAUSE);
    return;
  }
  const { request } = s.search;
  s.search = null;
  answerSearch(s, request);
}

/** Nothing more is to be had. */
function answerHistory(s: State, { before, after }: HistoryRequest): void {
  s.tell({ type: "older", page: { before, ...(after === undefined ? {} : { after }), entries: [], more: false }, gaps: [] });
}

/** The host cannot be asked. */
function answerSearch(s: State, { query, before }: SearchRequest): void {
  const found = { query, ...(before === undefined ? {} : { before }), entries: [], more: false, reached: 0 };
  s.tell({ type: "found", found, whole: false });
}

/** None of them is to be had. */
function answerLines(s: State, { lines, pinned }: LinesRequest): void {
  const none = pinned ? { lines: [], pinned, entries: [] } : { lines, entries: [] };
  s.tell({ type: "lines", lines: none });
}

/** What was held back and may go out now: it goes out once. */
function isDue<T>(pending: PendingRequest<T> | null, now: number): pending is PendingRequest<T> {
  if (pending === null || pending.notBefore === null || now < pending.notBefore) return false;
  pending.notBefore = null;
  return true;
}

/** What a host has let go of, as its page shows by where it begins. */
function noLongerKept({ after, entries, more }: Page): Gap[] {
  const first = entries[0];
  if (!first || (after === undefined && more)) return [];
  // Without an `after` and more to come, the first entry is the oldest that there is.
  const from = after ?? 0;
  return first.prev > from ? [{ after: from, to: first.prev }] : [];
}
