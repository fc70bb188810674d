// Writing Markdown, by the rules of `docs/markdown.md`: what is said, with its marks, as somebody would type it. Pure. What is read of it
// says the same: where a mark would mean nothing, it is left out, and where a letter would be one, it gets a backslash.
import { findLinks, type FoundLink } from "../find-links";
import { linkOf } from "../links";
import type { Block } from "./blocks";
import { closes, opens } from "./flanking";
import { type Inline, readInline } from "./inline";
import { plainOf } from "./plain";

/** A part of what stands in a line, or in lines one below the other. */
export interface Piece {
  readonly text: string;
  readonly strong?: boolean;
  readonly emphasis?: boolean;
  readonly strike?: boolean;
  readonly code?: boolean;
  /** Where it leads. */
  readonly to?: string | null;
}

type Mark = "strong" | "emphasis" | "strike";
const SIGNS: readonly (readonly [Mark, string])[] = [["strong", "**"], ["emphasis", "*"], ["strike", "~~"]];

/** Writes what has no blank line in it. */
export function writeInline(given: readonly Piece[]): string {
  const pieces = SIGNS.reduce((all, [mark, sign]) => withMeaning(all, mark, sign), joined(given.map(inOneLine)));
  const said = pieces.map(({ text }) => text).join("");
  const unmarked = pieces.map(({ text, to = null }): Piece => ({ text, to }));
  for (const written of [spelled(pieces, false), spelled(pieces, true), spelled(unmarked, true)]) {
    if (plainOf(readInline(written)) === said) return written;
  }
  return said;
}

/** With an address that this dialect knows, or none. Code and links end with their line. */
function inOneLine(piece: Piece): Piece {
  const to = piece.to?.replaceAll("(", "%28").replaceAll(")", "%29") ?? null;
  const leads = to !== null && addressIn(to) !== null;
  return { ...piece, to: leads ? to : null, text: leads || piece.code ? piece.text.replaceAll("\n", " ") : piece.text };
}

/** The one link that a text is as a whole. */
function addressIn(text: string): FoundLink | null {
  const [found] = findLinks(text);
  return found?.start === 0 && found.end === text.length ? found : null;
}

/** Of neighbours with the same marks, one. */
function joined(pieces: readonly Piece[]): Piece[] {
  const all: Piece[] = [];
  for (const piece of pieces) {
    const last = all.at(-1);
    if (last && (["strong", "emphasis", "strike", "code"] as const).every((mark) => Boolean(last[mark]) === Boolean(piece[mark])) && last.to === piece.to) {
      all[all.length - 1] = { ...last, text: last.text + piece.text };
    } else if (piece.text !== "") {
      all.push(piece);
    }
  }
  return all;
}

/** Takes a mark away where it would have no meaning, as in the middle of a word. */
function withMeaning(pieces: readonly Piece[], mark: Mark, sign: string): Piece[] {
  const groups = grouped(pieces, (piece) => Boolean(piece[mark]));
  return groups.flatMap((group, i) => {
    if (!group[0]![mark]) return group;
    const textOf = (some: readonly Piece[] | undefined): string => some?.map(({ text }) => text).join("") ?? "";
    const text = textOf(group);
    const core = text.trim();
    const before = textOf(groups[i - 1]) + text.slice(0, text.indexOf(core));
    const after = text.slice(text.indexOf(core) + core.length) + textOf(groups[i + 1]);
    const around = before.slice(-2) + sign + core + sign + after.slice(0, 2);
    const [start, end] = [before.slice(-2).length, before.slice(-2).length + sign.length + core.length];
    const means = core !== "" && opens(around, start, start + sign.length) && closes(around, end, end + sign.length);
    return means ? group : group.map((piece) => ({ ...piece, [mark]: false }));
  });
}

