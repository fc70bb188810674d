// @vitest-environment happy-dom
// What an input method takes is nobody else's, and what it lets through does what it says.
import { fireEvent, screen } from "@testing-library/svelte";
import { describe, expect, it, vi } from "vitest";
import { belongsToInputMethod, type KeyPress, leftBy } from "../src/model/text/composition";
import type { Scene } from "./gallery/scenes";
import { find, page, press, type } from "./page";

function pressed(change: Partial<KeyPress> = {}): KeyPress {
  return { key: "Enter", keyCode: 13, isComposing: false, timeStamp: 5000, ...change };
}

describe("a key press", () => {
  it("is the input method's when that says so, whatever the key is called", () => {
    for (const key of ["Enter", "Escape", "ArrowDown", "a", "Process", "Unidentified"]) {
      expect(belongsToInputMethod(pressed({ key, isComposing: true }), null), key).toBe(true);
      expect(belongsToInputMethod(pressed({ key, keyCode: 229 }), null), key).toBe(true);
    }
    expect(belongsToInputMethod(pressed({ key: "Process", keyCode: 0 }), null)).toBe(true);
    for (const key of ["Enter", "Escape", "ArrowDown", "a"]) expect(belongsToInputMethod(pressed({ key }), null), key).toBe(false);
  });

  it.each([
    ["Hangul, which goes on with the next key", ["요", "안녕", "ㅋㅋㅋ", "ㅏ", "한글과", "OK요", "３년", "\u1112\u1161\u11ab"], false],
    ["kana", ["にほん", "カ", "ｶﾅ", "ㇰ", "らーめん", "。", "「", "ー"], true],
    ["Han, by pinyin, zhuyin, kana, or as hanja", ["你好", "日本", "韓國", "韓국", "𠮷"], true],
    ["letters that are converted", ["nihao", "ni'hao", "lü", "ｎｉｈａｏ", "ㄋㄧㄏㄠ", ""], true],
    ["Vietnamese by Telex", ["việt", "đã", "ơi"], false],
    ["dead keys", ["é", "´", "ñ"], false],
    ["what else is composed as it stands", ["привет", "नमस्ते", "ሰላም"], false],
  ])("behind the end of a composition of %s", (_, texts, taken) => {
    for (const text of texts) {
      // Some engines stamp a key with the time at which it went down, before the end that it brought about.
      for (const at of [4999, 4985, 5003]) expect(belongsToInputMethod(pressed(), { text, at }), text).toBe(taken);
      expect(belongsToInputMethod(pressed(), { text, at: 4900 }), `${text}, and Enter later`).toBe(false);
      expect(belongsToInputMethod(pressed({ key: "Escape", keyCode: 27 }), { text, at: 4999 }), `${text}, and Esc`).toBe(true);
      expect(belongsToInputMethod(pressed({ key: "Escape", keyCode: 27 }), { text, at: 4900 }), `${text}, and Esc later`).toBe(false);
      expect(belongsToInputMethod(pressed({ key: "a", keyCode: 65 }), { text, at: 4999 }), `${text}, and a letter`).toBe(false);
    }
  });
});

describe("what a composition left", () => {
  it("is what is put in behind an end that left nothing, however late", () => {
    for (const at of [5000, 5014, 4998, 5900]) expect(leftBy({ text: "", at: 5000 }, "녕", at)).toEqual({ text: "녕", at });
  });

  it("stays what it was after an end that left some, or without any", () => {
    expect(leftBy({ text: "你好", at: 5000 }, "a", 5001)).toEqual({ text: "你好", at: 5000 });
    expect(leftBy(null, "a", 5000)).toBe(null);
  });
});

/** What comes when a composition ends and a key is told behind it. */
async function composed(box: HTMLElement, data: string, key: { key: string; keyCode: number }): Promise<boolean> {
  // The test's window has no composition events of its own.
  await fireEvent(box, Object.assign(new Event("compositionend", { bubbles: true }), { data }));
  return fireEvent.keyDown(box, key);
}
const ENTER = { key: "Enter", keyCode: 13 };
const ESC = { key: "Escape", keyCode: 27 };

