// @vitest-environment happy-dom
// What is pasted and dropped: text is taken, what is none is said, and nothing is lost or led away by it.
import { fireEvent, screen } from "@testing-library/svelte";
import { describe, expect, it, vi } from "vitest";
import { beginning, exceeds, hasFiles, textOf } from "../src/model/text/incoming";
import { LIMITS_V1, utf8Bytes } from "../src/wire";
import { find, page, type } from "./page";

/** What is on a clipboard or under a dragging hand. */
function parcel(data: Record<string, string>, files = 0): DataTransfer {
  const types = [...Object.keys(data), ...(files > 0 ? ["Files"] : [])];
  return { types, files: { length: files }, getData: (type: string) => data[type] ?? "", dropEffect: "none" } as unknown as DataTransfer;
}

const PLAIN = parcel({ "text/plain": "words" });
const PICTURE = parcel({}, 1);
const HTML_ONLY = parcel({ "text/html": "<b>words</b>" });

describe("a parcel", () => {
  it.each([
    ["plain text", PLAIN, "words"],
    ["a text with its form", parcel({ "text/plain": "words", "text/html": "<b>words</b>" }), "words"],
    ["cells with a picture of themselves", parcel({ "text/plain": "1\t2", "text/html": "<table>" }, 1), "1\t2"],
    ["a link", parcel({ "text/uri-list": "https://example.org/", "text/plain": "https://example.org/" }), "https://example.org/"],
    ["a picture", PICTURE, null],
    ["a picture of a page", parcel({ "text/html": "<img>" }, 1), null],
    ["files with their names", parcel({ "text/plain": "a.pdf" }, 2), null],
    ["files as WebKitGTK has them", parcel({ "text/uri-list": "file:///home/ming/a.png\r\n" }), null],
    ["the same with their paths", parcel({ "text/uri-list": "file:///home/ming/a.png", "text/plain": "/home/ming/a.png" }), null],
    ["files behind an empty line", parcel({ "text/uri-list": "\r\nfile:///home/ming/a.png", "text/plain": "a.png" }), null],
    ["form without text", HTML_ONLY, null],
    ["nothing", parcel({}), null],
  ])("with %s", (_, given, text) => {
    expect(textOf(given)).toBe(text);
  });

  it("has files, or not", () => {
    expect([PICTURE, PLAIN, parcel({ "text/uri-list": "file:///a" }), parcel({ "text/uri-list": "https://a" })].map(hasFiles)).toEqual([true, false, true, false]);
  });
});

