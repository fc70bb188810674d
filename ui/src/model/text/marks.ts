// Marks put around what is selected, or taken away from it: bold, italic, struck out, code, links. Pure. What is marked already is known
// by the reader of Markdown itself.
import { type Change, type Selected, type Swap, swapped, textWith } from "./change";
import { findLinks } from "./find-links";
import { isWithinWord } from "./markdown/flanking";
import { isSaid } from "./markdown/lines";
import { type Span, spansIn, startsOf } from "./markdown/spans";

export type Marking = "bold" | "italic" | "strike" | "code";

const SIGNS = { bold: "**", italic: "*", strike: "~~", code: "`" } as const;
const KINDS = { bold: "strong", italic: "emphasis", strike: "strike", code: "code" } as const;

/** What stands in front of what a line says: signs of quotes and of an item. */
const FRONT = /^(?: {0,3}> ?)*(?: *(?:[-*]|\d{1,9}[.)]) +(?:\[[ xX]\] +)?)?/;
/** Signs that end one mark behind another. */
const ENDING = /^[*_~|]*$/;

/** Marks what is selected, or, if all of it is marked so, takes the marks away. */
export function mark(as: Marking, text: string, selected: Selected): Change {
  const spans = spansIn(text);
  const pieces = piecesOf(text, selected);
  if (pieces.length === 0) return atCaret(as, text, selected.end, spans);
  const around = pieces.map(({ start, end }) => spans.find((span) => span.kind === KINDS[as] && span.start <= start && span.end >= end));
  if (!around.includes(undefined)) return swapped(text, without(around), { start: pieces[0]!.start, end: pieces.at(-1)!.end });
  const wrapped = pieces.map((piece, i) => (around[i] ? { ...piece, swaps: [] } : wrap(as, text, piece, spans)));
  return swapped(text, wrapped.flatMap(({ swaps }) => swaps), { start: wrapped[0]!.start, end: wrapped.at(-1)!.end });
}

/** Words that lead somewhere: the caret goes where what is missing is written, the address or the words. */
export function link(text: string, selected: Selected): Change {
  const { start, end } = trimmed(text, selected);
  const around = spansIn(text).find((span) => span.kind === "link" && span.start <= start && span.end >= end);
  if (around) return swapped(text, without([around]), { start: Math.max(start, around.from), end: Math.min(end, around.to) });
  const said = text.slice(start, end);
  const [address] = findLinks(said);
  const isAddress = address?.start === 0 && address.end === said.length;
  const caret = isAddress ? start + "[".length : end + "[](".length;
  return { from: start, to: end, text: isAddress ? `[](${said})` : `[${said}]()`, start: caret, end: caret };
}

/** What is selected of each line, without what stands in front of the line: marks end with the line. */
function piecesOf(text: string, { start, end }: Selected): Selected[] {
  const lines = text.split("\n");
  const starts = startsOf(lines, 0);
  return lines.flatMap((line, i) => {
    const from = Math.max(start, starts[i]! + FRONT.exec(line)![0].length), to = Math.min(end, starts[i]! + line.length);
    return from < to && isSaid(text.slice(from, to)) ? [trimmed(text, { start: from, end: to })] : [];
  });
}

/** Without the blanks at its ends. */
function trimmed(text: string, { start, end }: Selected): Selected {
  const said = text.slice(start, end);
  const from = start + said.length - said.trimStart().length;
  return { start: from, end: Math.max(from, start + said.trimEnd().length) };
}

/** What takes away the signs of these. */
function without(spans: readonly (Span | undefined)[]): Swap[] {
  const each = [...new Set(spans.filter((span) => span !== undefined))];
  return each.flatMap(({ start, end, from, to }) => [{ at: start, cut: from - start, put: "" }, { at: to, cut: end - to, put: "" }]);
}

/** Marks around a piece, in place of those of the same kind within it. Nothing that has a meaning is cut in two. */
function wrap(as: Marking, text: string, piece: Selected, spans: readonly Span[]): Selected & { swaps: Swap[] } {
  let { start, end } = piece;
  for (let grown = true; grown; ) {
    grown = false;
    for (const span of spans) {
      const isApart = span.end <= start || span.start >= end;
      const isInside = span.start >= start && span.end <= end;
      const isAround = span.from <= start && span.to >= end && span.kind !== "code" && span.kind !== "address";
      if (isApart || isInside || isAround) continue;
      [start, end, grown] = [Math.min(start, span.start), Math.max(end, span.end), true];
    }
    // In the middle of a word no sign means anything; but backticks do.
    for (; as !== "code" && isWithinWord(text, start); grown = true) start -= 1;
    for (; as !== "code" && isWithinWord(text, end); grown = true) end += 1;
  }
  const inner = without(spans.filter((span) => span.kind === KINDS[as] && span.start >= start && span.end <= end)).sort((one, other) => one.at - other.at);
  const [before, after] = as === "code" ? ticksAround(textWith(text, inner, start, end)) : [SIGNS[as], SIGNS[as]];
  return { start, end, swaps: [{ at: start, cut: 0, put: before }, ...inner, { at: end, cut: 0, put: after }] };
}

/** Backticks that are none of those in the code. */
function ticksAround(code: string): [string, string] {
  const ticks = "`".repeat(longestTicks(code) + 1);
  return code.startsWith("`") || code.endsWith("`") ? [`${ticks} `, ` ${ticks}`] : [ticks, ticks];
}

/** How many backticks stand in a row. */
export function longestTicks(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
}

/** With nothing selected: between two new marks, out of what ends here, or without the marks that are around. */
function atCaret(as: Marking, text: string, caret: number, spans: readonly Span[]): Change {
  const sign = SIGNS[as];
  const caretAt = (place: number, from = place, to = place, put = ""): Change => ({ from, to, text: put, start: place, end: place });
  const around = spans.find(({ kind, from, to }) => kind === KINDS[as] && from <= caret && to >= caret);
  if (around && ENDING.test(text.slice(caret, around.to))) return caretAt(around.end);
  if (around) return swapped(text, without([around]), { start: caret, end: caret });
  // What was just begun is not wanted: of three stars, one makes it italic and two bold.
  const signs = signsAround(text, caret, sign[0]!);
  const isBegun = as === "italic" ? signs % 2 === 1 : signs >= sign.length && signs < sign.length + 2;
  if (isBegun) return caretAt(caret - sign.length, caret - sign.length, caret + sign.length);
  return caretAt(caret + sign.length, caret, caret, sign + sign);
}

/** How many signs stand on both sides of a place, if there are as many on either; or else none. */
function signsAround(text: string, at: number, sign: string): number {
  let [before, after] = [at, at];
  while (text[before - 1] === sign) before -= 1;
  while (text[after] === sign) after += 1;
  return at - before === after - at ? at - before : 0;
}
