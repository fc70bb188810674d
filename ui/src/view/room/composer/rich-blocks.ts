// The blocks of rich text: a document's elements, written as Markdown.
import { type Piece, writeCode, writeInline, writeTable } from "../../../model/text/markdown/write";
import { bulletOf, type Form, isOff, isTight, marksBy, spokenOf } from "./rich-marks";

/** Lines that stand together, with a blank line around them (`apart`), or in front of them (`gap`). */
interface Part { readonly text: string; readonly apart: boolean; readonly gap: boolean }

/** More is in no message, of elements, */
const MOST_NODES = 20_000;
/** nor of letters. */
const MOST_LETTERS = 65_536;
/** Deeper than this nobody means it. */
const DEEPEST = 200;
/** Wider tables are none. */
const WIDEST = 50;

const BLOCKS = new Set(
  "ADDRESS ARTICLE ASIDE BODY CENTER DD DETAILS DIV DL DT FIELDSET FIGCAPTION FIGURE FOOTER FORM HEADER HGROUP LI MAIN NAV P SECTION SUMMARY TR TBODY THEAD TFOOT CAPTION".split(" "),
);
const APART = new Set(["P", "DL", "FIGURE", "DETAILS", "ARTICLE", "SECTION"]);
const HEADING = /^H[1-6]$/;
const OUTSIDE_OF_CELLS = "h1, h2, h3, h4, h5, h6, ul, ol, pre, blockquote, table, hr";

class TooMuch extends Error {}

export class RichText {
  #parts: Part[] = [];
  #pieces: Piece[] = [];
  /** Whether an empty line was said before what comes. */
  #gap = false;
  private constructor(private readonly budget: { nodes: number; letters: number }) {}

  /** What stands in an element; `null` where that is more than one looks at. */
  static of(element: Element): string | null {
    try {
      return new RichText({ nodes: MOST_NODES, letters: MOST_LETTERS }).#read(element, {}, 0).#text();
    } catch (error) {
      if (error instanceof TooMuch) return null;
      throw error;
    }
  }

