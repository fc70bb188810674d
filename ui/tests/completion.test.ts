// @vitest-environment happy-dom
// Names are completed behind an `@`.
import { fireEvent, screen } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import { nameAskedAt, namesFor } from "../src/model/room/completion";
import { readingsOf } from "../src/view/room/composer/pinyin";
import type { Person } from "../src/wire";
import { find, page, soon } from "./page";

const named = (...nicknames: string[]): Person[] => nicknames.map((nickname) => ({ member: `m-${nickname}`, nickname, dialect: "v1" }));

describe("what is asked for", () => {
  it.each<[string, string | null]>([
    ["@", ""], ["@we", "we"], ["你好@小", "小"], ["你好，＠小", "小"], ["(@Wei L", "Wei L"], ["a\n@x", "x"], ["@a @b", "b"], ["😀@x", "x"], ["안녕@x", "x"],
    ["mail@example", null], ["1@x", null], ["@ ", null], ["@a\nb", null], ["no", null], ["", null],
  ])("%j: %j", (text, query) => {
    expect(nameAskedAt(text, text.length)?.query ?? null).toBe(query);
  });

  it("is what stands in front of the caret", () => {
    expect(nameAskedAt("去找@小李吧", 4)).toEqual({ from: 2, query: "小", sure: true });
  });
});

describe("who is offered", () => {
  const people = named("小陈", "陈老师", "老王", "Wei", "Weiß", "Lw");
  const readings = (name: string): readonly string[] => (/\p{Script=Han}/u.test(name) ? readingsOf(name) : []);
  const offered = (query: string): string[] => namesFor(query, people, readings).map(({ person }) => person.nickname);
  it.each<[string, string[]]>([
    ["", ["小陈", "陈老师", "老王", "Wei", "Weiß", "Lw"]],
    ["陈", ["陈老师", "小陈"]], ["chenl", ["陈老师"]], ["cls", ["陈老师"]], ["XC", ["小陈"]], ["l", ["Lw", "老王"]],
    ["we", ["Wei", "Weiß"]], ["wei", []], ["weis", ["Weiß"]], ["老王", []], ["谁", []],
  ])("%j: %j", (query, names) => {
    expect(offered(query)).toEqual(names);
  });
});

describe("of a name, the signs that were asked for are marked", () => {
  /** With what is marked in brackets. */
  const marked = (query: string, nickname: string): string | null => {
    const [found] = namesFor(query, named(nickname), readingsOf);
    return found === undefined ? null : found.parts.map(({ text, hit }) => (hit ? `[${text}]` : text)).join("");
  };
  it.each<[string, string, string | null]>([
    ["", "陈老师", "陈老师"], ["we", "Wei Li", "[We]i Li"], ["LI", "Wei Li", "Wei [Li]"], ["weis", "Weiß 2", "[Weiß] 2"], ["陈", "小陈", "小[陈]"],
    ["c", "陈老师", "[陈]老师"], ["chen", "陈老师", "[陈]老师"], ["chenl", "陈老师", "[陈老]师"], ["cl", "陈老师", "[陈老]师"], ["cls", "陈老师", "[陈老师]"],
    ["weilao", "Wei老师", "[Wei老]师"], ["xiaow", "😀小王", null], ["tian", "𠮷田", null], ["𠮷", "𠮷田", "[𠮷]田"], ["jitian", "吉田", "[吉田]"],
    ["lu", "吕洞宾", "[吕]洞宾"], ["lvd", "吕洞宾", "[吕洞]宾"], ["lüd", "吕洞宾", "[吕洞]宾"], ["e\u0301", "André", "Andr[é]"], ["ze", "曾国藩", "[曾]国藩"],
  ])("%j of %s: %s", (query, nickname, right) => {
    expect(marked(query, nickname)).toBe(right);
  });
});

describe("in the message box", () => {
  const write = async (box: HTMLTextAreaElement, text: string): Promise<void> => {
    box.focus();
    box.value = text;
    box.setSelectionRange(text.length, text.length);
    await fireEvent(box, new InputEvent("input", { bubbles: true }));
  };
  const names = (): (string | undefined)[] => screen.queryAllByTestId("name").map((one) => one.querySelector(".ellipsis")?.textContent ?? undefined);

  it("a name is found by its pinyin, chosen by keys, and mentioned", async () => {
    const { transport } = await page("past");
    const box = (await find("composer")) as HTMLTextAreaElement;
    await write(box, "@");
    await soon(() => expect(names()).toEqual(["陈老师", "小李", "Wei"]));
    await fireEvent.keyDown(box, { key: "ArrowDown" });
    expect(screen.getByRole("option", { selected: true }).textContent).toContain("小李");
    await write(box, "请@cls");
    await soon(() => expect(names()).toEqual(["陈老师"]));
    expect(box.getAttribute("aria-activedescendant")).toBe(screen.getByRole("option").id);
    // What is marked parts no word for who listens.
    const offer = screen.getByRole("option", { name: "陈老师" });
    expect([...offer.querySelectorAll("b")].map((part) => part.textContent)).toEqual(["陈老师"]);
    await write(box, "请@chenl");
    await soon(() => expect([...screen.getByRole("option").querySelectorAll("b")].map((part) => part.textContent)).toEqual(["陈老"]));
    await write(box, "请@cls");
    await fireEvent.keyDown(box, { key: "Tab" });
    expect([box.value, names()]).toEqual(["请@陈老师 ", []]);
    await fireEvent.keyDown(box, { key: "Enter" });
    expect(transport.ordered("post")).toMatchObject([{ text: "请@陈老师 ", mentions: { members: [{ member: "m-chen", nickname: "陈老师" }] } }]);
  });

  it("Esc closes the list alone, and what is composed asks for nobody", async () => {
    await page("past");
    const box = (await find("composer")) as HTMLTextAreaElement;
    await write(box, "@w");
    await soon(() => expect(names()).toEqual(["Wei"]));
    await fireEvent.keyDown(box, { key: "Escape" });
    expect([box.value, names()]).toEqual(["@w", []]);
    await write(box, "@we");
    expect(names()).toEqual([]);
    await write(box, "");
    await fireEvent(box, new CompositionEvent("compositionstart", { bubbles: true }));
    box.value = "@w";
    box.setSelectionRange(2, 2);
    await fireEvent(box, new InputEvent("input", { bubbles: true, isComposing: true }));
    expect(names()).toEqual([]);
    await fireEvent(box, new CompositionEvent("compositionend", { bubbles: true, data: "@w" }));
    await soon(() => expect(names()).toEqual(["Wei"]));
  });
});
