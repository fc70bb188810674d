// Marks in front of lines, and around them: quotes, lists, blocks of code. Pure.
import { type Change, type Selected, type Swap, swapped } from "./change";
import { type Stretch, stretchesOf } from "./markdown/lines";
import { startsOf } from "./markdown/spans";
import { longestTicks } from "./marks";

const QUOTED = /^ {0,3}> ?/;
/** What an item stands behind, and what makes it one. */
const ITEM = /^((?: {0,3}> ?)* *)((?:[-*]|\d{1,9}[.)]) +(?:\[[ xX]\] +)?)?/;

interface Line {
  readonly text: string;
  readonly start: number;
}

/** Makes a quote of the lines that are selected, or takes its signs away. */
export function quote(text: string, selected: Selected): Change {
  const { chosen } = chosenOf(text, selected);
  const plain = chosen.filter((line) => !QUOTED.test(line.text));
  const swaps = plain.length > 0
    ? plain.map(({ start }): Swap => ({ at: start, cut: 0, put: "> " }))
    : chosen.map((line): Swap => ({ at: line.start, cut: QUOTED.exec(line.text)![0].length, put: "" }));
  return swapped(text, swaps, selected);
}

/** Makes items of the lines that are selected, or takes their signs away. */
export function list(text: string, selected: Selected): Change {
  const { chosen } = chosenOf(text, selected);
  const lines = chosen.map(({ text: said, start }) => {
    const [all, front, sign = ""] = ITEM.exec(said)!;
    return { at: start + front!.length, sign, isEmpty: all.length === said.length && sign === "" };
  });
  const all = lines.length === 1 ? lines : lines.filter(({ isEmpty }) => !isEmpty);
  const plain = all.filter(({ sign }) => sign === "");
  const swaps = plain.length > 0 ? plain.map(({ at }): Swap => ({ at, cut: 0, put: "- " })) : all.map(({ at, sign }): Swap => ({ at, cut: sign.length, put: "" }));
  return swapped(text, swaps, selected);
}

/** Makes a block of code of several lines, or takes its fences away; `null` where there is neither. */
export function fence(text: string, selected: Selected): Change | null {
  const { lines, first, last, chosen } = chosenOf(text, selected);
  const block = stretchesOf(lines.map((line) => line.text), 0).find(({ kind, at, end }) => kind === "code" && at <= first && end > last);
  if (block?.kind === "code") return swapped(text, unfenced(text, lines, block), selected);
  if (chosen.length < 2) return null;
  const { start, text: said } = chosen.at(-1)!;
  const end = start + said.length;
  const ticks = "`".repeat(Math.max(3, longestTicks(text.slice(chosen[0]!.start, end)) + 1));
  return swapped(text, [{ at: chosen[0]!.start, cut: 0, put: `${ticks}\n` }, { at: end, cut: 0, put: `\n${ticks}` }], { start: chosen[0]!.start, end });
}

/** What stands behind a fence and names a language: one word. */
const LANGUAGE = /^[\w+#.-]*$/;

/** Takes away the line that opens a block, and the one that closes it, if there is one. Words behind the fence stay. */
function unfenced(text: string, lines: readonly Line[], { at, last, info }: Fenced): Swap[] {
  const open = lines[at]!, close = lines[last];
  const behind = LANGUAGE.test(info) ? open.text.length + 1 : open.text.lastIndexOf(info);
  const opened = Math.min(open.start + behind, text.length);
  const openCut = { at: open.start, cut: opened - open.start, put: "" };
  if (close === undefined) return [openCut];
  const from = Math.max(opened, close.start - 1);
  return [openCut, { at: from, cut: close.start + close.text.length - from, put: "" }];
}

type Fenced = Extract<Stretch, { kind: "code" }>;

/** The lines of a text, and of which of them something is selected. */
function chosenOf(text: string, { start, end }: Selected): { lines: Line[]; first: number; last: number; chosen: Line[] } {
  const said = text.split("\n");
  const starts = startsOf(said, 0);
  const lines = said.map((line, i) => ({ text: line, start: starts[i]! }));
  const first = lines.findLastIndex((line) => line.start <= start);
  // Of a line whose beginning is the end, nothing is.
  const last = lines.findLastIndex((line) => (end > start ? line.start < end : line.start <= end));
  return { lines, first, last, chosen: lines.slice(first, last + 1) };
}