  #text(tight = false): string {
    this.#end(false);
    return this.#parts.reduce((text, part, i) => {
      const before = this.#parts[i - 1];
      if (before === undefined) return part.text;
      return `${text}${!tight && (before.apart || part.apart || part.gap) ? "\n\n" : "\n"}${part.text}`;
    }, "");
  }

  #read(element: Element, form: Form, depth: number): this {
    if (depth > DEEPEST) throw new TooMuch();
    for (const node of element.childNodes) {
      if ((this.budget.nodes -= 1) < 0) throw new TooMuch();
      if (node.nodeType === Node.TEXT_NODE) this.#say(spokenOf(node.nodeValue ?? "", form.kept === true), form);
      else if (node.nodeType === Node.ELEMENT_NODE) this.#element(node as Element, form, depth + 1);
    }
    return this;
  }

  #say(text: string, form: Form): void {
    if ((this.budget.letters -= text.length) < 0) throw new TooMuch();
    this.#pieces.push({ ...form, text });
  }

  #within(element: Element, form: Form, depth: number): RichText {
    return new RichText(this.budget).#read(element, form, depth);
  }

  #element(element: Element, outer: Form, depth: number): void {
    const tag = element.tagName.toUpperCase();
    if (isOff(element, tag)) return;
    const form = marksBy(element, tag, outer);
    if (tag === "BR") this.#say("\n", outer);
    else if (tag === "IMG") this.#say(spokenOf(element.getAttribute("alt") ?? "", false), outer);
    else if (tag === "INPUT") this.#box(element, outer);
    else if (tag === "HR") this.#end(true);
    else if (tag === "UL" || tag === "OL" || tag === "MENU") this.#list(element, form, depth);
    else if (tag === "BLOCKQUOTE") this.#quote(element, form, depth);
    else if (tag === "PRE") this.#code(element);
    else if (tag === "TABLE") this.#table(element, form, depth);
    else if (tag === "P" && bulletOf(element) !== null) this.#bullet(element, form, depth);
    else if (HEADING.test(tag)) this.#block(element, { ...form, strong: true, heading: true }, depth, true);
    else if (BLOCKS.has(tag)) this.#block(element, form, depth, APART.has(tag) && !isTight(element));
    else this.#read(element, form, depth);
  }

  #block(element: Element, form: Form, depth: number, apart: boolean): void {
    this.#end(false);
    const first = this.#parts.length;
    this.#read(element, form, depth).#end(apart);
    if (this.#parts.length === first) this.#gap ||= element.textContent?.includes("\u00a0") === true;
    else if (apart) this.#parts[first] = { ...this.#parts[first]!, apart };
  }

  /** What was said so far in a line, or several, is a part. */
  #end(apart: boolean): void {
    const lines = linesOf(this.#pieces);
    this.#pieces = [];
    paragraphsOf(lines).forEach((paragraph, i) => this.#push(writeInline(paragraph), apart, i > 0));
    // A line that ends with nothing in it stays empty.
    if (lines.length > 1 && lines.at(-1)!.length === 0 && lines.at(-2)!.length === 0) this.#gap = true;
  }

  #put(text: string, apart: boolean): void {
    this.#end(false);
    this.#push(text, apart);
  }

  #push(text: string, apart: boolean, gap = false): void {
    if (text === "") return;
    this.#parts.push({ text, apart, gap: gap || this.#gap });
    this.#gap = false;
  }

  /** A box to tick is one of a task. */
  #box(element: Element, form: Form): void {
    if (element.getAttribute("type") === "checkbox") this.#say(element.hasAttribute("checked") ? "[x] " : "[ ] ", form);
  }

  #quote(element: Element, form: Form, depth: number): void {
    const text = this.#within(element, form, depth).#text();
    this.#put(text === "" ? "" : text.split("\n").map((line) => (line === "" ? ">" : `> ${line}`)).join("\n"), true);
  }

  #list(list: Element, form: Form, depth: number): void {
    const ordered = list.tagName.toUpperCase() === "OL";
    let number = Number.parseInt(list.getAttribute("start") ?? "1", 10) || 1;
    const lines: string[] = [];
    for (const item of list.children) {
      // Some have a list in a list, and not in its item.
      const isItem = item.tagName.toUpperCase() === "LI";
      const within = new RichText(this.budget);
      if (isItem) within.#read(item, form, depth + 1);
      else within.#element(item, form, depth + 1);
      // A blank line would end the item.
      const text = within.#text(true).replace(/\n\s*\n/g, "\n");
      if (text.trim() === "") continue;
      const marker = !isItem ? "  " : ordered ? `${number++}. ` : "- ";
      lines.push(marker + text.replaceAll("\n", `\n${" ".repeat(marker.length)}`));
    }
    this.#put(lines.join("\n"), true);
  }

  /** An item of a word processor's list is a paragraph with a number or a dot in front. */
  #bullet(element: Element, form: Form, depth: number): void {
    const { level, marker } = bulletOf(element)!;
    const text = this.#within(element, form, depth).#text(true).replaceAll("\n", " ");
    if (text !== "") this.#put(`${"  ".repeat(level - 1)}${marker}${text}`, false);
  }

  #code(element: Element): void {
    const lines = [...element.querySelectorAll("br")];
    for (const line of lines) line.replaceWith("\n");
    const text = (element.textContent ?? "").replace(/\u00a0/g, " ").replace(/^\n|\s+$/g, "");
    const classes = [element, element.querySelector("code"), element.parentElement].map((one) => one?.getAttribute("class") ?? "").join(" ");
    const language = /(?:language|lang|highlight-source)-([\w+#-]+)/.exec(classes)?.[1] ?? "";
    this.#put(text.trim() === "" ? "" : writeCode(text, language), true);
  }

  #table(table: Element, form: Form, depth: number): void {
    const rows = [...table.querySelectorAll("tr")].filter((row) => row.closest("table") === table)
      .map((row) => [...row.children].filter(({ tagName }) => /^T[DH]$/i.test(tagName)));
    const width = Math.max(0, ...rows.map((row) => row.reduce((sum, cell) => sum + spanOf(cell), 0)));
    // What is laid out by a table is none, and neither is one row, or one column.
    if (rows.length < 2 || width < 2 || width > WIDEST || rows.flat().some((cell) => cell.querySelector(OUTSIDE_OF_CELLS) !== null)) {
      for (const cell of rows.flat()) this.#block(cell, form, depth + 2, false);
      return;
    }
    const cells = rows.map((row) => row.flatMap((cell) => {
      const text = this.#within(cell, marksBy(cell, cell.tagName.toUpperCase(), form), depth + 2).#text(true);
      return [text, ...Array<string>(spanOf(cell) - 1).fill("")];
    })).filter((row) => row.some((cell) => cell !== ""));
    const used = Math.max(0, ...cells.map((row) => row.findLastIndex((cell) => cell !== "") + 1));
    if (cells.length > 1 && used > 1) this.#put(writeTable(cells.map((row) => row.slice(0, used))), true);
    else for (const row of cells) this.#put(row.join(" ").trim(), false);
  }
}

function spanOf(cell: Element): number {
  const span = Number.parseInt(cell.getAttribute("colspan") ?? "1", 10);
  return span > 1 ? Math.min(span, WIDEST) : 1;
}

/** What stands in each line, without the blanks that an engine would not show. */
function linesOf(pieces: readonly Piece[]): Piece[][] {
  const lines: Piece[][] = [[]];
  for (const piece of pieces) {
    piece.text.split("\n").forEach((text, i) => {
      if (i > 0) lines.push([]);
      lines.at(-1)!.push({ ...piece, text });
    });
  }
  return lines.map(tidied);
}

function tidied(line: readonly Piece[]): Piece[] {
  let blank = true;
  const tidy = line.map((piece) => {
    const text = piece.text.replace(/ +/g, " ").replace(/^ /, blank ? "" : " ");
    if (text !== "") blank = text.endsWith(" ");
    return { ...piece, text };
  }).filter(({ text }) => text !== "");
  while (tidy.length > 0) {
    const last = tidy.pop()!;
    const text = last.text.trimEnd();
    if (text !== "") return [...tidy, { ...last, text }];
  }
  return [];
}

/** Lines that stand together, of which each ends with a break. */
function paragraphsOf(lines: readonly Piece[][]): Piece[][] {
  const paragraphs: Piece[][] = [];
  let open: Piece[] | null = null;
  for (const line of lines) {
    if (line.length === 0) {
      open = null;
    } else if (open === null) {
      paragraphs.push((open = [...line]));
    } else {
      const last: Piece = open.pop()!;
      open.push({ ...last, text: `${last.text}\n` }, ...line);
    }
  }
  return paragraphs;
}