describe("a text", () => {
  it.each([["a", 1, 3], ["é", 2, 1], ["围", 3, 1], ["😀", 4, 2]])("of %s exceeds a limit by its bytes", (sign, bytes, fit) => {
    expect(exceeds(sign.repeat(fit), bytes * fit)).toBe(false);
    expect(exceeds(sign.repeat(fit), bytes * fit - 1)).toBe(true);
    expect(exceeds(sign.repeat(1_000_000), 16_384)).toBe(true);
  });

  it("begins with whole characters", () => {
    expect(beginning("围炉夜话", 7)).toBe("围炉");
    expect(beginning("ab😀", 5)).toBe("ab");
    expect(beginning("👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 30)).toBe("👨‍👩‍👧‍👦");
    expect(beginning("👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 48), "cut near its end").toBe("👨‍👩‍👧‍👦");
    expect(beginning("e\u0301e\u0301", 5)).toBe("e\u0301");
    expect(beginning("한글 한글", 8)).toBe("한글 ");
    expect(beginning("a\r\nb\rc", 4)).toBe("a\nb\n");
    expect(beginning("a".repeat(100), 16)).toBe("a".repeat(16));
    expect(beginning("abc", 3)).toBe("abc");
    expect([beginning("abc", 0), beginning("abc", -3)]).toEqual(["", ""]);
    const long = beginning("围炉夜话😀\r\n".repeat(400_000), 16_384);
    expect(utf8Bytes(long)).toBeLessThanOrEqual(16_384);
    expect(utf8Bytes(long)).toBeGreaterThan(16_384 - 4);
    // Marks without end are no character that anybody sees whole.
    expect(beginning(`a${"\u0301".repeat(1000)}`, 101)).toHaveLength(51);
  });
});

const paste = (given: DataTransfer): Promise<boolean> => screenBox().then((box) => fireEvent(box, Object.assign(new Event("paste", { bubbles: true, cancelable: true }), { clipboardData: given })));
const drag = (on: EventTarget, event: "dragover" | "drop", given: DataTransfer): boolean =>
  on.dispatchEvent(Object.assign(new Event(event, { bubbles: true, cancelable: true }), { dataTransfer: given }));
const screenBox = async () => (await find("composer")) as HTMLTextAreaElement;
const said = () => screen.getByTestId("only-text").textContent;

describe("a paste", () => {
  it("of text is the engine's, and of anything else is said until one writes again", async () => {
    await page("joined-empty");
    expect(await paste(PLAIN), "left to the engine").toBe(true);
    expect(said()).toBe("");
    for (const given of [PICTURE, parcel({ "text/html": "<img>" }, 1), parcel({ "text/plain": "a.pdf" }, 1), parcel({})]) {
      await type("composer", "你好");
      expect(said()).toBe("");
      expect(await paste(given)).toBe(false);
      expect(said()).toBe("现在只能发文字，图片和文件还不行。");
      expect((await screenBox()).value).toBe("你好");
    }
  });

  it("of nothing says nothing in a browser, which would tell of a picture", async () => {
    await page("joined-empty", (script) => (script.can = { hosting: false, joining: false, keeping: false }));
    await paste(parcel({}));
    expect(said()).toBe("");
    await paste(PICTURE);
    expect(said()).not.toBe("");
  });

  it("of more than a message holds is not put into the box, and there are two ways out", async () => {
    await page("joined-empty");
    const long = "围炉夜话".repeat(25_000);
    await type("composer", "前后");
    const box = await screenBox();
    box.setSelectionRange(1, 1);
    const offered = async () => {
      expect(await paste(parcel({ "text/plain": long }))).toBe(false);
      expect(box.value).toBe("前后");
      const words = (await find("too-much")).textContent;
      expect(words).toContain("这段约有 10 万字");
      expect(words).toContain("一条最多约 5400 字");
    };
    await offered();
    await fireEvent.click(await find("too-much-drop"));
    expect([screen.queryByTestId("too-much"), box.value]).toEqual([null, "前后"]);
    await offered();
    await fireEvent.keyDown(box, { key: "Escape" });
    expect([screen.queryByTestId("too-much"), box.value]).toEqual([null, "前后"]);
    // What was opened last is put away first.
    await fireEvent.keyDown(box, { key: "f", ctrlKey: true });
    await find("search-panel");
    await offered();
    await fireEvent.keyDown(box, { key: "Escape" });
    expect([screen.queryByTestId("too-much"), screen.queryByTestId("search-panel") === null]).toEqual([null, false]);
    await fireEvent.keyDown(box, { key: "Escape" });
    await vi.waitFor(() => expect(screen.queryByTestId("search-panel")).toBeNull());
    await offered();
    await fireEvent.click(await find("too-much-keep"));
    expect(screen.queryByTestId("too-much")).toBeNull();
    expect([box.value.slice(0, 4), box.value.at(-1), utf8Bytes(box.value)]).toEqual(["前围炉夜", "后", 16_383]);
    expect((await find("chars-left")).textContent).toBe("还能写约 0 字");
  });

  it("takes the place of what is selected, as far as there is room then", async () => {
    await page("joined-empty");
    await type("composer", `前${"旧".repeat(5000)}后`);
    const box = await screenBox();
    box.setSelectionRange(1, 5001);
    await paste(parcel({ "text/plain": "新".repeat(6000) }));
    await fireEvent.click(await find("too-much-keep"));
    expect([box.value.startsWith("前新"), box.value.endsWith("新后"), box.value.includes("旧"), utf8Bytes(box.value)]).toEqual([true, true, false, 16_383]);
  });

  it("is done with when a line goes out", async () => {
    const { transport } = await page("joined-empty");
    await type("composer", "你好");
    await paste(PICTURE);
    await paste(parcel({ "text/plain": "x".repeat(300_000) }));
    expect([said() === "", screen.queryByTestId("too-much") === null]).toEqual([false, false]);
    await fireEvent.click(await find("send"));
    expect([said(), screen.queryByTestId("too-much"), transport.ordered("post").map(({ text }) => text)]).toEqual(["", null, ["你好"]]);
  });

  it("is the same however the text comes", async () => {
    await page("joined-empty");
    const box = await screenBox();
    const event = Object.assign(new Event("beforeinput", { bubbles: true, cancelable: true }), { data: "x".repeat(300_000), dataTransfer: null });
    expect(await fireEvent(box, event)).toBe(false);
    expect((await find("too-much")).textContent).toContain("30 万字");
    await fireEvent.click(await find("too-much-drop"));
    const dropped = { data: null, dataTransfer: parcel({ "text/plain": "x".repeat(200_000) }) };
    expect(await fireEvent(box, Object.assign(new Event("beforeinput", { bubbles: true, cancelable: true }), dropped))).toBe(false);
    expect((await find("too-much")).textContent).toContain("20 万字");
  });
});

describe("a drop", () => {
  it("leads nowhere, wherever it falls, and says so where it is no text", async () => {
    await page("joined-empty");
    const box = await screenBox();
    const places = () => [document.body, document.documentElement, screen.getByTestId("status"), box, document.querySelector(".scroller")!];
    for (const place of places()) {
      for (const given of [PICTURE, HTML_ONLY, parcel({ "text/plain": "a.pdf" }, 1), parcel({ "text/uri-list": "file:///a.png" })]) {
        await type("composer", "字");
        expect(drag(place, "dragover", given)).toBe(false);
        expect(drag(place, "drop", given)).toBe(false);
        await vi.waitFor(() => expect(said()).not.toBe(""));
        expect(box.value).toBe("字");
      }
    }
  });

  it("of text goes into the box and other fields, and nowhere else", async () => {
    await page("joined-empty");
    const box = await screenBox();
    const link = parcel({ "text/plain": "https://example.org/", "text/uri-list": "https://example.org/", "text/html": "<a>" });
    for (const given of [PLAIN, link]) {
      for (const event of ["dragover", "drop"] as const) {
        expect(drag(box, event, given), "left to the engine").toBe(true);
        expect(drag(document.body, event, given)).toBe(false);
      }
    }
    await Promise.resolve();
    expect(said()).toBe("");
    // The pointer shows that there is nothing to drop on, unless it will be said why not.
    const [words, picture] = [parcel({ "text/plain": "words" }), parcel({}, 1)];
    for (const given of [words, picture]) drag(document.body, "dragover", given);
    expect([words.dropEffect, picture.dropEffect]).toEqual(["none", "copy"]);
    await fireEvent.keyDown(box, { key: ",", ctrlKey: true });
    expect(drag(await find("settings-nickname"), "drop", PLAIN)).toBe(true);
  });

  it("of nothing takes nothing away", async () => {
    const { transport } = await page("joined-empty");
    await type("composer", "selected");
    const box = await screenBox();
    box.select();
    transport.tell({ type: "dropped", text: "" });
    await Promise.resolve();
    expect(box.value).toBe("selected");
  });

  it("is nobody's where the box is gone, and not told in the next one", async () => {
    const { transport } = await page("joined-empty");
    await screenBox();
    const welcomed = { type: "welcomed", name: "x", you: null, log: "log-1", limits: LIMITS_V1 } as const;
    transport.say("r1", [{ ...welcomed, role: "reader" }]);
    await find("read-only");
    transport.tell({ type: "dropped", text: "https://example.org/" });
    transport.say("r1", [welcomed]);
    expect([(await screenBox()).value, said()]).toEqual(["", ""]);
  });

  it("of which only the shell knows is said, or put in", async () => {
    const { transport } = await page("joined-empty");
    const box = await screenBox();
    transport.tell({ type: "dropped", text: null });
    await vi.waitFor(() => expect(said()).not.toBe(""));
    transport.tell({ type: "dropped", text: "https://example.org/" });
    await vi.waitFor(() => expect(box.value).toBe("https://example.org/"));
    expect(said()).toBe("");
  });

  it("where there is no message box is not told in the next one", async () => {
    const { transport } = await page("hosting", (script) => (script.app.rooms = []));
    await find("status");
    expect(drag(document.body, "drop", PICTURE)).toBe(false);
    transport.tell({ type: "dropped", text: "https://example.org/" });
    transport.tell({ type: "rooms", rooms: [{ key: "r1", name: "读书会", url: "ws://192.168.1.23:8080", hosted: false }] });
    expect((await screenBox()).value).toBe("");
    expect(said()).toBe("");
  });
});
