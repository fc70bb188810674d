import { describe, expect, it } from "vitest";
import { type KeyPress, sends, weigh } from "../src/model/text/composer";
import { LIMITS_V1 } from "../src/wire";

function press(change: Partial<KeyPress> = {}): KeyPress {
  return {
    key: "Enter", keyCode: 13, shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, isComposing: false,
    timeStamp: 5000, ...change,
  };
}

describe("the key that sends", () => {
  it("is Enter", () => {
    expect(sends(press(), null)).toBe(true);
    expect(sends(press({ key: "a", keyCode: 65 }), null)).toBe(false);
  });

  it.each(["shiftKey", "ctrlKey", "altKey", "metaKey"] as const)("is not Enter with %s", (modifier) => {
    expect(sends(press({ [modifier]: true }), null)).toBe(false);
  });

  it("is not the Enter that an input method takes", () => {
    expect(sends(press({ isComposing: true }), null)).toBe(false);
    expect(sends(press({ keyCode: 229 }), null)).toBe(false);
  });

  it("is not the Enter that ends a composition, which WebKit tells after its end", () => {
    expect(sends(press({ timeStamp: 5000 }), 4999)).toBe(false);
    expect(sends(press({ timeStamp: 5000 }), 4900)).toBe(true);
  });
});

describe("a draft", () => {
  it("is weighed in bytes, and counted down near the end", () => {
    expect(weigh(" \n", LIMITS_V1)).toEqual({ state: "empty" });
    expect(weigh("你好", LIMITS_V1)).toEqual({ state: "fits", text: "你好", left: null });
    expect(weigh("围".repeat(5300), LIMITS_V1)).toMatchObject({ state: "fits", left: 16_384 - 15_900 });
    expect(weigh("围".repeat(5462), LIMITS_V1)).toEqual({ state: "too_long", over: 2, limit: 16_384 });
  });

  it("holds to the limit of its room", () => {
    expect(weigh("abcd", { ...LIMITS_V1, text_bytes: 3 })).toEqual({ state: "too_long", over: 1, limit: 3 });
  });
});
