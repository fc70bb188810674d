// Grounds: what of a text that is being written is bold, code, a quote or a name, to be painted behind its letters. Pure.
import type { Mentions } from "../../wire";
import { type Stretch, stretchesOf } from "./markdown/lines";
import { spansIn, startsOf } from "./markdown/spans";
import { namedParts } from "./mentions";

/** Where two stand in one place, the later one is seen. */
const GROUNDS = ["bold", "code", "name"] as const;

export type Ground = (typeof GROUNDS)[number];

/** Lines on one ground. All texts, with a line break behind each of these but the last, are the text. */
export interface GroundLines {
  readonly as: "fence" | "quote" | null;
  readonly parts: readonly { readonly text: string; readonly as: Ground | null }[];
}

/** The text, parted by what is behind it. */
export function groundsOf(text: string, mentions: Mentions | null): GroundLines[] {
  const grounds = new Uint8Array(text.length);
  const paint = (ground: Ground, from: number, to: number): void => void grounds.fill(GROUNDS.indexOf(ground) + 1, from, to);
  const spans = spansIn(text);
  for (const { kind, from, to } of spans) if (kind === "strong") paint("bold", from, to);
  for (const { kind, from, to } of spans) if (kind === "code") paint("code", from, to);
  let at = 0;
  for (const part of namedParts(text, mentions)) {
    if (part.of !== null) paint("name", at, at + part.text.length);
    at += part.text.length;
  }
  const lines = text.split("\n");
  const starts = startsOf(lines, 0);
  return gathered(stretchesOf(lines, 0)).map(({ as, at, end }) => {
    const last = Math.min(end, lines.length) - 1;
    return { as, parts: partsOf(text, starts[at]!, starts[last]! + lines[last]!.length, grounds) };
  });
}

interface Gathered { readonly as: GroundLines["as"]; readonly at: number; readonly end: number }

/** Lines on no ground are one. */
function gathered(stretches: readonly Stretch[]): Gathered[] {
  const all: Gathered[] = [];
  for (const { kind, at, end } of stretches) {
    const as = kind === "code" ? "fence" : kind === "quote" ? "quote" : null;
    const before = all.at(-1);
    if (as === null && before?.as === null) all[all.length - 1] = { ...before, end };
    else all.push({ as, at, end });
  }
  return all;
}

function partsOf(text: string, start: number, end: number, grounds: Uint8Array): GroundLines["parts"] {
  const parts: { text: string; as: Ground | null }[] = [];
  for (let from = start, at = start; at < end; from = at) {
    while (at < end && grounds[at] === grounds[from]) at += 1;
    parts.push({ text: text.slice(from, at), as: GROUNDS[grounds[from]! - 1] ?? null });
  }
  return parts;
}
