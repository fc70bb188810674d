import { describe, expect, it } from "vitest";
import { zoomed, zoomKey, type ZoomStep } from "../src/model/base/zoom";

describe("the size of the page", () => {
  it("goes in steps from 80 to 200 percent and back, and no further", () => {
    const walk = (from: number, step: ZoomStep): number[] => {
      const seen = [from];
      for (let next = zoomed(from, step); next !== seen.at(-1); next = zoomed(next, step)) seen.push(next);
      return seen;
    };
    expect(walk(80, "in")).toEqual([80, 90, 100, 110, 125, 150, 175, 200]);
    expect(walk(200, "out")).toEqual([200, 175, 150, 125, 110, 100, 90, 80]);
    // As a person may have written it into the file.
    expect([zoomed(133, "in"), zoomed(133, "out"), zoomed(7, "in"), zoomed(3000, "out")]).toEqual([150, 125, 80, 200]);
    expect(zoomed(175, "reset")).toBe(100);
  });

  it("follows the keys of browsers, on every keyboard", () => {
    const key = (key: string, held: object = { ctrlKey: true }) => zoomKey({ key, ctrlKey: false, metaKey: false, altKey: false, ...held });
    expect(["+", "=", "-", "_", "0", "a", "9", "Process"].map((one) => key(one))).toEqual(["in", "in", "out", "out", "reset", null, null, null]);
    expect(key("+", { metaKey: true })).toBe("in");
    // Without Ctrl it is a sign that one writes; with Alt beside it, a sign of another level (AltGr).
    expect([key("+", {}), key("0", {}), key("0", { altKey: true }), key("-", { ctrlKey: true, altKey: true })]).toEqual([null, null, null, null]);
  });
});
