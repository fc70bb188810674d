// A text without its marks (plain text), for where one line of it is shown: quotes, results, what is read out. Pure.
import { isBlank } from "../../../wire/visible";
import { type Block, readMarkdown, type Row } from "./blocks";
import type { Inline } from "./inline";

/** What somebody reads who sees no marks. */
export function plainText(text: string): string {
  return ofBlocks(readMarkdown(text));
}

function ofBlocks(blocks: readonly Block[]): string {
  return blocks.map(ofBlock).join("\n");
}

function ofBlock(block: Block): string {
  switch (block.kind) {
    case "paragraph":
      return plainOf(block.children);
    case "code":
      return block.text === "" ? block.info : block.text;
    case "quote":
      return ofBlocks(block.children);
    case "list":
      return block.items.map(({ marker, children }) => `${marker} ${ofBlocks(children)}`).join("\n");
    case "table":
      return [block.head, ...block.rows].map((row: Row) => row.map((cell) => plainOf(cell)).join(" | ")).join("\n");
    default:
      return block satisfies never;
  }
}

/** The same of what stands in a line. Whoever reads one line looks for no secret in it. */
export function plainOf(nodes: readonly Inline[], spoilers: "covered" | "open" = "covered"): string {
  return nodes.map((node) => {
    switch (node.kind) {
      case "text":
      case "code":
        return node.text;
      case "address":
        return node.address.text;
      case "spoiler":
        return spoilers === "covered" ? "▒▒▒" : plainOf(node.children, spoilers);
      case "link": {
        const words = plainOf(node.children, spoilers);
        return isBlank(words) ? node.to.text : words;
      }
      default:
        return plainOf(node.children, spoilers);
    }
  }).join("");
}
