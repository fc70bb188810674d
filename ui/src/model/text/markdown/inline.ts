// Markdown within a line: emphasis, code, links, spoilers (inline parsing), by the rules of `docs/markdown.md`, whose numbers stand
// here. Pure, and linear in the length of the text: a closing mark takes what it closes from the top of one stack.
import { findLinks, type FoundLink } from "../find-links";
import { closes, opens } from "./flanking";

export type Inline =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "address"; readonly address: Address }
  | { readonly kind: "link"; readonly to: Address; readonly children: readonly Inline[] }
  | { readonly kind: Mark; readonly children: readonly Inline[] };

/** A link by `docs/links.md`. */
export interface Address {
  /** As it was typed. */
  readonly text: string;
  readonly as: FoundLink["kind"];
}

export type Mark = "strong" | "emphasis" | "strike" | "spoiler";

/** Deeper than this, marks are text. (3) */
export const DEEPEST = 50;

/** What a backslash takes its meaning from. (2) */
const ESCAPED = "*_~|`[]";

/** Signs of one kind in a row, which may open something or close it; what is used of them goes away from the inner side. */
interface Run {
  readonly sign: string;
  start: number;
  end: number;
}

/** Where a mark begins or ends, and how many signs it takes. */
export interface Edge {
  readonly at: number;
  readonly width: number;
  readonly kind: Mark;
  readonly opens: boolean;
}

/** Places of a text that are not looked into for marks, in order. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  readonly node: Inline;
}

/** Reads one text without block structure; `depth` is how deep it stands already. */
export function readInline(text: string, depth = 0): Inline[] {
  const pieces = piecesOf(text, depth);
  return build(text, pieces, edgesOf(text, pieces), depth);
}

/** Escapes, code, links and addresses: they bind closer than marks. (4–6) */
export function piecesOf(text: string, depth: number): Piece[] {
  const pieces: Piece[] = [];
  const addresses = findLinks(text);
  const ticks = ticksOf(text);
  const brackets = bracketsOf(text, addresses);
  let nextAddress = 0;
  for (let at = 0; at < text.length; ) {
    while (addresses[nextAddress] && addresses[nextAddress]!.start < at) nextAddress += 1;
    const address = addresses[nextAddress];
    const piece =
      address?.start === at
        ? { start: at, end: address.end, node: { kind: "address" as const, address: addressOf(text, address) } }
        : pieceAt(text, at, ticks, brackets, depth);
    if (piece) pieces.push(piece);
    at = piece?.end ?? at + 1;
  }
  return pieces;
}

function pieceAt(text: string, at: number, ticks: ReadonlyMap<number, number>, brackets: ReadonlyMap<number, Bracket>, depth: number): Piece | null {
  switch (text[at]) {
    case "\\": {
      const next = text[at + 1];
      return next !== undefined && ESCAPED.includes(next) ? { start: at, end: at + 2, node: { kind: "text", text: next } } : null;
    }
    case "`": {
      const run = runEnd(text, at);
      const close = ticks.get(at);
      if (close === undefined) return { start: at, end: run, node: { kind: "text", text: text.slice(at, run) } };
      return { start: at, end: close + (run - at), node: { kind: "code", text: unpadded(text.slice(run, close)) } };
    }
    case "[": {
      const bracket = brackets.get(at);
      if (!bracket || depth >= DEEPEST) return null;
      const children = readInline(text.slice(at + 1, bracket.middle), depth + 1);
      return { start: at, end: bracket.end, node: { kind: "link", to: bracket.to, children: children.map(withoutLinks) } };
    }
    default:
      return null;
  }
}

/** Where the code that opens at a place closes, for every run of backticks that one of the same length follows. (4) */
function ticksOf(text: string): Map<number, number> {
  const closing = new Map<number, number>();
  const last = new Map<number, number>();
  const runs: number[] = [];
  for (let at = text.indexOf("`"); at >= 0; at = text.indexOf("`", runEnd(text, at))) runs.push(at);
  for (const at of runs.reverse()) {
    const length = runEnd(text, at) - at;
    const close = last.get(length);
    if (close !== undefined) closing.set(at, close);
    last.set(length, at);
  }
  return closing;
}

/** `[words](address)`. */
interface Bracket {
  readonly middle: number;
  readonly end: number;
  readonly to: Address;
}

/** The links with words of their own, by where they open. What is between the parentheses is an address, and nothing else. (6) */
function bracketsOf(text: string, addresses: readonly FoundLink[]): Map<number, Bracket> {
  const found = new Map<number, Bracket>();
  if (!text.includes("](")) return found;
  const starts = new Map(addresses.map((address) => [address.start, address]));
  const open: number[] = [];
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === "[") open.push(at);
    else if (text[at] === "]" && open.length > 0) {
      const from = open.pop()!;
      const to = text[at + 1] === "(" ? starts.get(at + 2) : undefined;
      if (to === undefined || text[to.end] !== ")" || at === from + 1) continue;
      found.set(from, { middle: at, end: to.end + 1, to: addressOf(text, to) });
      // A link has none around it.
      open.length = 0;
      at = to.end;
    }
  }
  return found;
}

