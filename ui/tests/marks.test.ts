import { describe, expect, it } from "vitest";
import { type Tool, changeBy, toolOf } from "../src/model/text/tools";

/** What is selected stands between brackets of this kind; a caret is a bar. */
function read(shown: string): { text: string; start: number; end: number } {
  const caret = shown.indexOf("¦");
  if (caret >= 0) return { text: shown.replace("¦", ""), start: caret, end: caret };
  const start = shown.indexOf("⟦"), end = shown.indexOf("⟧") - 1;
  return { text: shown.replace(/[⟦⟧]/g, ""), start, end };
}

function shown(text: string, start: number, end: number): string {
  return start === end ? `${text.slice(0, start)}¦${text.slice(start)}` : `${text.slice(0, start)}⟦${text.slice(start, end)}⟧${text.slice(end)}`;
}

function after(tool: Tool, before: string): string {
  const { text, start, end } = read(before);
  const change = changeBy(tool, text, { start, end });
  return shown(text.slice(0, change.from) + change.text + text.slice(change.to), change.start, change.end);
}

describe("a tool marks what is selected", () => {
  it.each<[Tool, string, string]>([
    ["bold", "⟦a⟧", "**⟦a⟧**"],
    ["italic", "say ⟦this⟧ now", "say *⟦this⟧* now"],
    ["strike", "⟦旧⟧的", "~~⟦旧⟧~~的"],
    ["code", "用⟦cargo test⟧跑", "用`⟦cargo test⟧`跑"],
    // Blanks at its ends stay outside.
    ["bold", "a⟦ b c ⟧d", "a **⟦b c⟧** d"],
    ["italic", "⟦ \ta ⟧", " \t*⟦a⟧* "],
    // Scripts without blanks between words are marked wherever somebody wants it.
    ["bold", "她写⟦真，⟧她", "她写**⟦真，⟧**她"],
    ["bold", "⟦“驯养”⟧在原文里", "**⟦“驯养”⟧**在原文里"],
    ["italic", "오늘⟦회의⟧는", "오늘*⟦회의⟧*는"],
    ["bold", "看⟦😀👨‍👩‍👧⟧吧", "看**⟦😀👨‍👩‍👧⟧**吧"],
    // In the middle of a word no sign means anything: the word is marked.
    ["bold", "un⟦fair⟧ly done", "**⟦unfairly⟧** done"],
    ["italic", "p⟦ut thi⟧s", "*⟦put this⟧*"],
    ["code", "un⟦fair⟧ly", "un`⟦fair⟧`ly"],
    ["bold", "第2章⟦abc⟧的", "第2章**⟦abc⟧**的"],
    // One within another.
    ["italic", "**⟦a⟧**", "***⟦a⟧***"],
    ["bold", "*⟦a⟧*", "***⟦a⟧***"],
    ["strike", "**⟦a⟧ b**", "**~~⟦a⟧~~ b**"],
    ["italic", "⟦**a**⟧", "*⟦**a**⟧*"],
    // What is marked in part becomes one.
    ["bold", "⟦**a** and **b**⟧", "**⟦a and b⟧**"],
    ["bold", "**a ⟦b** c⟧", "**⟦a b c⟧**"],
    ["bold", "⟦a **b⟧ c**", "**⟦a b c⟧**"],
    ["code", "⟦a `b` c⟧", "`⟦a b c⟧`"],
    // Nothing is cut in two.
    ["bold", "*a ⟦b* c⟧", "**⟦*a b* c⟧**"],
    ["bold", "`a ⟦b` c⟧", "**⟦`a b` c⟧**"],
    ["bold", "`a⟦b⟧c`", "**⟦`abc`⟧**"],
    ["bold", "⟦go to https://exam⟧ple.org now", "**⟦go to https://example.org⟧** now"],
    ["bold", "[a ⟦b⟧ c](https://example.org)", "[a **⟦b⟧** c](https://example.org)"],
    // Each line for itself, behind what stands in front of it.
    ["bold", "⟦a\nb⟧", "**⟦a**\n**b⟧**"],
    ["bold", "⟦- 一\n- 二\n\n> 三⟧", "- **⟦一**\n- **二**\n\n> **三⟧**"],
    ["italic", "⟦1. [ ] a\n2. b⟧\n3. c", "1. [ ] *⟦a*\n2. *b⟧*\n3. c"],
    ["bold", "⟦**a**\nb⟧", "⟦**a**\n**b⟧**"],
    // Backticks in code have more of them around it.
    ["code", "⟦a ` b⟧", "``⟦a ` b⟧``"],
    ["code", "⟦``x⟧ y", "``` ⟦``x⟧ ``` y"],
    ["code", "⟦a\nb⟧", "```\n⟦a\nb⟧\n```"],
    ["code", "say a⟦bc\nd⟧ef\ng", "```\n⟦say abc\ndef⟧\n```\ng"],
    ["code", "⟦a\n``` b\n⟧c", "````\n⟦a\n``` b⟧\n````\nc"],
    ["link", "看⟦这里⟧吧", "看[这里](¦)吧"],
    ["link", "⟦ here ⟧", " [here](¦) "],
    ["link", "see ⟦https://example.org/a⟧", "see [¦](https://example.org/a)"],
    ["link", "see ⟦https://example.org/a or⟧ so", "see [https://example.org/a or](¦) so"],
    ["quote", "a⟦b\nc⟧d\ne", "> a⟦b\n> c⟧d\ne"],
    ["quote", "a¦b", "> a¦b"],
    ["quote", "¦", "> ¦"],
    ["quote", "> ⟦a\nb⟧", "> ⟦a\n> b⟧"],
    ["quote", "⟦a\n\nb⟧", "> ⟦a\n> \n> b⟧"],
    ["quote", "⟦a\n⟧b", "> ⟦a\n⟧b"],
    ["list", "⟦a\n\nb⟧", "- ⟦a\n\n- b⟧"],
    ["list", "¦", "- ¦"],
    ["list", "  a¦", "  - a¦"],
    ["list", "> a¦", "> - a¦"],
    ["list", "⟦- a\nb⟧", "⟦- a\n- b⟧"],
  ])("%s: %s", (tool, before, marked) => {
    expect(after(tool, before)).toBe(marked);
  });
});

