// @vitest-environment happy-dom
// What somebody may say to do something to those who read it, as it is drawn and copied: elements that the page makes, and letters.
import { fireEvent, render } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import { copied } from "../src/model/room/copied";
import { type LineRow, rowsOf } from "../src/model/room/rows";
import { type Block, readMarkdown } from "../src/model/text/markdown/blocks";
import { folded } from "../src/model/text/markdown/fold";
import { coloured } from "../src/view/room/message/code-colours";
import { checkNickname } from "../src/wire";
import { hostile, hostileTexts } from "./hostile";
import OneLine from "./OneLine.svelte";
import { page } from "./page";
import { entry, NOW, roomOf, snapshot } from "./room";

/** What a line is made of. */
const ELEMENTS = new Set(
  ("article div span p time a bdi b strong em s code pre figure figcaption blockquote ol ul li table thead tbody tr th td button i").split(" "),
);
const ATTRIBUTES = new Set([
  "class", "dir", "translate", "tabindex", "role", "title", "type", "inert", "draggable", "href", "rel", "style", "colspan",
  "data-testid", "data-state", "data-marker", "data-unfolds", "aria-label", "aria-hidden", "aria-expanded",
]);
/** Icons are the page's own. */
const OF_ICONS = new Set("svg g path rect circle class aria-hidden viewBox width height fill stroke stroke-width stroke-linecap stroke-linejoin d x y rx ry cx cy r".split(" "));
const STYLE = /^(?:text-align: (?:left|right|center)|background: [\w#(),. %-]+);?$/;
const SCHEME = /^(?:https?:\/\/|hearth:\/\/|wss?:\/\/|mailto:)/i;
/** The house's own names; those of Svelte's scopes besides. */
const CLASSES = new Set(
  ("line head mine side body who name ellipsis text kept-in clamped emoji text-button avatar letter small aside state stored newest icon " +
    "host code copy copied icon-button covered under open wide done flat spoken unnamed").split(" "),
);

/** What an element and those in it have that they may not have. */
function wrongIn(root: Element): string[] {
  return [root, ...root.querySelectorAll("*")].flatMap((element) => {
    const [name, ofIcon] = [element.tagName.toLowerCase(), element.closest("svg.icon") !== null];
    const wrong = (ofIcon ? OF_ICONS : ELEMENTS).has(name) ? [] : [`<${name}>`];
    for (const { name: key, value } of element.attributes) {
      if (!(ofIcon ? OF_ICONS : ATTRIBUTES).has(key) || /url\(/i.test(key === "style" ? value : "")) wrong.push(`${name} ${key}`);
      if (key === "style" && !STYLE.test(value)) wrong.push(`style ${value}`);
      if (key === "class") wrong.push(...value.split(/\s+/).filter((one) => one !== "" && !/^svelte-\w+$/.test(one) && !CLASSES.has(one)));
    }
    if (name !== "a") return wrong;
    const url = element.getAttribute("href") ?? "";
    if (!SCHEME.test(url)) wrong.push(`href ${url}`);
    if (element.getAttribute("rel") !== "noreferrer noopener") wrong.push("a link that tells where it was pressed");
    if (element.querySelector("a") !== null) wrong.push("a link in a link");
    return wrong;
  });
}

const rowOf = (text: string, nickname = "li"): LineRow => {
  const room = roomOf(snapshot({ entries: [{ ...entry(1, "li", text), from: { member: "m-li", nickname } }] }));
  return rowsOf(room, null, NOW).find((row) => row.kind === "line")!;
};

// How long something is makes no other elements of it, and a window that is only thought of takes its time for many.
const texts = hostileTexts(60);

describe("as it is drawn", async () => {
  const { hearth, unmount } = await page("joined-empty");
  unmount();
  const drawn = (row: LineRow): Element => render(OneLine, { props: { hearth, row } }).container.firstElementChild!;

  it.each(texts)("$id is a line like any other, and can be read", async ({ value, shows }) => {
    const line = drawn(rowOf(value));
    const more = line.querySelector("[data-testid=show-all]");
    if (more !== null) await fireEvent.click(more);
    expect(wrongIn(line)).toEqual([]);
    if (shows !== null) expect(line.querySelector("[data-testid=text]")!.textContent).toContain(shows);
  });

  const named = hostile("name").flatMap(({ id, value, shows }) => {
    const check = checkNickname(value);
    return check.ok ? [{ id, name: check.name, shows: shows! }] : [];
  });
  it.each(named)("$id is a name like any other", ({ name, shows }) => {
    const line = drawn(rowOf("words", name));
    expect(wrongIn(line)).toEqual([]);
    expect(line.querySelector("[data-testid=author]")!.textContent).toContain(shows);
  });
});

describe("as it is copied", () => {
  it.each(texts)("$id is text, with links", ({ value }) => {
    const { html } = copied({ rows: [rowOf(value)], first: null, last: null }, { clock: () => "12:00", told: () => null, me: "me" })!;
    for (const element of new DOMParser().parseFromString(html, "text/html").body.querySelectorAll("*")) {
      expect(["DIV", "BR", "A"]).toContain(element.tagName);
      for (const { name, value: is } of element.attributes) {
        if (name === "href") expect(is).toMatch(SCHEME);
        else expect(`${name}=${is}`).toMatch(/^(?:data-hearth=|dir=auto|style=white-space: pre-wrap)$/);
      }
    }
  });
});

describe("code", () => {
  it("has no colours where they would be waited for", async () => {
    expect((await coloured("let a = 1;\n".repeat(100), "rust"))?.some(({ as }) => as === "keyword")).toBe(true);
    for (const costly of ["_".repeat(1001), "a\n".repeat(5000)]) expect(await coloured(costly, "ini")).toBeNull();
  });

  it.each(["__proto__", "constructor", "toString", "../../x", "x".repeat(10_000)])("has none of a language that is none: %.20s", async (language) => {
    expect(await coloured("let a = 1;", language)).toBeNull();
  });
});

describe("a long text that is folded", () => {
  it.each(hostileTexts().filter(({ value }) => value.length > 1500))("$id has few blocks, items and rows to draw", ({ value }) => {
    const most = (blocks: readonly Block[]): number =>
      Math.max(blocks.length, ...blocks.map((block) => {
        if (block.kind === "quote") return most(block.children);
        if (block.kind === "list") return Math.max(block.items.length, ...block.items.map(({ children }) => most(children)));
        return block.kind === "table" ? Math.max(block.rows.length, block.rows.flat().length / 1000) : 0;
      }));
    expect(most(folded(readMarkdown(value), 16))).toBeLessThanOrEqual(16);
  });

  it("is drawn whole when somebody wants to see it", async () => {
    const { hearth, unmount } = await page("joined-empty");
    unmount();
    const line = render(OneLine, { props: { hearth, row: rowOf(Array.from({ length: 40 }, (_, i) => `- item ${i}`).join("\n")) } }).container;
    expect(line.querySelectorAll("li")).toHaveLength(16);
    await fireEvent.click(line.querySelector("[data-testid=show-all]")!);
    expect(line.querySelectorAll("li")).toHaveLength(40);
  });
});
