import { describe, expect, it } from "vitest";
import vectors from "../../tests/vectors/markdown.json";
import { type Block, type Item, readMarkdown, type Row } from "../src/model/text/markdown/blocks";
import { type Address, type Inline, readInline } from "../src/model/text/markdown/inline";
import { plainText } from "../src/model/text/markdown/plain";

const TAGS = { strong: "strong", emphasis: "em", strike: "s" } as const;

/** As the vectors write it: the tags of HTML, with what a list's marks and tasks were typed as. */
function html(nodes: readonly (Block | Inline)[]): string {
  return nodes.map(one).join("");
}

function one(node: Block | Inline): string {
  switch (node.kind) {
    case "text":
      return escaped(node.text);
    case "code":
      if (!("language" in node)) return `<code>${escaped(node.text)}</code>`;
      return `<pre${node.info === node.language ? "" : ` data-info="${escaped(node.info)}"`}><code${node.language === "" ? "" : ` class="language-${escaped(node.language)}"`}>${escaped(node.text)}</code></pre>`;
    case "address":
      return linked(node.address, escaped(node.address.text));
    case "link":
      return linked(node.to, html(node.children));
    case "spoiler":
      return `<span class="spoiler" tabindex="0">${html(node.children)}</span>`;
    case "strong":
    case "emphasis":
    case "strike":
      return `<${TAGS[node.kind]}>${html(node.children)}</${TAGS[node.kind]}>`;
    case "paragraph":
      return `<p>${html(node.children)}</p>`;
    case "quote":
      return `<blockquote>${html(node.children)}</blockquote>`;
    case "list": {
      const tag = node.ordered ? "ol" : "ul";
      return `<${tag}>${node.items.map(item).join("")}</${tag}>`;
    }
    case "table": {
      const row = (cells: Row, tag: string): string =>
        `<tr>${cells.map((cell, at) => `<${tag}${node.align[at] ? ` align="${node.align[at]}"` : ""}>${html(cell)}</${tag}>`).join("")}${rest(cells)}</tr>`;
      const rest = (cells: Row): string => (cells.length < node.align.length ? `<td colspan="${node.align.length - cells.length}"></td>` : "");
      return `<table>${row(node.head, "th")}${node.rows.map((cells) => row(cells, "td")).join("")}</table>`;
    }
  }
}

/** A browser follows these. */
function linked({ text, as }: Address, content: string): string {
  const before = { scheme: "", www: "http://", mail: "mailto:" }[as];
  return as !== "scheme" || /^(?:https?|mailto):/i.test(text) ? `<a href="${before}${escaped(text)}">${content}</a>` : content;
}

function item({ marker, done, children }: Item): string {
  return `<li data-marker="${marker}"${done === null ? "" : ` data-done="${done}"`}>${html(children)}</li>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

describe("Markdown", () => {
  it.each(vectors)("is read by rule $rule: $text", (vector) => {
    expect(html(readMarkdown(vector.text))).toBe(vector.html);
  });

  it("is no deeper than somebody needs, and nothing of it vanishes then", () => {
    for (const [open, close] of [["*a **b ", "**c*"], ["~~a ||b ", "||c~~"]] as const) {
      const text = open.repeat(100) + close.repeat(100);
      expect(depthOf(readInline(text))).toBeLessThanOrEqual(51);
    }
    expect(JSON.stringify(readMarkdown("> ".repeat(500) + "x"))).toContain("x");
  });
});

describe("a table", () => {
  it("has the cells that were typed, and none for each column in each row", () => {
    const [block] = readMarkdown(`${"|".repeat(101)}\n${"|-".repeat(100)}|\n${"|x|\n".repeat(200)}`);
    if (block?.kind !== "table") throw new Error("it is none");
    expect([block.align.length, block.rows.length, block.rows.flat().length]).toEqual([100, 200, 200]);
  });
});

describe("what stands behind the language of code", () => {
  it("is kept", () => {
    expect(readMarkdown("```rust, no run\na\n```")).toEqual([{ kind: "code", language: "rust,", info: "rust, no run", text: "a" }]);
    expect(plainText("~~~ nothing but this")).toBe("nothing but this");
  });
});

function depthOf(nodes: readonly Inline[]): number {
  return Math.max(0, ...nodes.map((node) => ("children" in node ? 1 + depthOf(node.children) : 0)));
}
