// The selection in the chat list. The engine keeps and paints it, for which the rows at its two ends stay in the document however
// far the list is scrolled; what is copied comes from the data, since the rows between them are not there.
import { tick } from "svelte";
import { copied, type Copied, type CopyWords } from "../../../model/room/copied";
import type { ListRow } from "../../../model/room/list-rows";

/** The rows in which it begins and ends, as far as they are in the document. */
interface Ends { range: Range; first: HTMLElement; last: HTMLElement }

const NONE: readonly number[] = [];

export class ListSelection {
  /** The keys of the rows at its ends. */
  #ends = $state.raw<readonly [string, string] | null>(null);

  /** The places of the rows that must stay in the document, in the list's rows. */
  readonly kept = $derived.by((): readonly number[] => {
    if (this.#ends === null) return NONE;
    const rows = this.rows();
    const places = this.#ends.map((key) => rows.findIndex((row) => row.key === key));
    return places.filter((place) => place >= 0);
  });

  /** `scroller`: the list, whose rows are named by `data-row`. */
  constructor(
    private readonly scroller: () => HTMLElement | undefined,
    private readonly rows: () => readonly ListRow[],
    private readonly words: CopyWords,
  ) {}

  /** The engine's selection has changed. */
  changed(): void {
    const ends = this.#find();
    const keys = ends && ([keyOf(ends.first), keyOf(ends.last)] as const);
    if (keys?.[0] === this.#ends?.[0] && keys?.[1] === this.#ends?.[1]) return;
    this.#ends = keys;
  }

  /** What is selected, as it goes to the clipboard; `null` where that is left to the engine. */
  copied(): Copied | null {
    const ends = this.#find();
    if (ends === null) return null;
    const rows = this.#between(ends);
    if (rows.length === 0 || (rows.length === 1 && rows[0]!.kind !== "line")) return null;
    return copied({ rows, first: partOf(ends.first, ends.range), last: partOf(ends.last, ends.range) }, this.words);
  }

  /** Whether a row of the document is selected, if only in part. */
  has(row: HTMLElement): boolean {
    const ends = this.#find();
    return ends !== null && this.#between(ends).some(({ key }) => key === keyOf(row));
  }

  /** What one row says. */
  of(row: HTMLElement): Copied | null {
    const rows = this.rows().filter(({ key }) => key === keyOf(row));
    return copied({ rows, first: null, last: null }, this.words);
  }

  /** Selects the lines, from the first to the last. */
  async all(): Promise<void> {
    const lines = this.rows().filter((row) => row.kind === "line");
    const first = lines[0], last = lines.at(-1);
    if (!first || !last) return;
    this.#ends = [first.key, last.key];
    await tick();
    const [from, to] = [this.#text(first.key), this.#text(last.key)];
    if (from && to) getSelection()?.setBaseAndExtent(from, 0, to, to.childNodes.length);
  }

  /** Whoever pulls a selection out of the list's edge means what is in sight there. */
  settle(): void {
    const selection = getSelection();
    const list = this.scroller();
    const ends = this.#find();
    if (!selection || !list || ends === null || !list.contains(selection.anchorNode) || list.contains(selection.focusNode)) return;
    const backwards = selection.anchorNode === ends.range.endContainer && selection.anchorOffset === ends.range.endOffset;
    const edge = textOf(backwards ? ends.first : ends.last) ?? (backwards ? ends.first : ends.last);
    selection.extend(edge, backwards ? 0 : edge.childNodes.length);
  }

  #between({ first, last }: Ends): ListRow[] {
    const rows = this.rows();
    const from = rows.findIndex((row) => row.key === keyOf(first));
    const to = rows.findLastIndex((row) => row.key === keyOf(last));
    return from < 0 ? [] : rows.slice(from, to + 1);
  }

  #find(): Ends | null {
    const list = this.scroller();
    const selection = getSelection();
    if (!list || !selection || selection.isCollapsed || selection.rangeCount === 0) return null;
    const range = selection.getRangeAt(0);
    const begins = list.contains(range.startContainer), ends = list.contains(range.endContainer);
    if (!begins && !ends) return null;
    const sight = list.getBoundingClientRect();
    const rows = [...list.querySelectorAll<HTMLElement>("[data-row]")].filter((row) => {
      if (!range.intersectsNode(row)) return false;
      const { top, bottom } = row.getBoundingClientRect();
      return (begins || bottom > sight.top) && (ends || top < sight.bottom);
    });
    const first = rows[0], last = rows.at(-1);
    return first && last ? { range, first, last } : null;
  }

  #text(key: string): Element | null {
    const row = this.scroller()?.querySelector(`[data-row="${CSS.escape(key)}"]`);
    return row ? textOf(row) : null;
  }
}

function keyOf(row: HTMLElement): string {
  return row.dataset["row"]!;
}

/** The element that has a line's text. */
function textOf(row: Element): Element | null {
  return row.querySelector(".text");
}

/** What of a row's text is in a range; `null`: all of it. */
function partOf(row: Element, range: Range): string | null {
  const text = textOf(row);
  if (text === null) return null;
  const part = document.createRange();
  part.selectNodeContents(text);
  const whole = lettersOf(part);
  if (range.compareBoundaryPoints(Range.START_TO_START, part) > 0) part.setStart(range.startContainer, range.startOffset);
  if (range.compareBoundaryPoints(Range.END_TO_END, part) < 0) part.setEnd(range.endContainer, range.endOffset);
  const letters = lettersOf(part);
  return letters === whole ? null : letters;
}

/** The text that somebody wrote; what the page adds to it for the eye is no part of it. */
function lettersOf(range: Range): string {
  const content = range.cloneContents();
  for (const added of content.querySelectorAll(".host")) added.remove();
  return content.textContent;
}
