// Whether a place in a text that is being written is in code, where signs are nothing but letters. Pure.
import { stretchesOf } from "./markdown/lines";

/** Whether code was begun in front of a place, and not ended there. */
export function isInCode(text: string, at: number): boolean {
  const before = text.slice(0, at);
  if (!before.includes("`") && !before.includes("~~~")) return false;
  const lines = before.split("\n");
  // With the lines of its fences.
  return stretchesOf(lines, 0).at(-1)?.kind === "code" || isInTicks(lines.at(-1)!);
}

function isInTicks(line: string): boolean {
  let open = 0;
  for (const [ticks] of line.matchAll(/`+/g)) {
    if (open === 0) open = ticks.length;
    else if (ticks.length === open) open = 0;
  }
  return open > 0;
}
