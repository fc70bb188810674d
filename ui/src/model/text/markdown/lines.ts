// Markdown of whole lines: which of them are code, a quote, a list, a table (block structure), by the rules of `docs/markdown.md`,
// whose numbers stand here. Pure. What is said in them is read by others: `blocks.ts` to show it, `spans.ts` to find it again.
import { DEEPEST } from "./inline";

/** Lines that belong together: from `at` on, and up to `end`, which is no longer of them. */
export type Stretch = { readonly at: number; readonly end: number } & (
  | { readonly kind: "plain" }
  /** `last`: the line that closes it, or where that would be. */
  | { readonly kind: "code"; readonly language: string; /** All that stands behind the fence. */ readonly info: string; readonly last: number }
  /** `inner`: what each line has behind its sign, down to its end. */
  | { readonly kind: "quote"; readonly inner: readonly string[] }
  | { readonly kind: "list"; readonly ordered: boolean; readonly items: readonly ItemLines[] }
  | { readonly kind: "table"; readonly align: readonly Align[] }
);

export interface ItemLines {
  readonly at: number;
  /** As it was typed: "3." or "-". */
  readonly marker: string;
  /** Of a task: whether it is done. */
  readonly done: boolean | null;
  /** What each of its lines has to say, down to its end. */
  readonly inner: readonly string[];
}

export type Align = "left" | "center" | "right" | null;

const FENCE = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})(.*)$/;
const QUOTE = /^ {0,3}>/;
const ITEM = /^( *)([-*]|\d{1,9}[.)])( +)(?=\S)/;
const TASK = /^\[([ xX])\] +(?=\S)/;
const DASHES = /^:?-+:?$/;
const INDENTED = /^ {4}/;

/** All lines, parted; `depth` is how deep they stand already. */
export function stretchesOf(lines: readonly string[], depth: number): Stretch[] {
  const stretches: Stretch[] = [];
  let plain = 0;
  const endPlain = (end: number): void => {
    if (end > plain) stretches.push({ kind: "plain", at: plain, end });
  };
  for (let at = 0; at < lines.length; ) {
    const found = depth < DEEPEST ? stretchAt(lines, at) : null;
    if (found === null) {
      at += 1;
      continue;
    }
    endPlain(at);
    stretches.push(found);
    at = plain = found.end;
  }
  endPlain(lines.length);
  return stretches;
}

function stretchAt(lines: readonly string[], at: number): Stretch | null {
  const line = lines[at]!;
  const fence = FENCE.exec(line);
  if (fence) return code(lines, at, fence[1]!, fence[2]!.trim());
  if (QUOTE.test(line)) return quote(lines, at);
  if (ITEM.test(line)) return list(lines, at);
  return table(lines, at);
}

/** Code, up to a fence of its kind that is as long, or the end. (7) */
function code(lines: readonly string[], at: number, fence: string, info: string): Stretch {
  const sign = fence[0]!;
  const closing = new RegExp(`^ {0,3}\\${sign}{${fence.length},}[^\\S\\n]*$`);
  let last = at + 1;
  while (last < lines.length && !closing.test(lines[last]!)) last += 1;
  const [language = ""] = info.split(/[\s`]/, 1);
  return { kind: "code", at, end: last + 1, language, info, last };
}

/** Lines with `>` in front, one behind the other. (8) */
function quote(lines: readonly string[], at: number): Stretch {
  let end = at;
  while (end < lines.length && QUOTE.test(lines[end]!)) end += 1;
  return { kind: "quote", at, end, inner: lines.slice(at, end).map((line) => line.replace(/^ {0,3}> ?/, "")) };
}

/** Items of one kind, with what is indented below each. (9) */
function list(lines: readonly string[], at: number): Stretch {
  const [, indent] = ITEM.exec(lines[at]!)!;
  const ordered = isOrdered(lines[at]!);
  const items: ItemLines[] = [];
  let end = at;
  while (end < lines.length) {
    const item = ITEM.exec(lines[end]!);
    if (!item || item[1]!.length > indent!.length + 1 || item[1]!.length < indent!.length || isOrdered(lines[end]!) !== ordered) break;
    const first = lines[end]!.slice(item[0].length);
    const task = TASK.exec(first);
    const inner = [task ? first.slice(task[0].length) : first];
    const begins = end;
    const deep = item[1]!.length + 2;
    const room = item[0].length;
    end += 1;
    while (end < lines.length && isSaid(lines[end]!) && indentOf(lines[end]!) >= deep) {
      inner.push(lines[end]!.slice(Math.min(indentOf(lines[end]!), room)));
      end += 1;
    }
    items.push({ at: begins, marker: item[2]!, done: task ? task[1] !== " " : null, inner });
  }
  return { kind: "list", at, end, ordered, items };
}

/** A line of cells above one of dashes, and those below it. (10) */
function table(lines: readonly string[], at: number): Stretch | null {
  const divider = lines[at + 1];
  if (!lines[at]!.includes("|") || !divider?.includes("|") || INDENTED.test(divider)) return null;
  const dashes = cellsOf(divider);
  if (!dashes.every((cell) => DASHES.test(cell)) || cellsOf(lines[at]!).length !== dashes.length) return null;
  const align = dashes.map(alignOf);
  let end = at + 2;
  while (end < lines.length && lines[end]!.includes("|") && cellsOf(lines[end]!).length <= align.length) end += 1;
  return { kind: "table", at, end, align };
}

/** A line split at its bars, but for those behind a backslash. */
export function cellsOf(line: string): string[] {
  const inner = line.trim().replace(/^\|/, "").replace(/(^|[^\\])\|$/, "$1");
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}

/** Whether there is more in a line than blanks. */
export function isSaid(line: string): boolean {
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
