import { describe, expect, it } from "vitest";
import { type EnterPress, enterDoes, weigh } from "../src/model/text/composer";
import { LIMITS_V1 } from "../src/wire";

function press(change: Partial<EnterPress> = {}): EnterPress {
  return { shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, ...change };
}

describe("Enter", () => {
  it("sends or breaks the line, as it is wanted, and Shift makes it break", () => {
    for (const alone of ["send", "break"] as const) {
      expect(enterDoes(press(), alone)).toBe(alone);
      expect(enterDoes(press({ shiftKey: true }), alone)).toBe("break");
    }
  });

  it("always sends with Ctrl, or Cmd on a Mac", () => {
    for (const alone of ["send", "break"] as const) {
      expect(enterDoes(press({ ctrlKey: true }), alone)).toBe("send");
      expect(enterDoes(press({ metaKey: true }), alone)).toBe("send");
    }
  });

  it.each([{ altKey: true }, { ctrlKey: true, altKey: true }, { ctrlKey: true, shiftKey: true }])("does nothing with %o", (change) => {
    for (const alone of ["send", "break"] as const) expect(enterDoes(press(change), alone)).toBe("nothing");
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
