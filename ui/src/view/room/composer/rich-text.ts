// Rich text (HTML) as Markdown: what is pasted from a page, a document or a sheet. It is read in a document of its own, in which nothing runs
// and nothing is fetched. What is too much to be looked at in a moment is no rich text, and neither is what has no form to keep.
import { readMarkdown } from "../../../model/text/markdown/blocks";
import { saysNoMore } from "../../../model/text/markdown/write";
import { RichText } from "./rich-blocks";

/** Longer than any message is with its form, in letters: 20 ms of a slow computer. */
const LONGEST = 1_000_000;
/** More elements than any message has. */
const MOST_TAGS = 40_000;
/** More of one kind is never within each other. */
const MOST_OPEN = 100;
/** As often marks that are open stand in front of something else, in all. */
const MOST_REPEATED = 100_000;

/**
 * The Markdown that says the same; `null` where there is nothing that the plain text would not say as well. `alone`: no plain text came
 * along.
 */
export function markdownOf(html: string, alone = false): string | null {
  if (html.length > LONGEST || isTangled(html)) return null;
  const { body } = new DOMParser().parseFromString(withoutStyles(html), "text/html");
  const text = RichText.of(body);
  return text === null || text === "" || isOwn(body) || isFromEditor(body) || (!alone && saysNoMore(readMarkdown(text))) ? null : text;
}

/** What ends without being told, or has no end. */
const UNENDED = new Set("area base br col colgroup dd dt embed hr img input li link meta option p param source tbody td tfoot th thead tr track wbr".split(" "));
/** What goes on behind an end that is not its own. */
const MARKS = new Set("a b big code em font i nobr s small strike strong tt u".split(" "));

/** Whether a parser would work long: where there is much, where much is open within each other, or marks are, which it repeats in whatever begins then. */
function isTangled(html: string): boolean {
  const open = new Map<string, number>();
  let marks = 0, repeated = 0, tags = 0;
  for (const [, end, name] of html.matchAll(/<(\/?)([a-z][^\s/>]*)/gi)) {
    const tag = name!.toLowerCase();
    if ((tags += 1) > MOST_TAGS || (end === "" && (repeated += marks) > MOST_REPEATED)) return true;
    if (UNENDED.has(tag)) continue;
    const before = open.get(tag) ?? 0, now = Math.max(0, before + (end === "" ? 1 : -1));
    if (now > MOST_OPEN) return true;
    open.set(tag, now);
    if (MARKS.has(tag)) marks += now - before;
  }
  return false;
}

/** The page's policy forbids styles and what would run, and an engine tells of each. What a style says is read as words. */
function withoutStyles(html: string): string {
  return withoutSheets(html).replace(/<[a-z][^<>]*>/gi, (tag) => tag.replace(/\s(?=(?:style|on[a-z]+)\s*=)/gi, " data-"));
}

function withoutSheets(html: string): string {
  const lower = html.toLowerCase();
  let out = "";
  for (let at = 0; ; ) {
    const start = lower.indexOf("<style", at);
    if (start < 0) return out + html.slice(at);
    out += html.slice(at, start);
    at = lower.indexOf("</style", start);
    if (at < 0) return out;
  }
}

/** What was copied of this page's lines has its text as it was written. */
function isOwn(body: HTMLElement): boolean {
  return body.querySelector("[data-hearth]") !== null;
}

/** An editor gives its colours along with what is code, or no code at all. */
function isFromEditor(body: HTMLElement): boolean {
  const [only, ...others] = [...body.children].filter(({ tagName }) => tagName !== "META" && tagName !== "BR");
  if (only === undefined || others.length > 0 || isSaidBeside(body)) return false;
  const style = only.getAttribute("data-style") ?? "";
  return only.tagName === "PRE" || (/white-space:\s*pre/i.test(style) && /font-family:[^;]*(?:mono|consolas|menlo|courier)/i.test(style));
}

function isSaidBeside(body: HTMLElement): boolean {
  return [...body.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? "").trim() !== "");
}
