// @vitest-environment happy-dom
// Emoji are found by their names, behind a colon and in the picker, and one's own come first.
import { fireEvent, screen } from "@testing-library/svelte";
import en from "virtual:emoji/en";
import hans from "virtual:emoji/zh-CN";
import hant from "virtual:emoji/zh-TW";
import { describe, expect, it } from "vitest";
import { emojiUsed, emojiUses } from "../src/model/base/used-emoji";
import { emojiAskedAt } from "../src/model/room/emoji-asked";
import { emojiFor, emojiNamedAt, markedEmoji, namedEmoji } from "../src/model/room/emoji-names";
import { isEmojiAlone, quickEmoji } from "../src/model/text/emoji";
import { isInCode } from "../src/model/text/in-code";
import { stepped } from "../src/view/room/emoji/emoji-grid";
import { emoji as readEmoji } from "../src/wire/read";
import { layOut } from "./layout";
import { find, page, soon, type } from "./page";

const chinese = namedEmoji(en, hans, true);
const english = namedEmoji(en, hans, false);
const taiwan = namedEmoji(en, hant, true);
const found = (query: string, all = chinese, uses: Record<string, number> = {}): string[] => emojiFor(query, all, new Map(Object.entries(uses)), 8).map(({ emoji }) => emoji);

describe("the table", () => {
  it("has what hosts take as a reaction, once each, as keyboards write it, and is called something", () => {
    expect(en.length).toBeGreaterThan(1700);
    expect(new Set(en.map(([emoji]) => emoji)).size).toBe(en.length);
    for (const { emoji, name } of chinese) {
      expect(() => readEmoji(emoji), emoji).not.toThrow();
      expect([isEmojiAlone(emoji), name.length > 0]).toEqual([true, true]);
    }
    for (const emoji of quickEmoji(new Map(), 5)) expect(en.some(([one]) => one === emoji), emoji).toBe(true);
    expect(en.filter(([, group, , , , version]) => group === 2 || version > 15)).toEqual([]);
  });
});

describe("what is asked for", () => {
  it.each<[string, string | null, boolean?]>([
    [":笑", "笑"], [":xiao", "xiao"], ["你好:hua", "hua"], ["你好：花", "花", false], ["a :jo", "jo"], ["\n:ok", "ok"], ["，:ok", "ok"], ["：xi", "xi", false],
    [":+1", "+1"], [":thumbs_u", "thumbs_u"], ["「:ok", "ok"],
    [":", null], [":x", null], ["http://", null], ["https:aa", null], ["12:30", null], ["12:ab", null], ["时间:30", null], [":) ok", null], [":D", null], ["a:bc", null],
    [": ok", null], ["`:ok", null], ["```\n:ok", null], ["```\na\n```\n:ok", "ok"], ["`a` :ok", "ok"], [":笑 ", null], ["::ok", null], [":ok:", null],
  ])("%j: %j", (text, query, sure = true) => {
    expect(emojiAskedAt(text, text.length)).toEqual(query === null ? null : { from: text.length - query.length - 1, query, sure });
  });

  it("is code or not", () => {
    const places = ["```\nx", "~~~\n```\nx", "```\n```\nx", "````\n```\nx", "a `b", "a `b` c", "``a ` b", "```js", "~~~~\n~~~\nx"];
    expect(places.map((text) => isInCode(text, text.length))).toEqual([true, true, false, true, true, false, true, true, true]);
  });
});

