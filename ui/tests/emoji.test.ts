// What is one emoji, as `emoji.rs` has it.
import { describe, expect, it } from "vitest";
import { emoji } from "../src/wire/read";

describe("an emoji", () => {
  it.each(["👍", "❤️", "❤", "👍🏽", "👩‍👩‍👧‍👦", "🏳️‍🌈", "🇨🇳", "1️⃣", "#⃣", "☺️", "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}", "🫶"])("is %s", (text) => {
    expect(emoji(text)).toBe(text);
  });

  it.each(["", "a", "12345", "1", "好", "👍👍", "\u202e👍", "👍\u0301", "🏽", "🇨", "🇨🇳🇨", "👍\u200d", "\u200d👍", "<b>", "👍 ", "❤️‍❤️‍❤️‍❤️‍❤️‍❤️‍❤️", "\ufe0f"])("is not %j", (text) => {
    expect(() => emoji(text)).toThrow();
  });
});