function addressOf(text: string, { start, end, kind }: FoundLink): Address {
  return { text: text.slice(start, end), as: kind };
}

/** A link within a link leads nowhere of its own. */
function withoutLinks(node: Inline): Inline {
  if (node.kind === "address") return { kind: "text", text: node.address.text };
  return "children" in node ? { ...node, children: node.children.map(withoutLinks) } : node;
}

/** The marks that belong together, as edges in the order of the text. (3) */
export function edgesOf(text: string, pieces: readonly Piece[]): Edge[] {
  const edges: Edge[] = [];
  const open: Run[] = [];
  const waiting: Record<string, number> = {};
  let piece = 0;
  for (let at = 0; at < text.length; ) {
    while (pieces[piece] && pieces[piece]!.end <= at) piece += 1;
    if (pieces[piece] && pieces[piece]!.start <= at) {
      at = pieces[piece]!.end;
      continue;
    }
    const sign = text[at]!;
    if (!"*_~|".includes(sign)) {
      at += 1;
      continue;
    }
    const run: Run = { sign, start: at, end: runEnd(text, at) };
    at = run.end;
    const [before, after] = [run.start, run.end];
    if (closes(text, before, after)) {
      while (run.start < run.end && (waiting[sign] ?? 0) > 0) {
        while (open.at(-1)!.sign !== sign) waiting[open.pop()!.sign]! -= 1;
        const opener = open.at(-1)!;
        const width = widthOf(sign, opener.end - opener.start, run.end - run.start);
        if (width === 0) break;
        const kind = kindOf(sign, width);
        opener.end -= width;
        edges.push({ at: opener.end, width, kind, opens: true }, { at: run.start, width, kind, opens: false });
        run.start += width;
        if (opener.start === opener.end) waiting[open.pop()!.sign]! -= 1;
      }
    }
    if (run.start < run.end && opens(text, before, after)) {
      open.push(run);
      waiting[sign] = (waiting[sign] ?? 0) + 1;
    }
  }
  return edges.sort((one, other) => one.at - other.at);
}

/** How many signs are used of those on both sides: two where both have them, and of bars and waves never one. */
function widthOf(sign: string, one: number, other: number): number {
  if (one >= 2 && other >= 2) return 2;
  return sign === "*" || sign === "_" ? 1 : 0;
}

function kindOf(sign: string, width: number): Mark {
  if (sign === "~") return "strike";
  if (sign === "|") return "spoiler";
  return width === 2 ? "strong" : "emphasis";
}

/** The tree, without going down into itself: it may be as deep as its text is long. */
function build(text: string, pieces: readonly Piece[], edges: readonly Edge[], depth: number): Inline[] {
  const levels: { kind: Mark | null; children: Inline[] }[] = [{ kind: null, children: [] }];
  const say = (said: string): void => {
    const children = levels.at(-1)!.children;
    const last = children.at(-1);
    if (said === "") return;
    if (last?.kind === "text") children[children.length - 1] = { kind: "text", text: last.text + said };
    else children.push({ kind: "text", text: said });
  };
  const stops = [...pieces.map((piece) => ({ at: piece.start, piece, edge: null })), ...edges.map((edge) => ({ at: edge.at, piece: null, edge }))];
  stops.sort((one, other) => one.at - other.at);
  let at = 0;
  let tooDeep = 0;
  for (const { at: stop, piece, edge } of stops) {
    say(text.slice(at, stop));
    if (piece) {
      if (piece.node.kind === "text") say(piece.node.text);
      else levels.at(-1)!.children.push(piece.node);
      at = piece.end;
      continue;
    }
    at = stop + edge.width;
    if (edge.opens && levels.length + depth > DEEPEST) {
      tooDeep += 1;
      say(text.slice(stop, at));
    } else if (edge.opens) {
      levels.push({ kind: edge.kind, children: [] });
    } else if (tooDeep > 0) {
      tooDeep -= 1;
      say(text.slice(stop, at));
    } else {
      const { kind, children } = levels.pop()!;
      levels.at(-1)!.children.push({ kind: kind!, children });
    }
  }
  say(text.slice(at));
  return levels[0]!.children;
}

export function runEnd(text: string, at: number): number {
  let end = at + 1;
  while (text[end] === text[at]) end += 1;
  return end;
}

/** Code that begins and ends with a blank has it there for its backticks alone. */
function unpadded(code: string): string {
  return code.length > 2 && code.startsWith(" ") && code.endsWith(" ") && code.trim() !== "" ? code.slice(1, -1) : code;
}
