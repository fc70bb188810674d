import { describe, expect, it } from "vitest";
import vectors from "../../tests/vectors/markdown.json";
import { groundsOf } from "../src/model/text/grounds";
import { type Block, readMarkdown } from "../src/model/text/markdown/blocks";
import type { Inline } from "../src/model/text/markdown/inline";
import { spansIn } from "../src/model/text/markdown/spans";
import type { Mentions } from "../src/wire";

const LETTERS = { bold: "b", code: "c", name: "n" } as const;

/** Lines with their ground in front, and what is on one of its own in brackets. */
function shown(text: string, mentions: Mentions | null = null): string[] {
  return groundsOf(text, mentions).map(({ as, parts }) => `${as ?? ""}|${parts.map((part) => (part.as ? `${LETTERS[part.as]}[${part.text}]` : part.text)).join("")}`);
}

describe("the grounds of a text", () => {
  it.each<[string, string[]]>([
    ["", ["|"]],
    ["她写**真，**她", ["|她写**b[真，]**她"]],
    ["2*3*4 and `a*b*` ~~x~~ *y*", ["|2*3*4 and `c[a*b*]` ~~x~~ *y*"]],
    ["`` a ` b ``", ["|``c[ a ` b ]``"]],
    ["***a***", ["|***b[a]***"]],
    ["**a `b` c**", ["|**b[a `]c[b]b[` c]**"]],
    ["> **a**\n> b\nc\n\n> d", ["quote|> **b[a]**\n> b", "|c\n", "quote|> d"]],
    ["a\n```js\n**x**\n```\nb", ["|a", "fence|```js\n**x**\n```", "|b"]],
    ["```\nopen\n", ["fence|```\nopen\n"]],
    ["- `a`\n  > **b**\n- c", ["|- `c[a]`\n  > **b[b]**\n- c"]],
    ["- a\n  ```\n  x\n  ```", ["|- a\n  c[```]\n  c[x]\n  c[```]"]],
    ["| **a** | a |\n|---|:-:|\n| a | **a** |", ["|| **b[a]** | a |\n|---|:-:|\n| a | **b[a]** |"]],
    ["**a\n\nb**", ["|**a\n\nb**"]],
    ["[**a**](https://example.org)", ["|[**b[a]**](https://example.org)"]],
    ["\\**a*\n", ["|\\**a*\n"]],
  ])("%j", (text, lines) => {
    expect(shown(text)).toEqual(lines);
  });

  it("show who is told", () => {
    const mentions = { members: [{ member: "m-li", nickname: "小李" }], everyone: true };
    expect(shown("请 **@小李** 和@所有人 看 @小王", mentions)).toEqual(["|请 **n[@小李]** 和n[@所有人] 看 @小王"]);
  });

  it("are behind all of the text, and behind nothing else", () => {
    for (const text of [...vectors.map((vector) => vector.text), "\n\n", "> a\n\n", "```\n"]) {
      expect(groundsOf(text, null).map(({ parts }) => parts.map((part) => part.text).join("")).join("\n")).toBe(text);
    }
  });

  it("take no time with what is pasted at once", () => {
    for (const text of ["> a\nb\n", "**a** `b` ", "*a **b ", "[a](http://a.b) ", "\n", "`", "- a\n  > b\n", "| a | b |\n|-|-|\n"]) {
      const pasted = text.repeat(8000 / text.length);
      const began = performance.now();
      groundsOf(pasted, null);
      // A machine with much else to do has its time; what grows with the square of a text takes longer.
      expect(performance.now() - began, JSON.stringify(text)).toBeLessThan(300);
    }
  });
});

/** What is said to be strong, or code within a line, as it is read to be shown. */
function said(nodes: readonly (Block | Inline)[], kind: "strong" | "code", plain: (nodes: readonly Inline[]) => string): string[] {
  return nodes.flatMap((node): string[] => {
    if (node.kind === "code") return kind === "code" && !("language" in node) ? [node.text.trim()] : [];
    if (node.kind === "list") return node.items.flatMap(({ children }) => said(children, kind, plain));
    if (node.kind === "table") return [node.head, ...node.rows].flat().flatMap((cell) => said(cell, kind, plain));
    if (!("children" in node)) return [];
    const within = said(node.children, kind, plain);
    return node.kind === kind ? [plain(node.children as readonly Inline[]), ...within] : within;
  });
}

it("what has a place is what is shown so", () => {
  const letters = (nodes: readonly Inline[]): string => nodes.map((node) => ("children" in node ? letters(node.children) : node.kind === "address" ? node.address.text : node.text)).join("");
  const bare = (text: string): string => text.replace(/\\(?=[*_~|`[\]])|[*_~|`>[\]\s]|\]\([^)]*\)/g, "");
  for (const { text } of vectors.filter(({ text }) => !/```|~~~|\\\||\]\(/.test(text))) {
    for (const kind of ["strong", "code"] as const) {
      const placed = spansIn(text).filter((span) => span.kind === kind).map(({ from, to }) => bare(text.slice(from, to)));
      expect(placed.sort(), `${kind} in ${JSON.stringify(text)}`).toEqual(said(readMarkdown(text), kind, letters).map(bare).sort());
    }
  }
});
