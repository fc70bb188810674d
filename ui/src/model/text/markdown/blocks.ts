// Markdown of whole lines, read to be shown: code, quotes, lists, tables (block parsing), by the rules of `docs/markdown.md`. Pure.
// A line break is a line break, and what has no meaning here stays as it was typed.
import { type Inline, readInline } from "./inline";
import { type Align, cellsOf, isSaid, type ItemLines, type Stretch, stretchesOf } from "./lines";

export type Block =
  | { readonly kind: "paragraph"; readonly children: readonly Inline[] }
  | { readonly kind: "code"; readonly language: string; /** All that stands behind the fence. */ readonly info: string; readonly text: string }
  | { readonly kind: "quote"; readonly children: readonly Block[] }
  | { readonly kind: "list"; readonly ordered: boolean; readonly items: readonly Item[] }
  | { readonly kind: "table"; readonly align: readonly Align[]; readonly head: Row; readonly rows: readonly Row[] };

export interface Item extends Pick<ItemLines, "marker" | "done"> {
  readonly children: readonly Block[];
}

export type { Align } from "./lines";
/** The cells that were typed: at the end of a row there may be fewer than there are columns. */
export type Row = readonly (readonly Inline[])[];

/** Reads a text. */
export function readMarkdown(text: string): Block[] {
  return readLines(text.split("\n"), 0);
}

function readLines(lines: readonly string[], depth: number): Block[] {
  return stretchesOf(lines, depth).flatMap((stretch) => blockOf(lines, stretch, depth));
}

function blockOf(lines: readonly string[], stretch: Stretch, depth: number): Block[] {
  const { at, end } = stretch;
  switch (stretch.kind) {
    case "plain":
      return paragraph(lines.slice(at, end), depth);
    case "code":
      return [{ kind: "code", language: stretch.language, info: stretch.info, text: lines.slice(at + 1, stretch.last).join("\n") }];
    case "quote":
      return [{ kind: "quote", children: readLines(stretch.inner, depth + 1) }];
    case "list": {
      const items = stretch.items.map(({ marker, done, inner }) => ({ marker, done, children: readLines(inner, depth + 1) }));
      return [{ kind: "list", ordered: stretch.ordered, items }];
    }
    case "table": {
      const { align } = stretch;
      // Many columns and many rows of nothing would be millions of cells.
      const read = (line: string): Row => cellsOf(line).map((cell) => readInline(cell, depth + 1));
      return [{ kind: "table", align, head: read(lines[at]!), rows: lines.slice(at + 2, end).map(read) }];
    }
    default:
      return stretch satisfies never;
  }
}

/** What stands between blank lines is read for marks by itself; the blank lines stay. (1) */
function paragraph(lines: readonly string[], depth: number): Block[] {
  const first = lines.findIndex(isSaid), last = lines.findLastIndex(isSaid);
  if (first < 0) return [];
  const text = lines.slice(first, last + 1).join("\n");
  const children: Inline[] = [];
  for (const part of text.split(/(\n(?:[^\S\n]*\n)+)/)) {
    if (/^\s*$/.test(part)) children.push({ kind: "text", text: part });
    else children.push(...readInline(part, depth));
  }
  return [{ kind: "paragraph", children: children.filter((child) => child.kind !== "text" || child.text !== "") }];
}