describe("a tool takes the marks away again", () => {
  it.each<[Tool, string, string]>([
    ["bold", "**⟦a⟧**", "⟦a⟧"],
    ["bold", "⟦**a**⟧", "⟦a⟧"],
    ["bold", "say **th⟦is one⟧**", "say th⟦is one⟧"],
    ["bold", "__⟦a⟧__", "⟦a⟧"],
    ["bold", "***⟦a⟧***", "*⟦a⟧*"],
    ["italic", "***⟦a⟧***", "**⟦a⟧**"],
    ["italic", "_⟦a⟧_", "⟦a⟧"],
    ["strike", "她~~⟦旧⟧~~的", "她⟦旧⟧的"],
    ["code", "`⟦a⟧`", "⟦a⟧"],
    ["code", "``⟦a ` b⟧``", "⟦a ` b⟧"],
    ["bold", "- **⟦一**\n- **二⟧**", "- ⟦一\n- 二⟧"],
    ["bold", "> **a\n> ⟦b⟧**", "> a\n> ⟦b⟧"],
    ["bold", "| a | b |\n|---|---|\n| **⟦c⟧** | d |", "| a | b |\n|---|---|\n| ⟦c⟧ | d |"],
    ["bold", "[**⟦a⟧**](https://example.org)", "[⟦a⟧](https://example.org)"],
    ["code", "```\n⟦a\nb⟧\n```", "⟦a\nb⟧"],
    ["code", "x\n```js\na¦\n```\ny", "x\na¦\ny"],
    ["code", "```\na¦", "a¦"],
    ["code", "```\n¦\n```", "¦"],
    ["link", "看[⟦这里⟧](https://example.org)吧", "看⟦这里⟧吧"],
    ["link", "⟦[a](https://example.org)⟧", "⟦a⟧"],
    ["quote", "> ⟦a\n> b⟧", "⟦a\nb⟧"],
    ["quote", ">a¦", "a¦"],
    ["quote", "> > a¦", "> a¦"],
    ["list", "- ⟦a\n\n* b\n3. c⟧", "⟦a\n\nb\nc⟧"],
    ["list", "- ¦", "¦"],
    ["list", "> - [x] a¦", "> a¦"],
  ])("%s: %s", (tool, before, plain) => {
    expect(after(tool, before)).toBe(plain);
  });

  it("which are its own: twice is as before", () => {
    for (const tool of ["bold", "italic", "strike", "code", "quote", "list"] as const) {
      for (const text of ["她⟦写的⟧字", "⟦a b⟧", "x ⟦(a)⟧ y", "⟦一\n二⟧", "> ⟦a⟧", "- ⟦a\n- b⟧"]) {
        if (after(tool, text).length < text.length) continue;
        expect(read(after(tool, after(tool, text))).text, `${tool}: ${text}`).toBe(read(text).text);
      }
    }
  });
});

