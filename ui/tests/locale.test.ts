// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import tags from "../../tests/vectors/language-tags.json";
import { fromSystem, locale, useLanguage } from "../src/view/words/locale.svelte";

describe("the language", () => {
  it.each([
    [["zh-CN", "en"], "zh-CN"], [["zh-Hant-TW", "zh-CN"], "zh-TW"], [["fr", "zh-HK", "en"], "zh-TW"], [["zh"], "zh-CN"], [["de-DE", "zh-CN", "en"], "zh-CN"],
    [["en-GB", "zh-CN"], "en"], [["fr"], "en"], [[], "en"],
  ] as const)("of a system with %j is %s", (languages, expected) => expect(fromSystem(languages)).toBe(expected));

  it.each(tags.map(({ tag, language }) => [tag, language ?? "en"] as const))("of a system with %s is %s", (tag, expected) => expect(fromSystem([tag])).toBe(expected));

  it("is what the user has chosen, otherwise the system's", () => {
    useLanguage("zh-CN");
    expect(locale()).toBe("zh-CN");
    useLanguage("zh-TW");
    expect(locale()).toBe("zh-TW");
    useLanguage("en");
    expect(locale()).toBe("en");
    (globalThis as { __HEARTH__?: object }).__HEARTH__ = { systemLanguage: "zh-CN" };
    useLanguage("system");
    expect(locale()).toBe("zh-CN");
  });
});
