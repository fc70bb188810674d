// Zoom: the size of the page in percent, in steps, as browsers have them. Pure.

const STEPS: readonly number[] = [80, 90, 100, 110, 125, 150, 175, 200];

export const SMALLEST = STEPS[0]!;
export const LARGEST = STEPS.at(-1)!;

export type ZoomStep = "in" | "out" | "reset";

/** The size after a step. One between two steps, as a person may have written it into a file, goes on to the next. */
export function zoomed(percent: number, step: ZoomStep): number {
  switch (step) {
    case "in":
      return STEPS.find((size) => size > percent) ?? LARGEST;
    case "out":
      return STEPS.findLast((size) => size < percent) ?? SMALLEST;
    case "reset":
      return 100;
  }
}

/** What a key asks for. The plus of many keyboards is the equals sign without its Shift. */
export function zoomKey({ key, ctrlKey, metaKey, altKey }: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey">): ZoomStep | null {
  if (!(ctrlKey || metaKey) || altKey) return null;
  if (key === "+" || key === "=") return "in";
  if (key === "-" || key === "_") return "out";
  return key === "0" ? "reset" : null;
}