describe("Enter in the message box", () => {
  const sent = (calls: readonly { args: readonly unknown[] }[]) => calls.map(({ args }) => (args[1] as { text: string }).text);

  it.each([["안녕", "녕"], ["회의 OK 요", "요"], ["ㅋㅋ", "ㅋ"], ["việt", "việt"]])("sends %s as it ends the composition", async (text, last) => {
    const { transport } = await page("joined-empty");
    await type("composer", text);
    const box = await find("composer");
    // Chromium tells the key first as taken, then as it is.
    await fireEvent.keyDown(box, { key: "Process", keyCode: 229, isComposing: true });
    expect(await composed(box, last, ENTER), "no line break").toBe(false);
    expect(sent(transport.calls)).toEqual([text]);
    expect((box as HTMLTextAreaElement).value).toBe("");
  });

  it.each([["안녕", "녕", true], ["việt", "việt", true], ["nihao", "nihao", false], ["你好", "你好", false]])(
    "knows %s where it is put in behind the end", async (text, last, sends) => {
      const { transport } = await page("joined-empty");
      await type("composer", text);
      const box = await find("composer");
      const ended = Object.assign(new Event("compositionend", { bubbles: true }), { data: "" });
      await fireEvent(box, ended);
      await new Promise((later) => setTimeout(later, 50));
      await fireEvent.keyDown(box, { key: "Unidentified", keyCode: 0 });
      await fireEvent(box, new InputEvent("input", { data: last, inputType: "insertText", bubbles: true }));
      expect(await fireEvent.keyDown(box, ENTER), "no line break").toBe(false);
      expect(sent(transport.calls)).toEqual(sends ? [text] : []);
    },
  );

  it("sends what was typed since a composition was given up", async () => {
    const { transport } = await page("joined-empty");
    await type("composer", "ok");
    const box = await find("composer");
    await composed(box, "", ESC);
    await fireEvent.keyDown(box, { key: "k", keyCode: 75 });
    await fireEvent(box, new InputEvent("input", { data: "k", inputType: "insertText", bubbles: true }));
    await fireEvent.keyDown(box, ENTER);
    expect(sent(transport.calls)).toEqual(["ok"]);
  });

  it.each([["nihao", "nihao"], ["にほん", "にほん"], ["일본 日本", "日本"]])("only commits %s", async (text, last) => {
    const { transport } = await page("joined-empty");
    await type("composer", text);
    const box = await find("composer");
    expect(await fireEvent.keyDown(box, { key: "Enter", keyCode: 229, isComposing: true }), "left to the input method").toBe(true);
    expect(await composed(box, last, ENTER), "no line break").toBe(false);
    expect(transport.calls).toEqual([]);
    // Safari says that it took the key, though behind the end.
    await composed(box, last, { key: "Enter", keyCode: 229 });
    expect(transport.calls).toEqual([]);
    expect((box as HTMLTextAreaElement).value).toBe(text);
    await new Promise((later) => setTimeout(later, 30));
    await fireEvent.keyDown(box, ENTER);
    expect(sent(transport.calls)).toEqual([text]);
  });

  it("is left to nobody where it neither sends nor breaks the line", async () => {
    const { transport } = await page("joined-empty");
    await type("composer", "你好");
    const box = await find("composer");
    expect(await fireEvent.keyDown(box, { ...ENTER, altKey: true })).toBe(false);
    expect(await fireEvent.keyDown(box, { ...ENTER, ctrlKey: true, shiftKey: true })).toBe(false);
    expect(transport.calls).toEqual([]);
    expect(await fireEvent.keyDown(box, { ...ENTER, shiftKey: true }), "a line break").toBe(true);
    await fireEvent.keyDown(box, { ...ENTER, ctrlKey: true });
    expect(sent(transport.calls)).toEqual(["你好"]);
  });
});

/** How an input method's Esc comes: as its own, and behind the end of the composition. */
const ESCAPES: readonly [string, (box: HTMLElement) => Promise<unknown>][] = [
  ["while it composes", (box) => fireEvent.keyDown(box, { ...ESC, isComposing: true })],
  ["with the key that it took", (box) => fireEvent.keyDown(box, { key: "Escape", keyCode: 229 })],
  ["under another name", (box) => fireEvent.keyDown(box, { key: "Process", keyCode: 229, isComposing: true })],
  ["behind the end", (box) => composed(box, "", ESC)],
  ["behind the end of a syllable", (box) => composed(box, "요", ESC)],
];

describe("Esc of an input method closes nothing", () => {
  /** What is open, where one types in it, and what shows that it is. */
  const OPEN: readonly [string, Scene, () => Promise<void>, string, string][] = [
    ["the nickname", "joined-empty", async () => void (await fireEvent.click(await find("nickname-open"))), "nickname-input", "nickname-dialog"],
    ["the settings", "joined-empty", async () => void (await fireEvent.keyDown(window, { key: ",", ctrlKey: true })), "settings-nickname", "settings-dialog"],
    ["joining", "joined-empty", async () => void (await fireEvent.click(await find("open-join"))), "join-address", "join-dialog"],
    ["an invitation", "access", async () => {
      await fireEvent.click(await find("access-open"));
      await fireEvent.click(await find("invite-new"));
    }, "invite-note", "invite-note"],
    ["the search", "joined-empty", async () => void (await fireEvent.keyDown(window, { key: "f", ctrlKey: true })), "search-input", "search-panel"],
    ["a menu", "joined-empty", async () => press(await find("room-menu")), "export-html", "export-html"],
  ];

  it.each(OPEN)("%s", async (_, scene, open, field, shown) => {
    await page(scene);
    await find("status");
    await open();
    const box = await find(field);
    await find(shown);
    for (const [how, escape] of ESCAPES) {
      await escape(box);
      await Promise.resolve();
      expect(screen.queryByTestId(shown), how).not.toBeNull();
    }
    await new Promise((later) => setTimeout(later, 30));
    await fireEvent.keyDown(box, ESC);
    await vi.waitFor(() => expect(screen.queryByTestId(shown)).toBeNull());
  });
});
