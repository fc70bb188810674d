// @vitest-environment happy-dom
// The words of a language come alone, and when they are needed.
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import tags from "../../tests/vectors/language-tags.json";

const FIRST_PAINT = readFileSync("public/first-paint.js", "utf8");

/** The page's links to its words: scripts that are there, and one that is not. */
function link(words: Record<string, string>): void {
  document.head.innerHTML = Object.entries(words).map(([language, href]) => `<link rel="words" hreflang="${language}" href="${href}">`).join("");
}

const table = (...words: string[]): string => `data:text/javascript,${encodeURIComponent(`export default [${words.map((word) => `() => ${JSON.stringify(word)}`).join()}]`)}`;

beforeEach(() => void (document.head.innerHTML = ""));
afterEach(() => vi.restoreAllMocks());

describe("the script in front of the page", () => {
  /** What it fetches for who has these settings, in a browser of these languages. */
  function fetched(settings: unknown, languages: readonly string[], shell?: { systemLanguage: string; settings: object }): string[] {
    link({ en: "/en.js", "zh-CN": "/zh-CN.js", "zh-TW": "/zh-TW.js" });
    const scripts: string[] = [];
    vi.spyOn(document.head, "appendChild").mockImplementation((script) => {
      scripts.push(new URL((script as Node as HTMLScriptElement).src).pathname);
      return script;
    });
    new Function("window", "localStorage", "navigator", "matchMedia", "requestAnimationFrame", "setTimeout", FIRST_PAINT)(
      { __HEARTH__: shell }, { getItem: () => JSON.stringify(settings) }, { languages }, () => ({ matches: false }), () => {},
      // What it does later would find another test's document, or none.
      () => {},
    );
    return scripts;
  }

  it.each(tags.map(({ tag, language }) => [tag, language] as const))("brings to a browser of %s the words in %s", (tag, language) => {
    expect(fetched(null, [tag])).toEqual([`/${language ?? "en"}.js`]);
  });

  it("goes by the first language that the page speaks", () => {
    expect(fetched(null, ["de-DE", "zh-CN", "en"])).toEqual(["/zh-CN.js"]);
    expect(fetched(null, ["fr"])).toEqual(["/en.js"]);
    expect(fetched(null, [])).toEqual(["/en.js"]);
  });

  it("goes by what was chosen, where that is a language", () => {
    expect(fetched({ language: "zh-CN" }, ["en"])).toEqual(["/zh-CN.js"]);
    for (const language of ["system", 'x"]', 7, null]) expect(fetched({ language }, ["zh-CN"])).toEqual(["/zh-CN.js"]);
  });

  it("goes by the shell's word, where there is a shell", () => {
    const shell = (language: string) => ({ systemLanguage: "zh-CN", settings: { language } });
    expect(fetched({ language: "en" }, ["en"], shell("system"))).toEqual(["/zh-CN.js"]);
    expect(fetched(null, ["zh-CN"], shell("en"))).toEqual(["/en.js"]);
  });
});

describe("the words of a page", () => {
  /** The module anew, with nothing loaded. */
  async function fresh() {
    vi.resetModules();
    return import("../src/view/words/locale.svelte");
  }

  it("are loaded for the language in use, and a change keeps the others until its own are there", async () => {
    link({ en: table("Hello"), "zh-CN": table("你好") });
    const { locale, useLanguage, word } = await fresh();
    expect(await useLanguage("en")).toBe(true);
    expect([locale(), word(0)({})]).toEqual(["en", "Hello"]);
    const change = useLanguage("zh-CN");
    expect([locale(), word(0)({})]).toEqual(["en", "Hello"]);
    expect(await change).toBe(true);
    expect([locale(), word(0)({})]).toEqual(["zh-CN", "你好"]);
    // What is there is not loaded again.
    document.head.innerHTML = "";
    link({ en: "data:text/javascript,throw 1" });
    void useLanguage("en");
    expect([locale(), word(0)({})]).toEqual(["en", "Hello"]);
  });

  it.each(tags.map(({ tag, language }) => [tag, language ?? "en"] as const))("are from the first in the language of a system with %s: %s", async (tag, language) => {
    vi.stubGlobal("__HEARTH__", { systemLanguage: tag, settings: { language: "system" } });
    const { locale } = await fresh();
    vi.unstubAllGlobals();
    expect(locale()).toBe(language);
  });

  it("are those that were chosen last, whichever come last", async () => {
    link({ en: table("Bye"), "zh-CN": table("再见") });
    const { locale, useLanguage, word } = await fresh();
    await Promise.all([useLanguage("zh-CN"), useLanguage("en")]);
    expect([locale(), word(0)({})]).toEqual(["en", "Bye"]);
  });

  it("stay where others cannot be had, which are asked for again", async () => {
    let there = false;
    Object.assign(globalThis, { isThere: () => there });
    link({ en: table("Thanks"), "zh-CN": `data:text/javascript,${encodeURIComponent('if (!isThere()) throw new Error("away");\nexport default [() => "谢谢"]')}` });
    const { locale, useLanguage, word } = await fresh();
    await useLanguage("en");
    expect(await useLanguage("zh-CN")).toBe(false);
    expect([locale(), word(0)({})]).toEqual(["en", "Thanks"]);
    there = true;
    expect(await useLanguage("zh-CN")).toBe(true);
    expect([locale(), word(0)({})]).toEqual(["zh-CN", "谢谢"]);
  });
});
