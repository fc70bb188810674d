// The beginning of a text (folding), for where a long one is shown in part: no more is drawn than can be seen. Pure.
import type { Block } from "./blocks";

/** The first blocks, and of each its first rows: every one of them takes a row at least. */
export function folded(blocks: readonly Block[], rows: number): Block[] {
  return blocks.slice(0, rows).map((block): Block => {
    switch (block.kind) {
      case "quote":
        return { ...block, children: folded(block.children, rows) };
      case "list":
        return { ...block, items: block.items.slice(0, rows).map((item) => ({ ...item, children: folded(item.children, rows) })) };
      case "table":
        return { ...block, rows: block.rows.slice(0, rows) };
      // Code folds itself, and a paragraph is drawn as one.
      default:
        return block;
    }
  });
}
