// Whether a place in a text that is being written is in code, where signs are nothing but letters. Pure.

/** As `markdown/blocks.ts` reads them. */
const FENCE = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})(.*)$/;

/** Whether code was begun in front of a place, and not ended there. */
export function isInCode(text: string, at: number): boolean {
  const before = text.slice(0, at);
  if (!before.includes("`") && !before.includes("~~~")) return false;
  const lines = before.split("\n");
  const last = lines.pop()!;
  let open: string | null = null;
  for (const line of lines) {
    const [, fence, behind] = FENCE.exec(line) ?? [];
    if (fence === undefined) continue;
    if (open === null) open = fence;
    else if (fence.startsWith(open) && behind!.trim() === "") open = null;
  }
  return open !== null || FENCE.test(last) || isInTicks(last);
}

function isInTicks(line: string): boolean {
  let open = 0;
  for (const [ticks] of line.matchAll(/`+/g)) {
    if (open === 0) open = ticks.length;
    else if (ticks.length === open) open = 0;
  }
  return open > 0;
}
