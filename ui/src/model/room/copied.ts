// What is copied of a stretch of the chat list (clipboard): the lines as people want to paste them. Pure.
import type { MemberId } from "../../wire";
import { withoutBidiControls } from "../text/bidi";
import { segments } from "../text/links";
import type { ListRow } from "./list-rows";
import { dayOf, type LineRow } from "./rows";

/** A stretch of the list, as it goes to the clipboard. */
export interface Copied {
  plain: string;
  html: string;
}

/** The rows between the two ends of a selection, and what of the texts at these ends is selected; `null`: all of it. */
export interface Stretch {
  rows: readonly ListRow[];
  first: string | null;
  last: string | null;
}

/** What copying needs to know of the page's language, and of the user. */
export interface CopyWords {
  /** `12:01` */
  clock: (at: number) => string;
  /** What stands in the list for a row that is no line of talk; `null` where it says nothing by itself. */
  told: (row: ListRow) => string | null;
  /** The nickname of lines that were written before the room told who one is. */
  me: string;
}

/**
 * The texts alone where one author wrote all of them; otherwise each group of lines below its author's name and time, with a
 * blank line between groups. Who came and went is copied where nothing else is. `null`: there is nothing to copy.
 */
export function copied(stretch: Stretch, words: CopyWords): Copied | null {
  const lines = linesOf(stretch);
  if (lines.length === 0) return told(stretch.rows, words);
  const groups = grouped(lines);
  const alone = groups.every(([first]) => authorOf(first.row) === authorOf(groups[0]![0].row));
  if (alone) {
    return {
      plain: lines.map(({ text }) => text).join("\n"),
      html: lines.map(({ text }) => block("div", marked(text))).join(""),
    };
  }
  const days = new Set(lines.map(({ row }) => dayOf(row.at)));
  const parts = groups.map((group) => {
    const { row } = group[0];
    const name = row.nickname || words.me;
    const time = days.size > 1 ? `${date(row.at)} ${words.clock(row.at)}` : words.clock(row.at);
    return {
      plain: [`${name} ${time}`, ...group.map(({ text }) => text)].join("\n"),
      html: block("p", [`<b>${escaped(name)}</b> ${time}`, ...group.map(({ text }) => marked(text))].join("<br>")),
    };
  });
  return { plain: parts.map(({ plain }) => plain).join("\n\n"), html: parts.map(({ html }) => html).join("") };
}

/** A line, and what is copied of its text. */
interface Line {
  row: LineRow;
  text: string;
}

type Group = [Line, ...Line[]];

/** The lines of a stretch of which a part is selected. */
function linesOf({ rows, first, last }: Stretch): Line[] {
  return rows.flatMap((row, i) => {
    if (row.kind !== "line") return [];
    const part = i === 0 ? first : i === rows.length - 1 ? last : null;
    const text = part ?? withoutBidiControls(row.text);
    return text === "" ? [] : [{ row, text }];
  });
}

/** Lines of one author that stand together in the list. */
function grouped(lines: readonly Line[]): Group[] {
  const groups: Group[] = [];
  for (const line of lines) {
    const last = groups.at(-1);
    if (last && !line.row.head && authorOf(last[0].row) === authorOf(line.row)) last.push(line);
    else groups.push([line]);
  }
  return groups;
}

/** One is the same person whatever one was called, and under which id. */
function authorOf(row: LineRow): MemberId | null {
  return row.mine ? null : row.author;
}

function told(rows: readonly ListRow[], words: CopyWords): Copied | null {
  const said = rows.map(words.told).filter((text) => text !== null);
  if (said.length === 0) return null;
  return { plain: said.join("\n"), html: said.map((text) => block("div", escaped(text))).join("") };
}

/** `2026-11-21`, by the local clock. */
function date(at: number): string {
  const day = new Date(at);
  return [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}

/**
 * Breaks and blanks are kept where the text is pasted, and each paragraph takes its direction from its own letters. Where it is pasted
 * into this page, the plain text is the one with its marks.
 */
function block(tag: "div" | "p", content: string): string {
  return `<${tag} data-hearth dir="auto" style="white-space: pre-wrap">${content}</${tag}>`;
}

/** A text with its links, as far as they lead somewhere from elsewhere. */
function marked(text: string): string {
  const parts = segments(text, false).map((part) =>
    part.kind === "link" && !part.disguised ? `<a href="${escaped(part.url)}">${escaped(part.text)}</a>` : escaped(part.text));
  return parts.join("").replaceAll("\n", "<br>");
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => ENTITIES[sign]!);
}