describe("what is offered", () => {
  it("is found by its name in Chinese, in English, by pinyin and its initials, and by what it is called in short", () => {
    expect(found("笑哭")[0]).toBe("😂");
    expect(found("xiaoku")).toContain("😂");
    expect(found("huashu")[0]).toBe("💐");
    expect(emojiFor("xk", chinese, new Map(), 40).map(({ emoji }) => emoji)).toContain("😂");
    expect(found("hua")).toContain("💐");
    expect(found("ying")).toContain("🌸");
    expect([found("joy")[0], found("tada")[0], found("+1")[0], found("thumbs_up")[0], found("ＪＯＹ")[0]]).toEqual(["😂", "🎉", "👍", "👍", "😂"]);
    expect(found("pinata")).toContain("🪅");
    expect([found("没有这个"), found(""), found("zzzz")]).toEqual([[], [], []]);
  });

  it("is called as the page's reader calls it", () => {
    const name = (all: typeof chinese, emoji: string): string | undefined => all.find((one) => one.emoji === emoji)?.name;
    expect([name(chinese, "🎉"), name(english, "🎉"), name(taiwan, "🎉")]).toEqual(["拉炮彩带", "party popper", "拉炮"]);
    expect(english.find(({ emoji }) => emoji === "🎉")?.aside).toBe("tada");
    expect(found("蘋果", taiwan)).toContain("🍎");
    expect(found("笑哭", english)[0]).toBe("😂");
  });

  it("comes in order: what is called so, what begins so, what has it within; and of these, one's own first", () => {
    const cat = found("cat", english);
    expect(cat.slice(0, 2).sort()).toEqual(["🐈", "🐱"]);
    const order = emojiFor("cat", english, new Map(), 2000).map(({ emoji }) => emoji);
    expect(order.indexOf("😺")).toBeLessThan(order.indexOf("🎓"));
    expect(order.indexOf("🎓"), "education").toBeGreaterThan(0);
    const [first, second] = found("心");
    expect(found("心", chinese, { [second!]: 3 }).slice(0, 2)).toEqual([second, first]);
    expect(found("joy", chinese, { "😹": 100 })[0], "a name that fits counts for more").toBe("😂");
  });

  it("has what was asked for marked, in its name and in how that is read, wherever a word begins so", () => {
    const marked = (query: string, emoji: string, all = chinese): string => {
      const { name, aside } = markedEmoji(all.find((one) => one.emoji === emoji)!, query);
      return [name, aside].map((parts) => parts.map(({ text, hit }) => (hit ? `[${text}]` : text)).join("")).join(" | ");
    };
    expect(marked("hua", "💐")).toBe("花束 | [hua] shu · bouquet");
    expect(marked("huas", "💐")).toBe("花束 | [hua s]hu · bouquet");
    expect(marked("hs", "💐")).toBe("花束 | [h]ua [s]hu · bouquet");
    expect(marked("花", "🌸")).toBe("樱[花] | ying hua · cherry_blossom");
    expect(marked("hua", "🌸")).toBe("樱花 | ying [hua] · cherry_blossom");
    expect(marked("cherry_b", "🌸")).toBe("樱花 | ying hua · [cherry_b]lossom");
    expect(marked("blos", "🌸", english)).toBe("cherry [blos]som | cherry_[blos]som");
    // Words for it are not shown.
    expect(marked("没有", "🌸")).toBe("樱花 | ying hua · cherry_blossom");
  });

  it("is not looked for one Latin letter within names", () => {
    const begins = ({ names, words, spoken, wordsSpoken }: (typeof english)[number]): boolean => [...names, ...words, spoken, ...wordsSpoken].some((one) => one.startsWith("q"));
    expect(emojiFor("q", english, new Map(), 2000).every(begins)).toBe(true);
  });
});

describe("a name between two colons", () => {
  it.each<[string, string | null]>([
    [":joy:", "😂"], ["好:笑哭了:", "😂"], ["a :heart:", "❤️"], [":thumbs_up:", "👍"], [":+1:", "👍"], [":Party_Popper:", "🎉"],
    [":jo:", null], ["a:joy:", null], ["`:joy:", null], ["::", null], ["12:30:", null], [":joy :", null], ["：joy：", null],
  ])("%s: %s", (text, emoji) => {
    expect(emojiNamedAt(text, text.length, chinese)?.emoji ?? null).toBe(emoji);
  });
});