describe("with nothing selected, a tool", () => {
  it.each<[Tool, string, string]>([
    ["bold", "¦", "**¦**"],
    ["italic", "我说¦", "我说*¦*"],
    ["code", "a ¦ b", "a `¦` b"],
    ["strike", "⟦  ⟧", "  ~~¦~~"],
    // What was just begun is taken away,
    ["bold", "a **¦** b", "a ¦ b"],
    ["italic", "*¦*", "¦"],
    ["code", "`¦`", "¦"],
    ["strike", "~~¦~~", "¦"],
    // or has another one in it.
    ["italic", "**¦**", "***¦***"],
    ["italic", "***¦***", "**¦**"],
    ["bold", "*¦*", "***¦***"],
    ["bold", "***¦***", "*¦*"],
    // At the end of what is marked the caret leaves it; elsewhere in it the marks go.
    ["bold", "**好¦**的", "**好**¦的"],
    ["italic", "***a¦***", "***a***¦"],
    ["code", "`a¦`", "`a`¦"],
    ["bold", "a **b¦c** d", "a b¦c d"],
    ["italic", "*¦a*", "¦a"],
  ])("%s: %s", (tool, before, made) => {
    expect(after(tool, before)).toBe(made);
  });
});

it("replaces no more than it must", () => {
  expect(changeBy("bold", "before a b after", { start: 7, end: 8 })).toEqual({ from: 7, to: 8, text: "**a**", start: 9, end: 10 });
});

it("takes no time with a long text", () => {
  const text = "> **围炉** `code` ~~x~~\n\n- *a* b\n".repeat(500);
  const began = performance.now();
  changeBy("bold", text, { start: 0, end: text.length });
  expect(performance.now() - began).toBeLessThan(1000);
});

describe("a key", () => {
  const press = (key: string, change = {}): Parameters<typeof toolOf>[0] => ({ key, shiftKey: false, ctrlKey: true, altKey: false, metaKey: false, ...change });
  it.each([["b", "bold"], ["B", "bold"], ["i", "italic"], ["e", "code"], ["k", "link"], ["x", null], ["p", null], ["q", null]])("Ctrl+%s: %s", (key, tool) => {
    expect(toolOf(press(key), false)).toBe(tool);
  });

  it.each([["X", "strike"], ["p", "preview"], ["b", null]])("Ctrl+Shift+%s: %s", (key, tool) => {
    expect(toolOf(press(key, { shiftKey: true }), false)).toBe(tool);
  });

  it("is with Cmd on a Mac, where Control moves the caret, and none with Alt", () => {
    expect(toolOf(press("e"), true)).toBeNull();
    expect(toolOf(press("e", { ctrlKey: false, metaKey: true }), true)).toBe("code");
    expect(toolOf(press("e", { altKey: true }), false)).toBeNull();
    expect(toolOf(press("e", { ctrlKey: false }), false)).toBeNull();
  });
});
