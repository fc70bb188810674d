// Markdown of whole lines: code, quotes, lists, tables (block parsing), by the rules of `docs/markdown.md`, whose numbers stand here.
// Pure. A line break is a line break, and what has no meaning here stays as it was typed.
import { DEEPEST, type Inline, readInline } from "./inline";

export type Block =
  | { readonly kind: "paragraph"; readonly children: readonly Inline[] }
  | { readonly kind: "code"; readonly language: string; readonly text: string }
  | { readonly kind: "quote"; readonly children: readonly Block[] }
  | { readonly kind: "list"; readonly ordered: boolean; readonly items: readonly Item[] }
  | { readonly kind: "table"; readonly align: readonly Align[]; readonly head: Row; readonly rows: readonly Row[] };

export interface Item {
  /** As it was typed: "3." or "-". */
  readonly marker: string;
  /** Of a task: whether it is done. */
  readonly done: boolean | null;
  readonly children: readonly Block[];
}

export type Align = "left" | "center" | "right" | null;
export type Row = readonly (readonly Inline[])[];

const FENCE = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})[^\S\n]*([^\s`]*)/;
const QUOTE = /^ {0,3}>/;
const ITEM = /^( *)([-*]|\d{1,9}[.)])( +)(?=\S)/;
const TASK = /^\[([ xX])\] +(?=\S)/;
const DASHES = /^:?-+:?$/;
const INDENTED = /^ {4}/;

/** Reads a text. */
export function readMarkdown(text: string): Block[] {
  return readLines(text.split("\n"), 0);
}

function readLines(lines: readonly string[], depth: number): Block[] {
  const blocks: Block[] = [];
  let plain: string[] = [];
  const endPlain = (): void => {
    if (plain.some(isSaid)) blocks.push(...paragraph(plain, depth));
    plain = [];
  };
  for (let at = 0; at < lines.length; ) {
    const found = depth < DEEPEST ? blockAt(lines, at, depth) : null;
    if (found === null) {
      plain.push(lines[at]!);
      at += 1;
      continue;
    }
    endPlain();
    blocks.push(found.block);
    at = found.end;
  }
  endPlain();
  return blocks;
}

interface Found {
  readonly block: Block;
  readonly end: number;
}

function blockAt(lines: readonly string[], at: number, depth: number): Found | null {
  const line = lines[at]!;
  const fence = FENCE.exec(line);
  if (fence) return code(lines, at, fence[1]!, fence[2]!);
  if (QUOTE.test(line)) return quote(lines, at, depth);
  if (ITEM.test(line)) return list(lines, at, depth);
  return table(lines, at, depth);
}

/** What stands between blank lines is read for marks by itself; the blank lines stay. (1) */
function paragraph(lines: readonly string[], depth: number): Block[] {
  const first = lines.findIndex(isSaid), last = lines.findLastIndex(isSaid);
  const text = lines.slice(first, last + 1).join("\n");
  const children: Inline[] = [];
  for (const part of text.split(/(\n(?:[^\S\n]*\n)+)/)) {
    if (/^\s*$/.test(part)) children.push({ kind: "text", text: part });
    else children.push(...readInline(part, depth));
  }
  return [{ kind: "paragraph", children: children.filter((child) => child.kind !== "text" || child.text !== "") }];
}

/** Code, up to a fence of its kind that is as long, or the end. (7) */
function code(lines: readonly string[], at: number, fence: string, language: string): Found {
  const sign = fence[0]!;
  const closing = new RegExp(`^ {0,3}\\${sign}{${fence.length},}[^\\S\\n]*$`);
  let end = at + 1;
  while (end < lines.length && !closing.test(lines[end]!)) end += 1;
  return { block: { kind: "code", language, text: lines.slice(at + 1, end).join("\n") }, end: end + 1 };
}

/** Lines with `>` in front, one behind the other. (8) */
function quote(lines: readonly string[], at: number, depth: number): Found {
  let end = at;
  while (end < lines.length && QUOTE.test(lines[end]!)) end += 1;
  const inner = lines.slice(at, end).map((line) => line.replace(/^ {0,3}> ?/, ""));
  return { block: { kind: "quote", children: readLines(inner, depth + 1) }, end };
}

/** Items of one kind, with what is indented below each. (9) */
function list(lines: readonly string[], at: number, depth: number): Found {
  const [, indent] = ITEM.exec(lines[at]!)!;
  const ordered = isOrdered(lines[at]!);
  const items: Item[] = [];
  let end = at;
  while (end < lines.length) {
    const item = ITEM.exec(lines[end]!);
    if (!item || item[1]!.length > indent!.length + 1 || item[1]!.length < indent!.length || isOrdered(lines[end]!) !== ordered) break;
    const first = lines[end]!.slice(item[0].length);
    const task = TASK.exec(first);
    const inner = [task ? first.slice(task[0].length) : first];
    const deep = item[1]!.length + 2;
    const room = item[0].length;
    end += 1;
    while (end < lines.length && isSaid(lines[end]!) && indentOf(lines[end]!) >= deep) {
      inner.push(lines[end]!.slice(Math.min(indentOf(lines[end]!), room)));
      end += 1;
    }
    items.push({ marker: item[2]!, done: task ? task[1] !== " " : null, children: readLines(inner, depth + 1) });
  }
  return { block: { kind: "list", ordered, items }, end };
}

/** A line of cells above one of dashes, and those below it. (10) */
function table(lines: readonly string[], at: number, depth: number): Found | null {
  const divider = lines[at + 1];
  if (!lines[at]!.includes("|") || !divider?.includes("|") || INDENTED.test(divider)) return null;
  const dashes = cells(divider);
  if (!dashes.every((cell) => DASHES.test(cell)) || cells(lines[at]!).length !== dashes.length) return null;
  const align = dashes.map(alignOf);
  let end = at + 2;
  const rows: Row[] = [];
  const read = (line: string): Row => {
    const said = cells(line);
    return align.map((_, column) => readInline(said[column] ?? "", depth + 1));
  };
  while (end < lines.length && lines[end]!.includes("|") && cells(lines[end]!).length <= align.length) rows.push(read(lines[end++]!));
  return { block: { kind: "table", align, head: read(lines[at]!), rows }, end };
}

/** Split at bars, but for those behind a backslash. */
function cells(line: string): string[] {
  const inner = line.trim().replace(/^\|/, "").replace(/(^|[^\\])\|$/, "$1");
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}

/** Whether there is more in a line than blanks. */
function isSaid(line: string): boolean {
  return /\S/.test(line);
}

function alignOf(dashes: string): Align {
  const [left, right] = [dashes.startsWith(":"), dashes.endsWith(":")];
  if (left && right) return "center";
  return left ? "left" : right ? "right" : null;
}

function isOrdered(line: string): boolean {
  return /^ *\d/.test(line);
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
