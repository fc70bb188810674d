// Where in a text Markdown has a meaning (source positions): what is read of it, as places of what was typed. Pure.
import { DEEPEST, type Edge, edgesOf, type Mark, type Piece, piecesOf, runEnd } from "./inline";
import { cellsOf, isSaid, stretchesOf } from "./lines";

/** From `start` to `end` with its signs, and from `from` to `to` what they say it of. */
export interface Span {
  readonly kind: Mark | "code" | "link" | "address";
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
}

/** All that stands within lines, in no order. Of blocks of code, those within quotes and lists, line by line. */
export function spansIn(text: string): Span[] {
  const lines = text.split("\n");
  const spans: Span[] = [];
  look(lines, startsOf(lines, 0), 0, spans);
  return spans;
}

/** Where each of these lines begins, if the first one does so at this place. */
export function startsOf(lines: readonly string[], first: number): number[] {
  let at = first;
  return lines.map(({ length }) => {
    const start = at;
    at += length + 1;
    return start;
  });
}

/** Looks through lines that begin at these places of the text. */
function look(lines: readonly string[], starts: readonly number[], depth: number, spans: Span[]): void {
  /** What is left of a line is its end. */
  const within = (inner: readonly string[], at: number): void =>
    look(inner, inner.map(({ length }, i) => starts[at + i]! + lines[at + i]!.length - length), depth + 1, spans);
  for (const stretch of stretchesOf(lines, depth)) {
    const { at, end } = stretch;
    switch (stretch.kind) {
      case "plain":
        plain(lines.slice(at, end), starts.slice(at, end), depth, spans);
        break;
      case "code":
        for (let i = at; depth > 0 && i < Math.min(end, lines.length); i++) spans.push(allOf("code", starts[i]!, lines[i]!.length));
        break;
      case "quote":
        within(stretch.inner, at);
        break;
      case "list":
        for (const item of stretch.items) within(item.inner, item.at);
        break;
      case "table":
        for (let i = at; i < end; i++) if (i !== at + 1) cells(lines[i]!, starts[i]!, depth, spans);
        break;
      default:
        stretch satisfies never;
    }
  }
}

/** What stands between blank lines is read by itself. */
function plain(lines: readonly string[], starts: readonly number[], depth: number, spans: Span[]): void {
  for (let first = 0; first < lines.length; ) {
    let end = first;
    while (end < lines.length && isSaid(lines[end]!)) end += 1;
    const part = lines.slice(first, end), places = starts.slice(first, end), inPart = startsOf(part, 0);
    const place = (p: number): number => {
      const line = lastUpTo(inPart, p);
      return places[line]! + p - inPart[line]!;
    };
    for (const span of spansOf(part.join("\n"), depth)) spans.push(moved(span, place));
    first = end + 1;
  }
}

/** Cells stand in the line one behind the other. Where a bar was taken for a letter, they no longer do as they are read. */
function cells(line: string, start: number, depth: number, spans: Span[]): void {
  let from = 0;
  for (const cell of cellsOf(line)) {
    const at = line.indexOf(cell, from);
    if (at < 0) continue;
    for (const span of spansOf(cell, depth + 1)) spans.push(moved(span, (p) => start + at + p));
    from = at + cell.length;
  }
}

/** What stands in a text without block structure. */
function spansOf(text: string, depth: number): Span[] {
  const pieces = piecesOf(text, depth);
  const spans = pieces.flatMap((piece) => spansOfPiece(text, piece, depth));
  const open: Edge[] = [];
  for (const edge of edgesOf(text, pieces)) {
    if (edge.opens) {
      open.push(edge);
      continue;
    }
    const { at: start, width } = open.pop()!;
    if (open.length + 1 + depth <= DEEPEST) spans.push({ kind: edge.kind, start, end: edge.at + edge.width, from: start + width, to: edge.at });
  }
  return spans;
}

function spansOfPiece(text: string, { start, end, node }: Piece, depth: number): Span[] {
  switch (node.kind) {
    case "code": {
      const width = runEnd(text, start) - start;
      return [{ kind: "code", start, end, from: start + width, to: end - width }];
    }
    case "link": {
      const [from, to] = [start + 1, end - "](".length - node.to.text.length - ")".length];
      const within = spansOf(text.slice(from, to), depth + 1).filter(({ kind }) => kind !== "address");
      return [{ kind: "link", start, end, from, to }, ...within.map((span) => moved(span, (p) => from + p))];
    }
    case "address":
      return [allOf("address", start, end - start)];
    default:
      return [];
  }
}

function allOf(kind: Span["kind"], start: number, length: number): Span {
  return { kind, start, end: start + length, from: start, to: start + length };
}

function moved({ kind, start, end, from, to }: Span, place: (at: number) => number): Span {
  return { kind, start: place(start), end: place(end), from: place(from), to: place(to) };
}

/** The last of these numbers, which grow, that is no larger. */
function lastUpTo(numbers: readonly number[], most: number): number {
  let [low, high] = [0, numbers.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (numbers[middle]! <= most) low = middle;
    else high = middle - 1;
  }
  return low;
}
