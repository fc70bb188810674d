// @vitest-environment happy-dom
// What is pasted with its form becomes Markdown, where that says more than the text alone.
import { fireEvent } from "@testing-library/svelte";
import { describe, expect, it, vi } from "vitest";
import { readMarkdown } from "../src/model/text/markdown/blocks";
import { plainText } from "../src/model/text/markdown/plain";
import { type Piece, saysNoMore, writeInline, writeTable } from "../src/model/text/markdown/write";
import { markdownOf } from "../src/view/room/composer/rich-text";
import { CLIPBOARDS } from "./clipboards.mjs";
import { find, page, soon, type } from "./page";

// What stands for an engine here fetches what is in a document that is only read. `tests/gallery/paste.mjs` looks at a real one.
const clipboards = CLIPBOARDS.map((one) => ({ ...one, html: one.html.replace(/ (?:src|href)="?https:\/\/evil\.example[^">]*"?/g, "") }));

describe("what is copied in other programs", () => {
  it.each(clipboards.map(({ name, html, markdown }): [string, string, string | null] => [name, html, markdown]))("%s", (_, html, markdown) => {
    expect(markdownOf(html)).toBe(markdown);
  });

  it("runs nothing", () => {
    for (const { html } of clipboards) markdownOf(html);
    expect("ran" in window).toBe(false);
  });
});

describe("what is too much", () => {
  it.each([
    ["5 MB", `<p>${"<b>x</b> ".repeat(600_000)}</p>`],
    ["10,000 within each other", `${"<div>".repeat(10_000)}<b>x</b> y${"</div>".repeat(10_000)}`],
    ["marks without an end", `${Array.from({ length: 5000 }, (_, i) => `<b a=${i}>`).join("")}${"<p>x</p>".repeat(5000)}`],
    ["tables in tables", "<table><tr><td>".repeat(12_000)],
    ["some marks without an end in front of much", `<b>${"<i>".repeat(50)}${"<p>x</p>".repeat(100_000)}`],
    ["30,000 words with marks", "<b>x</b> y ".repeat(30_000)],
    ["a style sheet without an end", "<style".repeat(150_000)],
    ["a tag without an end", `<a ${"x ".repeat(400_000)}`],
    ["a long text", `<p><b>a</b> ${"letters ".repeat(20_000)}</p>`],
  ])("%s is no rich text, and costs little", (_, html) => {
    const before = performance.now();
    expect(markdownOf(html)).toBeNull();
    expect(performance.now() - before).toBeLessThan(3000);
  });
});

describe("what is written", () => {
  const words = (text: string, marks: Omit<Piece, "text"> = {}): Piece => ({ text, ...marks });
  it.each<[string, Piece[], string]>([
    ["strong beside Chinese", [words("这是"), words("重点。", { strong: true }), words("然后")], "这是**重点。**然后"],
    ["strong that ends with a colon in front of a letter", [words("Note:", { strong: true }), words("text")], "Note:text"],
    ["a link whose words are its address", [words("example.org/a", { to: "https://example.org/a" })], "[example.org/a](https://example.org/a)"],
    ["a link that says itself", [words("https://example.org", { to: "https://example.org/" })], "https://example.org"],
    ["a link with marks", [words("see ", {}), words("this", { to: "https://a.example/", strong: true })], "see [**this**](https://a.example/)"],
    ["a link with brackets", [words("[1]", { to: "https://a.example/" })], "[[1]](https://a.example/)"],
    ["an address with signs in it", [words("https://a.example/x_y_z "), words("b", { strong: true }), words(" *c*")], "https://a.example/x_y_z **b** \\*c\\*"],
    ["a backslash in front of a sign", [words("a \\*b\\* c")], "a \\\\*b\\\\* c"],
    ["marks over lines", [words("one\ntwo", { strong: true }), words(" three")], "**one**\n**two** three"],
    ["blanks with marks", [words("a"), words(" ", { strong: true }), words("b")], "a b"],
  ])("%s", (_, pieces, text) => {
    const written = writeInline(pieces);
    expect(written).toBe(text);
    expect(plainText(written).replace(/\\/g, "")).toBe(pieces.map((piece) => piece.text).join("").replace(/\\/g, ""));
  });

  it("says the same as what it was made of, whatever signs are in it", () => {
    // A sequence that repeats itself in every run.
    let seed = 7;
    const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    const signs = ["*", "**", "_", "~~", "||", "`", "[", "](", ")", "\\", " ", "a", "b c", "书", "。", "https://a.example/x_y", "\n"];
    for (let i = 0; i < 3000; i++) {
      const pieces = Array.from({ length: 1 + random(5) }, (): Piece => ({
        text: Array.from({ length: 1 + random(5) }, () => signs[random(signs.length)]!).join("").trim() || "x",
        strong: random(3) === 0, emphasis: random(4) === 0, strike: random(6) === 0, code: random(7) === 0,
      }));
      const said = pieces.map(({ text, code }) => (code ? text.replaceAll("\n", " ") : text)).join("");
      if (/\n\s*\n|^\s|\s$/.test(said)) continue;
      const written = writeInline(pieces);
      const read = readMarkdown(`x ${written}`);
      // Lines that begin with a sign of a block are what they are.
      if (read.length === 1 && read[0]!.kind === "paragraph") expect([written, plainText(`x ${written}`)]).toEqual([written, `x ${said}`]);
    }
  });

  it("is a table of equal rows", () => {
    expect(writeTable([["a"], ["b|c", "d\ne"]])).toBe("| a |  |\n| --- | --- |\n| b\\|c | d e |");
    expect(readMarkdown(writeTable([["", "x"], ["1", "2"]]))[0]!.kind).toBe("table");
  });

  it("says no more than the text where all of it has one mark, or none", () => {
    expect(["a\n\nb", "**a b**", "***a***", "https://a.example/"].map((text) => saysNoMore(readMarkdown(text)))).toEqual([true, true, true, true]);
    expect(["a **b**", "**a**\n\n**b** c", "[a](https://a.example/)", "- a", "`a`", "> a"].map((text) => saysNoMore(readMarkdown(text)))).toEqual(Array(6).fill(false));
  });
});

describe("in the message box", () => {
  const RICH = { "text/plain": "bold and plain", "text/html": "<p><b>bold</b> and plain</p>" };
  const parcel = (data: Record<string, string>) => ({ types: Object.keys(data), files: { length: 0 }, getData: (kind: string) => data[kind] ?? "" });
  async function room() {
    const shown = await page("joined-empty");
    const box = (await find("composer")) as HTMLTextAreaElement;
    const paste = (data: Record<string, string>): Promise<boolean> =>
      fireEvent(box, Object.assign(new Event("paste", { bubbles: true, cancelable: true }), { clipboardData: parcel(data) }));
    // What reads rich text comes behind the messages.
    await soon(async () => {
      await type("composer", "");
      expect(await paste(RICH)).toBe(false);
    });
    await soon(() => expect(box.value).toBe("**bold** and plain"));
    return { ...shown, box, paste };
  }

  it("it stands where the caret is, and plain where that is wanted", async () => {
    const { box, paste } = await room();
    await type("composer", "前后");
    box.setSelectionRange(1, 1);
    await paste(RICH);
    expect(box.value).toBe("前**bold** and plain后");
    await fireEvent.keyDown(box, { key: "V", ctrlKey: true, shiftKey: true });
    expect(await paste(RICH), "left to the engine").toBe(true);
    await fireEvent.keyDown(box, { key: "v", ctrlKey: true });
    expect(await paste(RICH)).toBe(false);
  });

  it("it is left to the engine in code", async () => {
    const { box, paste } = await room();
    for (const before of ["```\n", "see `", "```js\na\n```\n~~~\n"]) {
      await type("composer", before);
      box.setSelectionRange(before.length, before.length);
      expect(await paste(RICH), before).toBe(true);
    }
  });

  it("what fits without its form and not with it goes in without", async () => {
    const { box, paste } = await room();
    await type("composer", "x");
    const cells = Array.from({ length: 2500 }, (_, i) => [String(i % 10), "书"]);
    const html = `<table>${cells.slice(0, 2000).map(([a, b]) => `<tr><td>${a}</td><td>${b}</td></tr>`).join("")}</table>`;
    expect(await paste({ "text/plain": cells.slice(0, 2000).map((row) => row.join("\t")).join("\n"), "text/html": html })).toBe(true);
    expect(box.value).toBe("x");
  });

  it("form alone is text, too; what has no words is none", async () => {
    const { box, paste } = await room();
    await type("composer", "x");
    box.setSelectionRange(1, 1);
    expect(await paste({ "text/html": "<p>a <i>b</i></p>" })).toBe(false);
    await vi.waitFor(() => expect(box.value).toBe("xa *b*"));
    expect(await paste({ "text/html": "<p> c</p>" })).toBe(false);
    await vi.waitFor(() => expect(box.value).toBe("xa *b*c"));
    expect(await paste({ "text/html": "<img src=x>" })).toBe(false);
    expect((await find("only-text")).textContent).not.toBe("");
  });
});
