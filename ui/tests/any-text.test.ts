// Any text that others may write, and whatever comes over the wire: nothing throws, nothing that was said is lost, and what is put
// behind letters fits them. The dice are thrown anew at each run; `HEARTH_SEED` throws the same again.
import { describe, expect, it } from "vitest";
import { textWith } from "../src/model/text/change";
import { findLinks } from "../src/model/text/find-links";
import { groundsOf } from "../src/model/text/grounds";
import { isInCode } from "../src/model/text/in-code";
import { segments } from "../src/model/text/links";
import { type Block, readMarkdown, type Row } from "../src/model/text/markdown/blocks";
import { folded } from "../src/model/text/markdown/fold";
import type { Inline } from "../src/model/text/markdown/inline";
import { plainText } from "../src/model/text/markdown/plain";
import { spansIn } from "../src/model/text/markdown/spans";
import { changeBy, type Tool } from "../src/model/text/tools";
import { linkedLine } from "../src/wire";
import { readFrame } from "../src/wire/codec";
import frames from "../../tests/vectors/frames.json";

const SEED = Number(process.env["HEARTH_SEED"]) || 1 + Math.floor(Math.random() * 2_147_483_645);
const TIMES = 4000;

/** Letters that have no meaning of their own: what was said. */
const SAID = "真火山说话的人在";
const SIGNS = [
  "*", "**", "***", "_", "__", "~~", "||", "`", "``", "```", "~~~", "\\", "[", "]", "(", ")", "](", "<", ">", "> ", "- ", "* ", "1. ", "9) ", "- [ ] ", "- [x] ",
  "|", "|-|", "|:-:|-|", "---", "#", "@", ":", "：", "\n", "\n\n", "\r", "\t", "    ", " ", "　", "，", "。", "！", "“", "”", "（", "）",
  "https://", "http://a.cn/", "www.a.cn", "mailto:", "a@b.cn", "hearth://", "ws://b:1", "javascript:", "data:text/html,", "//", "@所有人", "@阿明", "[x](https://",
  "a", "Z", "1", "é", "한", "ㅎ", "👍", "👩‍👩‍👧", "\ud83d", "\udc4d", "\u0000", "\u200b", "\u202e", "\u2066", "\u0301", "\ufeff", "\ufffd", "<img src=x onerror=y>", "&lt;", "&#0;",
];

class Dice {
  #seed: number;
  constructor(seed: number) {
    this.#seed = seed % 2_147_483_647;
  }

  below(n: number): number {
    this.#seed = (this.#seed * 48_271) % 2_147_483_647;
    return this.#seed % n;
  }

  of<T>(all: ArrayLike<T>): T {
    return all[this.below(all.length)]!;
  }

  text(longest = 40): string {
    return Array.from({ length: this.below(longest) }, () => (this.below(3) === 0 ? this.of(SAID) : this.of(SIGNS))).join("");
  }
}

const said = (text: string): string => [...text].filter((sign) => SAID.includes(sign)).join("");

/** Every text, with its number, so that it is named where it fails. */
function each(check: (text: string, dice: Dice) => void): void {
  const dice = new Dice(SEED);
  for (let n = 0; n < TIMES; n += 1) {
    const text = dice.text();
    try {
      check(text, dice);
    } catch (error) {
      throw new Error(`HEARTH_SEED=${SEED}, text ${n}: ${JSON.stringify(text)}`, { cause: error });
    }
  }
}

/** All that a reader can come by: what stands in it, where links lead, what stands behind a fence. */
function all(blocks: readonly Block[]): string {
  const row = (cells: Row): string => cells.map(inlines).join("");
  return blocks.map((block) => {
    switch (block.kind) {
      case "paragraph":
        return inlines(block.children);
      case "code":
        return block.info + block.text;
      case "quote":
        return all(block.children);
      case "list":
        return block.items.map(({ children }) => all(children)).join("");
      case "table":
        return [block.head, ...block.rows].map(row).join("");
      default:
        return block satisfies never;
    }
  }).join("");
}

function inlines(nodes: readonly Inline[]): string {
  return nodes.map((node) => {
    switch (node.kind) {
      case "text":
      case "code":
        return node.text;
      case "address":
        return node.address.text;
      case "link":
        return inlines(node.children) + node.to.text;
      default:
        return inlines(node.children);
    }
  }).join("");
}

describe("any text", () => {
  it("is read as Markdown, and nothing that was said is lost", () => {
    each((text) => {
      const blocks = readMarkdown(text);
      expect(said(all(blocks))).toBe(said(text));
      expect(typeof plainText(text)).toBe("string");
      folded(blocks, 3);
    });
  });

  it("has grounds that fit its letters", () => {
    each((text) => {
      const grounds = groundsOf(text, { members: [{ member: "m", nickname: "阿明" }], everyone: true });
      expect(grounds.map(({ parts }) => parts.map((part) => part.text).join("")).join("\n")).toBe(text);
      for (const { start, from, to, end } of spansIn(text)) {
        expect(0 <= start && start <= from && from <= to && to <= end && end <= text.length).toBe(true);
      }
    });
  });

  it("has links that stand in it one behind another", () => {
    each((text) => {
      expect(segments(text, true).map((segment) => segment.text).join("")).toBe(text);
      let at = 0;
      for (const { start, end } of findLinks(text)) {
        expect(at <= start && start < end && end <= text.length).toBe(true);
        at = end;
      }
      linkedLine(text);
      linkedLine(`http://a.cn/#${text}`);
    });
  });

  it("keeps what was said, whatever a tool makes of it, and the caret stands in it", () => {
    const tools: Tool[] = ["bold", "italic", "strike", "code", "link", "quote", "list"];
    each((text, dice) => {
      const [a, b] = [dice.below(text.length + 1), dice.below(text.length + 1)];
      const selected = { start: Math.min(a, b), end: Math.max(a, b) };
      const change = changeBy(dice.of(tools), text, selected);
      const then = textWith(text, [{ at: change.from, cut: change.to - change.from, put: change.text }], 0, text.length);
      expect(said(then)).toBe(said(text));
      expect(0 <= change.start && change.start <= change.end && change.end <= then.length).toBe(true);
      isInCode(text, selected.start);
    });
  });
});

describe("anything that comes from a host", () => {
  type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

  /** A frame in which something is not what it should be. */
  function spoilt(value: Json, dice: Dice): Json {
    if (dice.below(12) === 0) return dice.of<Json>([null, true, -1, 2 ** 53, 1e400, "", dice.text(4), [], {}, { __proto__: 1 }]);
    if (Array.isArray(value)) return value.map((one) => spoilt(one, dice));
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).flatMap(([name, one]) => {
      const kind = dice.below(20);
      return kind === 0 ? [] : [[kind === 1 ? dice.text(3) : name, spoilt(one, dice)]];
    }));
  }

  it("is a frame or none", () => {
    const known = (frames as unknown as { side: string; frame: Json }[]).filter(({ side }) => side === "server");
    const dice = new Dice(SEED);
    let read = 0, passed = 0;
    for (let n = 0; n < TIMES; n += 1) {
      const text = JSON.stringify(spoilt(dice.of(known).frame, dice));
      const cut = dice.below(8) === 0 ? text.slice(0, dice.below(text.length)) : text;
      let frame;
      try {
        frame = readFrame(cut);
      } catch (error) {
        throw new Error(`HEARTH_SEED=${SEED}, frame ${n}: ${cut}`, { cause: error });
      }
      if (frame === null) passed += 1;
      else read += 1;
    }
    // It is both that is looked at.
    expect(Math.min(read, passed)).toBeGreaterThan(TIMES / 20);
  });
});
