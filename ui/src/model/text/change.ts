// Changes of a text that is being written: what is replaced in it, and what is selected then. Pure.

export interface Change {
  readonly from: number;
  readonly to: number;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** What is selected; a caret, where both are the same. */
export interface Selected {
  readonly start: number;
  readonly end: number;
}

/** A text in place of another one, from a place on. */
export interface Swap {
  readonly at: number;
  readonly cut: number;
  readonly put: string;
}

/** Swaps that do not overlap, as one change. What is selected keeps its letters: what is put at its ends stands outside. */
export function swapped(text: string, swaps: readonly Swap[], { start, end }: Selected): Change {
  const inOrder = swaps.toSorted((one, other) => one.at - other.at);
  const from = inOrder[0]?.at ?? start;
  const to = Math.max(from, ...inOrder.map(({ at, cut }) => at + cut));
  const moved = (place: number, inclusive: boolean): number => {
    const before = inOrder.filter(({ at }) => (inclusive ? at <= place : at < place));
    return before.reduce((sum, { at, cut, put }) => sum + put.length - Math.min(cut, place - at), place);
  };
  const first = moved(start, true);
  return { from, to, text: textWith(text, inOrder, from, to), start: first, end: start === end ? first : Math.max(first, moved(end, false)) };
}

/** A part of a text, with the swaps in it, which are in order. */
export function textWith(text: string, swaps: readonly Swap[], from: number, to: number): string {
  let made = "", at = from;
  for (const swap of swaps) {
    made += text.slice(at, swap.at) + swap.put;
    at = swap.at + swap.cut;
  }
  return made + text.slice(at, to);
}
