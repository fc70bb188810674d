// Rules that all styles keep.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const sources = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((file) => /\.(svelte|css)$/.test(file) && !file.startsWith("paraglide"));
const rules = sources.flatMap((file) =>
  [...readFileSync(join("src", file), "utf8").matchAll(/([^{}]+)\{([^{}]*)\}/g)].map(([, selector, body]) => ({ file, selector: selector!.trim().split("\n").at(-1)!.trim(), body: body! })));

describe("what is too long", () => {
  it("is shortened by one class, which cuts at the sides alone", () => {
    expect(rules.filter(({ body }) => /text-overflow|line-clamp/.test(body)).map(({ file, selector }) => `${file} ${selector}`)).toEqual(["view/style/base.css .ellipsis"]);
  });

  it("is cut above and below by nothing else that has text", () => {
    const cut = rules.filter(({ body }) => /overflow(-y)?:\s*(hidden|clip);/.test(body)).map(({ file, selector }) => `${file} ${selector}`);
    // The window, what is only spoken, a long text that can be unfolded, the place of a panel that scrolls by itself, and the
    // unseen copy that measures the message box.
    expect(cut.sort()).toEqual(["view/room/RoomView.svelte .search", "view/room/composer/Grounds.svelte .copy", "view/room/message/Text.svelte .clamped", "view/style/base.css .spoken", "view/style/base.css body"]);
  });
});
