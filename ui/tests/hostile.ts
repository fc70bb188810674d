// The hostile corpus, `tests/vectors/hostile.json`, with its long values written out.
import corpus from "../../tests/vectors/hostile.json";
import { checkText } from "../src/wire";

type Kind = "text" | "name" | "emoji";
type Part = string | { repeat: (string | number)[] };
interface Written { id: string; kind: string; value: string | Part[]; shows?: string }

export interface Hostile {
  readonly id: string;
  readonly value: string;
  /** What a reader still sees of it. */
  readonly shows: string | null;
}

/** All cases of a kind. What repeats, repeats at most so often. */
export function hostile(kind: Kind, most = Infinity): Hostile[] {
  const cases = corpus.groups.flatMap((group): Written[] => group.cases).filter((one) => one.kind === kind);
  return cases.map(({ id, value, shows }) => ({ id, value: whole(value, most), shows: shows ?? null }));
}

/** The texts as a host passes them on. */
export function hostileTexts(most = Infinity): Hostile[] {
  return hostile("text", most).map((one) => {
    const check = checkText(one.value);
    if (!check.ok) throw new Error(`no host takes ${one.id}: ${check.error}`);
    return { ...one, value: check.text };
  });
}

function whole(value: Written["value"], most: number): string {
  const parts = typeof value === "string" ? [value] : value;
  const written = parts.map((part) => (typeof part === "string" ? part : repeated(part.repeat as [string, number], most)));
  // The name is nobody's (RFC 6761, section 6.4).
  return written.join("").replaceAll("{TRAP}", "https://trap.invalid");
}

function repeated([text, times]: [string, number], most: number): string {
  return text.repeat(Math.min(times, most));
}