describe("what one uses", () => {
  it("is kept, comes first, and makes way for what is used later", () => {
    expect(quickEmoji(emojiUses(), 3)).toEqual(["👍", "❤️", "😂"]);
    emojiUsed("🌾");
    for (let i = 0; i < 3; i++) emojiUsed("😂");
    expect(quickEmoji(emojiUses(), 3)).toEqual(["😂", "🌾", "👍"]);
    for (let i = 0; i < 250; i++) emojiUsed("🦊");
    expect(emojiUses().has("🌾")).toBe(false);
    expect(emojiUses().get("🦊")).toBeLessThan(200);
    localStorage.setItem("emoji", "{");
    expect(emojiUses().size).toBe(0);
    localStorage.setItem("emoji", '{"a":"b","🦊":2}');
    expect([...emojiUses()]).toEqual([["🦊", 2]]);
    expect(emojiUses(null).size).toBe(0);
    emojiUsed("🦊", null);
  });
});

describe("the grid", () => {
  it("is walked by keys", () => {
    const lengths = [3, 8, 2];
    const from = (row: number, column: number, key: string) => stepped(lengths, { row, column }, key);
    expect(from(0, 1, "ArrowUp")).toBeNull();
    expect(from(1, 7, "ArrowUp")).toEqual({ row: 0, column: 2 });
    expect(from(1, 7, "ArrowDown")).toEqual({ row: 2, column: 1 });
    expect(from(2, 1, "ArrowDown")).toEqual({ row: 2, column: 1 });
    expect([from(1, 0, "ArrowLeft"), from(0, 2, "ArrowRight"), from(2, 1, "ArrowRight"), from(0, 0, "ArrowLeft")])
      .toEqual([{ row: 0, column: 2 }, { row: 1, column: 0 }, { row: 2, column: 1 }, { row: 0, column: 0 }]);
    expect([from(1, 4, "Home"), from(1, 4, "End"), from(0, 0, "PageDown"), from(2, 1, "PageUp"), from(0, 0, "x")])
      .toEqual([{ row: 1, column: 0 }, { row: 1, column: 7 }, { row: 2, column: 0 }, { row: 0, column: 1 }, undefined]);
  });
});

describe("in the message box", () => {
  const write = async (box: HTMLTextAreaElement, text: string, event: InputEventInit = {}): Promise<void> => {
    box.focus();
    box.value = text;
    box.setSelectionRange(text.length, text.length);
    await fireEvent(box, new InputEvent("input", { bubbles: true, ...event }));
  };
  const names = (): (string | null)[] => screen.queryAllByTestId("emoji-name").map((one) => one.querySelector(".picture")!.textContent);
  const box = async () => (await find("composer")) as HTMLTextAreaElement;

  it("the first is chosen, keys choose another, and one takes it", async () => {
    await page("joined-empty");
    const field = await box();
    await write(field, "好 :joy");
    await soon(() => expect(names()[0]).toBe("😂"));
    expect(screen.getByRole("option", { selected: true }).id).toBe(field.getAttribute("aria-activedescendant"));
    await fireEvent.keyDown(field, { key: "ArrowDown" });
    expect(screen.getAllByRole("option").map((one) => one.getAttribute("aria-selected")).slice(0, 3)).toEqual(["false", "true", "false"]);
    await fireEvent.keyDown(field, { key: "ArrowUp" });
    await fireEvent.keyDown(field, { key: "Enter" });
    expect([field.value, names()]).toEqual(["好 😂", []]);
    expect([...emojiUses()]).toEqual([["😂", 1]]);
    await write(field, ":hua");
    await soon(() => expect(names().length).toBeGreaterThan(0));
    await fireEvent.keyDown(field, { key: "Escape" });
    expect([field.value, names()]).toEqual([":hua", []]);
  });

  it("behind a full-width colon nothing is chosen: Enter sends, Tab and an arrow choose", async () => {
    const { transport } = await page("joined-empty");
    const field = await box();
    await write(field, "他说：花");
    await soon(() => expect(names().length).toBeGreaterThan(0));
    expect([screen.queryByRole("option", { selected: true }), field.getAttribute("aria-activedescendant")]).toEqual([null, null]);
    await fireEvent.keyDown(field, { key: "Enter" });
    expect(transport.ordered("post")).toMatchObject([{ text: "他说：花" }]);
    await write(field, "送你：花束");
    await soon(() => expect(names()[0]).toBe("💐"));
    await fireEvent.keyDown(field, { key: "Tab" });
    expect(field.value).toBe("送你💐");
    await write(field, "送你：花束");
    await soon(() => expect(names()[0]).toBe("💐"));
    await fireEvent.keyDown(field, { key: "ArrowDown" });
    await fireEvent.keyDown(field, { key: "Enter" });
    expect(field.value).toBe("送你💐");
  });

  it("nothing is offered while something is composed, and it is looked again behind that", async () => {
    await page("joined-empty");
    const field = await box();
    await fireEvent(field, new CompositionEvent("compositionstart", { bubbles: true }));
    await write(field, ":花", { isComposing: true });
    expect(names()).toEqual([]);
    await fireEvent(field, new CompositionEvent("compositionend", { bubbles: true, data: "花" }));
    await soon(() => expect(names().length).toBeGreaterThan(0));
  });

  it("a name turns at its second colon, and not again when that is undone", async () => {
    await page("joined-empty");
    const field = await box();
    await write(field, ":joy");
    await soon(() => expect(names().length).toBeGreaterThan(0));
    await write(field, "a :joy:", { inputType: "insertText", data: ":" });
    expect(field.value).toBe("a 😂");
    await write(field, "a :joy:", { inputType: "historyUndo" });
    expect(field.value).toBe("a :joy:");
  });
});

