import { describe, expect, it } from "vitest";
import { type EnterPress, enterDoes, excess, weigh } from "../src/model/text/composer";
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

describe("what is too long", () => {
  it("is told in characters, of which too few are promised rather than too many", () => {
    expect(excess("围炉", 6, 5)).toEqual({ chars: 2, over: 1, limit: 1 });
    expect(excess("ab围", 5, 4)).toEqual({ chars: 3, over: 1, limit: 2 });
    // The rest of a long text may be larger than its beginning.
    expect(excess("a".repeat(4096) + "围", 4099, 4000)).toEqual({ chars: 4099, over: 99, limit: 4000 });
  });
});

describe("a draft", () => {
  it("is weighed, and counted down in characters over the last tenth", () => {
    expect(weigh(" \n", LIMITS_V1)).toEqual({ state: "empty" });
    expect(weigh("你好", LIMITS_V1)).toEqual({ state: "fits", text: "你好", left: null });
    expect(weigh("a".repeat(14_745), LIMITS_V1)).toMatchObject({ left: null });
    expect(weigh("a".repeat(14_746), LIMITS_V1)).toMatchObject({ left: 1638 });
    expect(weigh("围".repeat(5300), LIMITS_V1)).toMatchObject({ state: "fits", left: 161 });
    expect(weigh("围".repeat(5461), LIMITS_V1)).toMatchObject({ state: "fits", left: 0 });
    expect(weigh("围".repeat(5462), LIMITS_V1)).toMatchObject({ state: "too_long", over: 1, limit: 5461 });
    expect(weigh("😀".repeat(4200), LIMITS_V1)).toMatchObject({ state: "too_long", over: 104, limit: 4096 });
  });

  it("is estimated by its beginning when it is long", () => {
    const { over, limit } = weigh("围炉 ".repeat(100_000), LIMITS_V1) as { over: number; limit: number };
    expect([over / 1000, limit / 1000].map(Math.round)).toEqual([293, 7]);
    expect(weigh("\ud800".repeat(20_000), LIMITS_V1)).toMatchObject({ state: "too_long" });
  });

  it("holds to the limit of its room", () => {
    expect(weigh("abcd", { ...LIMITS_V1, text_bytes: 3 })).toMatchObject({ state: "too_long", over: 1, limit: 3 });
    expect(["12345678", "123456789"].map((text) => weigh(text, { ...LIMITS_V1, text_bytes: 10 }))).toMatchObject([{ left: null }, { left: 1 }]);
  });
});