function grouped<K>(pieces: readonly Piece[], by: (piece: Piece) => K): Piece[][] {
  const groups: Piece[][] = [];
  for (const piece of pieces) {
    const last = groups.at(-1);
    if (last && by(last[0]!) === by(piece)) last.push(piece);
    else groups.push([piece]);
  }
  return groups;
}

function spelled(pieces: readonly Piece[], escapes: boolean): string {
  return grouped(pieces, ({ to }) => to).map((group) => {
    const words = marked(group, 0, escapes);
    const to = group[0]!.to ?? null;
    if (to === null || words.trim() === "") return words;
    return leadsTo(group, to) ? group.map(({ text }) => text).join("") : around(words, "[", `](${to})`);
  }).join("");
}

/** Whether words are the address to which they lead. */
function leadsTo(group: readonly Piece[], to: string): boolean {
  const words = group.map(({ text }) => text).join("");
  const [own, link] = [addressIn(words), addressIn(to)];
  return own !== null && link !== null && linkOf(words, own.kind, true)?.url === linkOf(to, link.kind, true)?.url;
}

function marked(pieces: readonly Piece[], depth: number, escapes: boolean): string {
  const [mark, sign] = SIGNS[depth] ?? [];
  if (mark === undefined) return pieces.map((piece) => (piece.code ? inTicks(piece.text) : escapes ? escaped(piece.text) : piece.text)).join("");
  return grouped(pieces, (piece) => Boolean(piece[mark])).map((group) => {
    const inner = marked(group, depth + 1, escapes);
    return group[0]![mark] ? inner.split("\n").map((line) => around(line, sign!, sign!)).join("\n") : inner;
  }).join("");
}

/** Puts signs around words; blanks at their ends stay outside. */
function around(words: string, before: string, after: string): string {
  const core = words.trim();
  if (core === "") return words;
  const start = words.indexOf(core);
  return words.slice(0, start) + before + core + after + words.slice(start + core.length);
}

function inTicks(text: string): string {
  if (text.trim() === "") return text;
  const ticks = "`".repeat(longestRun(text) + 1);
  return text.startsWith("`") || text.endsWith("`") ? `${ticks} ${text} ${ticks}` : around(text, ticks, ticks);
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}

/** Signs as letters; in an address none of them means anything. */
function escaped(text: string): string {
  let out = "";
  let at = 0;
  const letters = (end: number): void => void (out += text.slice(at, end).replace(/[*_~|[\]`]/g, "\\$&"));
  for (const { start, end } of findLinks(text)) {
    letters(start);
    out += text.slice(start, end);
    at = end;
  }
  letters(text.length);
  return out;
}

/** Code in lines of its own. */
export function writeCode(text: string, language: string): string {
  const fence = "`".repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}${language}\n${text}\n${fence}`;
}

/** A table; its first row is its head. */
export function writeTable(rows: readonly (readonly string[])[]): string {
  const width = Math.max(...rows.map((row) => row.length));
  const line = (cells: readonly string[]): string =>
    `| ${Array.from({ length: width }, (_, i) => (cells[i] ?? "").replaceAll("\n", " ").replace(/(?<!\\)\|/g, "\\|")).join(" | ")} |`;
  return [line(rows[0]!), `|${" --- |".repeat(width)}`, ...rows.slice(1).map(line)].join("\n");
}

/** Whether a text says no more by its marks than without them: there are none, or one around all of it. */
export function saysNoMore(blocks: readonly Block[]): boolean {
  return blocks.every((block) => block.kind === "paragraph" && (isLetters(block.children) || (blocks.length === 1 && isOneMark(block.children))));
}

function isLetters(children: readonly Inline[]): boolean {
  return children.every(({ kind }) => kind === "text" || kind === "address");
}

function isOneMark([only, ...others]: readonly Inline[]): boolean {
  if (only === undefined || others.length > 0 || !("children" in only) || only.kind === "link") return false;
  return isLetters(only.children) || isOneMark(only.children);
}
