// The colours of code (syntax highlighting), by a library that is fetched when the first code is shown.
import type { Element, Root, Text } from "hast";

/** A piece of code, and what kind of word it is. */
export interface Token {
  readonly text: string;
  readonly as: Kind | null;
}

type Kind = "keyword" | "string" | "comment" | "number" | "name";

/** More, and longer lines than anybody writes, are not coloured: it would be waited for, and for some the library takes the square of the time. */
const LONGEST = 8000;
const LONGEST_LINE = 1000;

/** What the library calls the words of a language, by what they look like here. */
const KINDS: Readonly<Record<string, Kind>> = {
  keyword: "keyword", built_in: "keyword", type: "keyword", literal: "keyword", meta: "keyword", tag: "keyword", selector: "keyword", deletion: "keyword",
  string: "string", regexp: "string", char: "string", addition: "string", symbol: "string", attribute: "string",
  comment: "comment", doctag: "comment", quote: "comment",
  number: "number",
  title: "name", section: "name", name: "name", attr: "name",
};

/** Code in its colours; `null` for what nobody knows the language of. */
export async function coloured(text: string, language: string): Promise<readonly Token[] | null> {
  if (text.length > LONGEST || text.split("\n").some((line) => line.length > LONGEST_LINE)) return null;
  try {
    const { highlighter } = await import("./highlighter");
    const name = language.toLowerCase();
    return highlighter.registered(name) ? tokensOf(highlighter.highlight(name, text), null) : null;
  } catch {
    // Without the host there is no library, and code is letters.
    return null;
  }
}

function tokensOf(node: Root | Element, as: Kind | null): Token[] {
  return node.children.flatMap((child) => {
    if (child.type === "text") return [{ text: (child as Text).value, as }];
    return child.type === "element" ? tokensOf(child, kindOf(child) ?? as) : [];
  });
}

function kindOf(element: Element): Kind | null {
  const names = element.properties["className"];
  const name = Array.isArray(names) ? String(names[0]).replace(/^hljs-/, "").split(/[-.]/)[0]! : "";
  return KINDS[name] ?? null;
}
