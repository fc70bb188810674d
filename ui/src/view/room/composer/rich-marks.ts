// The marks of rich text: what an element says of the words in it, by its name and by its style.
import type { Piece } from "../../../model/text/markdown/write";

/** Marks and the rest that what is within an element has. */
export type Form = Omit<Piece, "text"> & { /** Blanks and breaks are kept. */ readonly kept?: boolean; readonly heading?: boolean };

const STRONG = new Set(["B", "STRONG"]);
const EMPHASIS = new Set(["I", "EM", "CITE", "VAR", "DFN"]);
const STRIKE = new Set(["S", "DEL", "STRIKE"]);
const CODE = new Set(["CODE", "KBD", "SAMP", "TT"]);
/** What has no words that somebody copied. */
const OFF = new Set(
  "AUDIO BUTTON CANVAS EMBED HEAD IFRAME LINK META NOSCRIPT OBJECT OPTION SCRIPT SELECT STYLE SVG TEMPLATE TEXTAREA TITLE VIDEO".split(" "),
);

function styleOf(element: Element): string {
  return element.getAttribute("data-style") ?? "";
}

/** What a style says last of a property. */
function said(style: string, property: string): string | null {
  return style === "" ? null : (new RegExp(`(?:^|;)\\s*${property}\\s*:\\s*([^;]+)`, "i").exec(style)?.[1]?.trim().toLowerCase() ?? null);
}

export function isOff(element: Element, tag: string): boolean {
  if (OFF.has(tag) || element.hasAttribute("hidden") || element.getAttribute("aria-hidden") === "true") return true;
  const style = styleOf(element);
  // The number in front of an item is read by itself.
  return said(style, "display") === "none" || said(style, "mso-list") === "ignore";
}

/** What is said of the words within an element: what its style says counts for more than its name. */
export function marksBy(element: Element, tag: string, outer: Form): Form {
  if (tag === "INPUT") return outer;
  const style = styleOf(element);
  const weight = said(style, "font-weight");
  const slant = said(style, "font-style");
  const line = said(style, "text-decoration-line") ?? said(style, "text-decoration");
  const space = said(style, "white-space");
  return {
    ...outer,
    strong: outer.heading === true ? true : weight === null ? outer.strong === true || STRONG.has(tag) : weight === "bold" || weight === "bolder" || Number(weight) >= 600,
    emphasis: slant === null ? outer.emphasis === true || EMPHASIS.has(tag) : slant === "italic" || slant === "oblique",
    strike: outer.strike === true || STRIKE.has(tag) || (line?.includes("line-through") ?? false),
    code: outer.code === true || CODE.has(tag),
    kept: space === null ? outer.kept === true : space.startsWith("pre") || space === "break-spaces",
    to: tag === "A" ? (element.getAttribute("href")?.trim() ?? null) : (outer.to ?? null),
  };
}

/** Whether no blank line stands around a paragraph: word processors write each line as one. */
export function isTight(element: Element): boolean {
  const style = styleOf(element);
  const isNone = (property: string): boolean => /^0(?!\.)/.test(said(style, property) ?? "");
  return /^Mso/.test(element.getAttribute("class") ?? "") || isNone("margin") || isNone("margin-bottom");
}

/** The level of an item in a list of Word or WPS, and what stands in front of it. */
export function bulletOf(element: Element): { level: number; marker: string } | null {
  const level = /level(\d)/.exec(said(styleOf(element), "mso-list") ?? "")?.[1];
  if (level === undefined) return null;
  const marker = [...element.querySelectorAll("[data-style]")].find((one) => said(styleOf(one), "mso-list") === "ignore")?.textContent ?? "";
  const number = /\d+/.exec(marker)?.[0];
  // This dialect knows no other numbers.
  const other = /\p{Script=Han}/u.test(marker) ? marker.trim() : "- ";
  return { level: Number(level), marker: number === undefined ? other : `${number}. ` };
}

const HAN = String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uffef]`;
/** Where lines of the source end between signs that are written without blanks, there is none. */
const BETWEEN_HAN = new RegExp(String.raw`(?<=${HAN})[ \t]*\r?\n[ \t\r\n]*(?=${HAN})`, "gu");

/** A text as it is shown. */
export function spokenOf(text: string, kept: boolean): string {
  const plain = text.replace(/[\u00a0\u202f]/g, " ").replace(/[\u200b\ufeff]/g, "");
  return kept ? plain.replace(/\r\n?/g, "\n").replace(/\t/g, " ") : plain.replace(BETWEEN_HAN, "").replace(/[ \t\r\n\f]+/g, " ");
}
