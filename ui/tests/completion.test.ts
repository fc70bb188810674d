// @vitest-environment happy-dom
// Names are completed behind an `@`.
import { fireEvent, screen } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import { nameAskedAt, namesFor } from "../src/model/room/completion";
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
  const read: Record<string, string[]> = { 陈老师: ["chenlaoshi", "cls"], 小陈: ["xiaochen", "xc"], 老王: ["laowang", "lw"] };
  const people = named("小陈", "陈老师", "老王", "Wei", "Weiß", "Lw");
  const offered = (query: string): string[] => namesFor(query, people, (name) => read[name] ?? []).map(({ nickname }) => nickname);
  it.each<[string, string[]]>([
    ["", ["小陈", "陈老师", "老王", "Wei", "Weiß", "Lw"]],
    ["陈", ["陈老师", "小陈"]], ["chenl", ["陈老师"]], ["cls", ["陈老师"]], ["XC", ["小陈"]], ["l", ["Lw", "老王"]],
    ["we", ["Wei", "Weiß"]], ["wei", []], ["weis", ["Weiß"]], ["老王", []], ["谁", []],
  ])("%j: %j", (query, names) => {
    expect(offered(query)).toEqual(names);
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
    await soon(() => expect(names()).toEqual(["小李", "Wei", "陈老师"]));
    await fireEvent.keyDown(box, { key: "ArrowDown" });
    expect(screen.getByRole("option", { selected: true }).textContent).toContain("Wei");
    await write(box, "请@cls");
    await soon(() => expect(names()).toEqual(["陈老师"]));
    expect(box.getAttribute("aria-activedescendant")).toBe(screen.getByRole("option").id);
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