describe("the picker", () => {
  it("puts an emoji into the message box, by the pointer or by keys, and counts it", async () => {
    await page("joined-empty");
    await type("composer", "好");
    const field = (await find("composer")) as HTMLTextAreaElement;
    field.setSelectionRange(1, 1);
    await fireEvent.click(await find("emoji-open"));
    const grid = await find("emoji-grid");
    await soon(() => expect(screen.getAllByTestId("emoji").length).toBeGreaterThan(1700));
    expect(grid.querySelectorAll("[tabindex='0']")).toHaveLength(1);
    const search = await find("emoji-search");
    await type("emoji-search", "xiaoku");
    const first = screen.getAllByTestId("emoji")[0]!;
    await fireEvent.keyDown(search, { key: "ArrowDown" });
    expect(document.activeElement).toBe(first);
    await fireEvent.keyDown(first, { key: "ArrowUp" });
    expect(document.activeElement).toBe(search);
    await fireEvent.keyDown(search, { key: "Enter" });
    await soon(() => expect(field.value).toBe(`好${first.textContent}`));
    await soon(() => expect(screen.queryByTestId("emoji-picker")).toBeNull());
    expect([...emojiUses()]).toEqual([[first.textContent, 1]]);
    await fireEvent.click(await find("emoji-open"));
    await type("emoji-search", "没有这个");
    await soon(() => expect(screen.getByTestId("emoji-picker").textContent).toContain("没有找到表情"));
  });

  it("reacts to a line", async () => {
    const window = layOut();
    const { transport } = await page("acts");
    const row = await soon(async () => (await window.frames(5), screen.getByText(/works great/).closest<HTMLElement>("[data-row]")!));
    await fireEvent.focusIn(row);
    // What can be done to the line is known once the room is.
    await soon(async () => {
      await window.frames(5);
      if (screen.queryByTestId("emoji-search") === null) await fireEvent.keyDown(row, { key: "+", shiftKey: true });
      screen.getByTestId("emoji-search");
    });
    await type("emoji-search", "joy");
    await soon(() => expect(screen.getAllByTestId("emoji")[0]!.textContent).toBe("😂"));
    await fireEvent.click(screen.getAllByTestId("emoji")[0]!);
    await soon(() => expect(transport.ordered("react")).toHaveLength(1));
    expect(transport.ordered("react")).toMatchObject([{ about: 6, emoji: "😂", on: true }]);
    expect([...emojiUses()]).toEqual([["😂", 1]]);
  });
});
