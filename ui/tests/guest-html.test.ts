// @vitest-environment happy-dom
// The guest's page before its own script, and where that cannot run.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const read = (file: string): string => readFileSync(join(import.meta.dirname, "..", file), "utf8");
const html = read("guest.html");
const parsed = new DOMParser().parseFromString(html.replace(/<link .*>/g, ""), "text/html");
const run = (file: string, ...globals: [string, unknown][]): void => {
  new Function(...globals.map(([name]) => name), read(file))(...globals.map(([, value]) => value));
};

it.each(["too-old", "not-loaded", "no-websocket"])("%s is said in both languages, and not at first", (id) => {
  const words = parsed.getElementById(id)!;
  expect(words.hasAttribute("hidden")).toBe(true);
  const [zh, en] = [...words.querySelectorAll("p")];
  expect(zh!.textContent).toMatch(/\p{Script=Han}/u);
  expect(en!.lang).toBe("en");
  expect(en!.textContent).toMatch(/^[^\p{Script=Han}]+$/u);
});

it("says so where scripts are forbidden", () => {
  const words = /<noscript>([\s\S]*)<\/noscript>/.exec(html)![1]!;
  expect(words).toContain("JavaScript）才能聊天");
  expect(words).toContain("Hearth needs JavaScript");
});

it("has nothing that its policy forbids", () => {
  for (const script of parsed.querySelectorAll("script")) expect([script.textContent, script.hasAttribute("src")]).toEqual(["", true]);
  expect(html).not.toMatch(/<style|\sstyle=|\son[a-z]+=/);
});

it("tells an engine without modules that it is too old, and who did not get all of it", () => {
  const shown = (id: string): boolean => !document.getElementById(id)!.hasAttribute("hidden");
  const begin = (): void => {
    document.body.innerHTML = '<div id="app"><p id="too-old" hidden></p><p id="not-loaded" hidden></p></div>';
  };
  begin();
  run("guest/tell.js", ["document", { createElement: () => ({}), getElementById: (id: string) => document.getElementById(id) }]);
  expect(shown("too-old")).toBe(true);

  begin();
  run("guest/tell.js", ["document", { createElement: () => ({ noModule: true }), getElementById: (id: string) => document.getElementById(id) }]);
  expect([shown("too-old"), shown("not-loaded")]).toEqual([false, false]);
  const script = document.createElement("script");
  document.body.append(script);
  script.dispatchEvent(new Event("error"));
  expect([shown("too-old"), shown("not-loaded")]).toEqual([false, true]);

  begin();
  window.dispatchEvent(new Event("error"));
  expect(shown("too-old")).toBe(true);
  // Once the page has begun, its words are gone.
  document.body.innerHTML = "";
  window.dispatchEvent(new Event("error"));
});

it.each([
  ["what the guest chose", '{"theme":"dark"}', false, "dark"],
  ["light, though the system is dark", '{"theme":"light"}', true, "light"],
  ["the system's", '{"theme":"system"}', true, "dark"],
  ["the system's, where nothing is kept", null, false, "light"],
  ["the system's, where what is kept makes no sense", "[", true, "dark"],
  ["the system's, where storage is forbidden", undefined, true, "dark"],
])("has the colours: %s", (_, kept, dark, theme) => {
  const storage = { getItem: () => { if (kept === undefined) throw new Error("forbidden"); return kept; } };
  run("public/first-paint.js", ["localStorage", storage], ["matchMedia", () => ({ matches: dark })]);
  expect(document.documentElement.dataset["theme"]).toBe(theme);
});
