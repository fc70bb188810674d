// Rich text (HTML) as Markdown: what is pasted from a page, a document or a sheet. It is read in a document of its own, in which nothing runs
// and nothing is fetched. What is too much to be looked at in a moment is no rich text, and neither is what has no form to keep.
import { readMarkdown } from "../../../model/text/markdown/blocks";
import { saysNoMore } from "../../../model/text/markdown/write";
import { RichText } from "./rich-blocks";

/** Longer than any message is with its form, in letters: 20 ms of a slow computer. */
const LONGEST = 1_000_000;
/** Form within form that nobody ended: each makes all that follows more. */
const MOST_OPEN = 64;

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

/** Whether marks are opened again and again: with each of them a parser repeats all before. */
function isTangled(html: string): boolean {
  const open: Record<string, number> = {};
  for (const [, end, name] of html.matchAll(/<(\/?)(a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)\b/gi)) {
    const tag = name!.toLowerCase();
    const now = Math.max(0, (open[tag] ?? 0) + (end === "" ? 1 : -1));
    if (now > MOST_OPEN) return true;
    open[tag] = now;
  }
  return false;
}

/** The page's policy forbids styles, and an engine would tell of each. What they say is read as words. */
function withoutStyles(html: string): string {
  return withoutSheets(html).replace(/(<[a-z][^<>]*?\s)style(\s*=)/gi, "$1data-style$2");
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
