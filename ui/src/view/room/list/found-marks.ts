// Found marks: while something is searched for, it is marked in the lines of the list where it stands, inside of Markdown as well
// (CSS Custom Highlight API: the document stays as it is).
import type { Attachment } from "svelte/attachments";
import { highlight } from "../../../model/room/highlight";

/** The name under which the style knows them. */
const NAME = "found";
/** What one reads as one piece. */
const BLOCK = "p, li, pre, td, th, [data-testid=text]";

/** Marks what `query` searches for; nothing where that is empty. */
export function marksFound(query: () => string): Attachment<HTMLElement> {
  return (list) => {
    const sought = query();
    const { highlights } = CSS as { highlights?: HighlightRegistry };
    if (sought === "" || highlights === undefined) return;
    const marks = new Highlight();
    const mark = (): void => {
      marks.clear();
      for (const text of list.querySelectorAll("[data-testid=text]")) for (const range of placesOf(text, sought)) marks.add(range);
    };
    // It hears once of all that changed in a task.
    const observer = new MutationObserver(mark);
    observer.observe(list, { childList: true, characterData: true, subtree: true });
    highlights.set(NAME, marks);
    mark();
    return () => {
      observer.disconnect();
      highlights.delete(NAME);
    };
  };
}

/** What is covered, and the page's own words. */
const NOT_SAID = "[inert], button, .unnamed";

/** Where in a text on the page something stands; what is covered is not looked under. */
export function placesOf(text: Element, query: string): Range[] {
  const pieces = new Map<Element | null, Text[]>();
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode() as Text | null; node !== null; node = walker.nextNode() as Text | null) {
    if (node.parentElement?.closest(NOT_SAID)) continue;
    const block = node.parentElement?.closest(BLOCK) ?? null;
    pieces.set(block, [...(pieces.get(block) ?? []), node]);
  }
  return [...pieces.values()].flatMap((nodes) => {
    let at = 0;
    return highlight(nodes.map(({ data }) => data).join(""), query).flatMap(({ text: { length }, hit }) => {
      const [from, to] = [at, (at += length)];
      return hit ? [rangeOf(nodes, from, to)] : [];
    });
  });
}

function rangeOf(nodes: readonly Text[], from: number, to: number): Range {
  const range = document.createRange();
  let at = 0;
  for (const node of nodes) {
    const end = at + node.length;
    if (from >= at && from < end) range.setStart(node, from - at);
    if (to > at && to <= end) range.setEnd(node, to - at);
    at = end;
  }
  return range;
}
