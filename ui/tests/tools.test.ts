// @vitest-environment happy-dom
// The tools of the message box, what is painted behind its letters, and the preview.
import { fireEvent, screen } from "@testing-library/svelte";
import { describe, expect, it, vi } from "vitest";
import { put as putText } from "../src/view/room/composer/put";
import { find, page, soon } from "./page";

const box = (): HTMLTextAreaElement => screen.getByTestId<HTMLTextAreaElement>("composer");

async function write(text: string, start = text.length, end = start): Promise<void> {
  await find("composer");
  box().focus();
  box().value = text;
  await fireEvent(box(), new InputEvent("input", { bubbles: true }));
  box().setSelectionRange(start, end);
  await fireEvent(document, new Event("selectionchange"));
}

const selected = (): string => box().value.slice(box().selectionStart, box().selectionEnd);
const key = (letter: string, change = {}): Promise<boolean> => fireEvent.keyDown(document.activeElement!, { key: letter, ctrlKey: true, ...change });

describe("the tools", () => {
  it("mark what is selected, by keys and by buttons, and take the marks away", async () => {
    const { transport } = await page("acts");
    await write("明天见", 0, 2);
    expect(await key("b")).toBe(false);
    expect([box().value, selected()]).toEqual(["**明天**见", "明天"]);
    await key("b");
    expect([box().value, selected()]).toEqual(["明天见", "明天"]);
    for (const [tool, text] of [["italic", "*明天*见"], ["italic", "明天见"], ["strike", "~~明天~~见"], ["strike", "明天见"], ["code", "`明天`见"], ["code", "明天见"], ["quote", "> 明天见"], ["list", "> - 明天见"]]) {
      await fireEvent.click(screen.getByTestId(`tool-${tool!}`));
      expect(box().value, tool).toBe(text);
    }
    expect(document.activeElement).toBe(box());
    await fireEvent.keyDown(box(), { key: "Enter" });
    expect(transport.ordered("post")).toMatchObject([{ text: "> - 明天见" }]);
  });

  it("make a link of what is selected, and leave Ctrl+K alone where nothing is", async () => {
    await page("acts");
    await write("看这里", 1, 3);
    expect(await key("k")).toBe(false);
    expect([box().value, box().selectionStart]).toEqual(["看[这里]()", 6]);
    await write("看", 1);
    expect(await key("k")).toBe(true);
    expect(box().value).toBe("看");
  });

  it("put in what can be undone", async () => {
    await page("acts");
    await write("明天", 0, 1);
    const put = vi.fn(() => true);
    Object.assign(document, { execCommand: put });
    try {
      await key("b");
      expect(put.mock.calls).toEqual([["insertText", false, "**明**"]]);
      await write("**", 1);
      put.mockClear();
      await key("i");
      expect(put.mock.calls).toEqual([["delete"]]);
    } finally {
      Reflect.deleteProperty(document, "execCommand");
    }
  });

  it("put in several lines at once, and one by one where an engine makes something else of them", () => {
    const field = document.body.appendChild(document.createElement("textarea"));
    let takes = (html: string): string => html.replace(/^<pre>\n|<\/pre>$/g, "").replace(/\n\n$/, "\n").replaceAll("&lt;", "<").replaceAll("&amp;", "&");
    const put = vi.fn((command: string, _ui?: boolean, text = "") => {
      if (command === "undo") field.value = "前后";
      else field.setRangeText(command === "insertHTML" ? takes(text) : text, field.selectionStart, field.selectionEnd, "end");
      return true;
    });
    const written = (text: string): string => {
      field.value = "前后";
      field.setSelectionRange(1, 1);
      put.mockClear();
      putText(field, text);
      return field.value;
    };
    Object.assign(document, { execCommand: put });
    try {
      const text = "\n  a <b>&amp;\n\n";
      expect(written(text)).toBe(`前${text}后`);
      expect(put.mock.calls).toEqual([["insertHTML", false, "<pre>\n\n  a &lt;b>&amp;amp;\n\n\n</pre>"]]);
      takes = () => "?";
      expect(written(text)).toBe(`前${text}后`);
      expect(put.mock.calls.map(([command]) => command)).toEqual(["insertHTML", "undo", "insertText"]);
    } finally {
      field.remove();
      Reflect.deleteProperty(document, "execCommand");
    }
  });

  it("wait for the input method", async () => {
    await page("acts");
    await write("ni", 0, 2);
    await fireEvent(box(), new CompositionEvent("compositionstart", { bubbles: true }));
    await fireEvent.click(screen.getByTestId("tool-bold"));
    await fireEvent.click(screen.getByTestId("tool-mention"));
    expect(box().value).toBe("ni");
    await fireEvent(box(), new CompositionEvent("compositionend", { bubbles: true, data: "你" }));
    await fireEvent.click(screen.getByTestId("tool-bold"));
    expect(box().value).toBe("**ni**");
  });

  it("ask who is meant", async () => {
    await page("acts");
    await write("ask");
    await fireEvent.click(screen.getByTestId("tool-mention"));
    expect(box().value).toBe("ask @");
    await soon(() => expect(screen.getByTestId("names")).not.toBeNull());
    await write("问");
    await fireEvent.click(screen.getByTestId("tool-mention"));
    expect(box().value).toBe("问@");
  });

  it("name nobody on a classic server, which tells of nobody", async () => {
    await page("classic");
    await find("tool-bold");
    await soon(() => expect(screen.queryByTestId("tool-mention")).toBeNull());
  });

  it("are one stop for Tab, and arrows go through them", async () => {
    await page("acts");
    const tools = await find("tools");
    const stops = (): string[] => [...tools.querySelectorAll("button")].filter((one) => one.tabIndex === 0).map((one) => one.dataset["testid"]!);
    expect(stops()).toEqual(["tool-bold"]);
    screen.getByTestId("tool-bold").focus();
    await fireEvent.keyDown(document.activeElement!, { key: "ArrowRight" });
    expect([document.activeElement, stops()]).toEqual([screen.getByTestId("tool-italic"), ["tool-italic"]]);
    await fireEvent.keyDown(document.activeElement!, { key: "ArrowDown" });
    expect(stops()).toEqual(["tool-italic"]);
  });

  it("say which key does the same", async () => {
    await page("acts");
    expect((await find("tool-strike")).title).toBe("删除线 (Ctrl+Shift+X)");
    expect(screen.getByTestId("tool-quote").title).toBe("引用");
    expect(screen.getByTestId("preview-toggle").title).toBe("预览 (Ctrl+Shift+P)");
  });

  describe("in a narrow box", () => {
    it("are the emoji alone, and what sends is a sign; the marks come when something is selected, and once the finger is up", async () => {
      const width = vi.spyOn(HTMLElement.prototype, "offsetWidth", "get").mockReturnValue(419);
      try {
        await page("acts");
        await write("明天见", 3);
        await soon(() => expect(screen.getByTestId("emoji-open")).not.toBeNull());
        await soon(() => expect([screen.queryByTestId("tools"), screen.queryByTestId("preview-toggle")]).toEqual([null, null]));
        expect([screen.getByTestId("send").textContent?.trim(), screen.getByRole("button", { name: "发送" })]).toEqual(["", screen.getByTestId("send")]);
        const there = (): string[] => [...screen.getByTestId("tools").querySelectorAll("button")].map((one) => one.dataset["testid"]!);
        await fireEvent(box(), new PointerEvent("pointerdown", { bubbles: true, pointerType: "touch" }));
        box().setSelectionRange(0, 2);
        await fireEvent(document, new Event("selectionchange"));
        expect(screen.queryByTestId("tools")).toBeNull();
        await fireEvent(box(), new PointerEvent("pointerup", { bubbles: true, pointerType: "touch" }));
        expect(there()).toEqual(["tool-bold", "tool-italic", "tool-strike", "tool-code", "tool-quote", "tool-list", "preview-toggle"]);
        expect(screen.getByTestId("emoji-open")).not.toBeNull();
        await fireEvent.click(screen.getByTestId("preview-toggle"));
        await fireEvent.click(screen.getByTestId("preview-toggle"));
        expect([screen.queryByTestId("preview"), document.activeElement]).toEqual([null, box()]);
      } finally {
        width.mockRestore();
      }
    });
  });
});

it("what is written has its grounds, the names of the room among them", async () => {
  await page("acts");
  await write("**真，**她 `x` @Wei");
  await soon(() => expect([...screen.getByTestId("grounds").querySelectorAll("span:is(.bold, .code, .name)")].map((one) => [one.className.split(" ")[0], one.textContent])).toEqual([
    ["bold", "真，"], ["code", "x"], ["name", "@Wei"],
  ]));
  // An empty line has its height.
  for (const [text, copy] of [["a\n", "a\n\u200b"], ["", "\u200b"], ["> a\n\n> b", "> a\u200b> b"], ["a\n\nb", "a\n\nb"]] as const) {
    await write(text);
    await soon(() => expect(screen.getByTestId("grounds").textContent).toBe(copy));
  }
});

describe("the preview", () => {
  it("shows the message as it will look, and has the focus", async () => {
    await page("acts");
    await write("**真** @Wei");
    expect(await key("P", { shiftKey: true })).toBe(false);
    const preview = await find("preview");
    expect(preview.querySelector("strong")?.textContent).toBe("真");
    await soon(() => expect(preview.querySelector(".name")?.textContent).toBe("@Wei"));
    expect([document.activeElement, screen.getByTestId("preview-toggle").getAttribute("aria-pressed")]).toEqual([preview, "true"]);
  });

  it.each([
    ["Esc", () => fireEvent.keyDown(document.activeElement!, { key: "Escape" })],
    ["the same key", () => key("P", { shiftKey: true })],
    ["the button", () => fireEvent.click(screen.getByTestId("preview-toggle"))],
    ["a letter", () => fireEvent.keyDown(document.activeElement!, { key: "a" })],
    ["the strip of an answer", async () => fireEvent.click(await find("strip-end"))],
  ])("is left by %s", async (_, leave) => {
    const { hearth } = await page("acts");
    hearth.rooms.beginReply("r1", 6);
    await write("**真**");
    await fireEvent.click(screen.getByTestId("preview-toggle"));
    await find("preview");
    await leave();
    await soon(() => expect([screen.queryByTestId("preview"), document.activeElement]).toEqual([null, box()]));
    expect(box().value).toBe("**真**");
  });

  it("sends with Enter", async () => {
    const { transport } = await page("acts");
    await write("**真**");
    await fireEvent.click(screen.getByTestId("preview-toggle"));
    await fireEvent.keyDown(await find("preview"), { key: "Enter" });
    expect(transport.ordered("post")).toMatchObject([{ text: "**真**" }]);
    await soon(() => expect([screen.queryByTestId("preview"), box().value, document.activeElement]).toEqual([null, "", box()]));
  });

  it("leaves Enter to a link in it", async () => {
    const { transport } = await page("acts");
    await write("https://example.org/");
    await fireEvent.click(screen.getByTestId("preview-toggle"));
    await fireEvent.keyDown((await find("preview")).querySelector("a")!, { key: "Enter" });
    expect(transport.ordered("post")).toEqual([]);
  });

  it("is none of nothing", async () => {
    await page("acts");
    await write("");
    await fireEvent.click(screen.getByTestId("preview-toggle"));
    expect([screen.queryByTestId("preview"), screen.getByTestId("preview-toggle").getAttribute("aria-disabled")]).toEqual([null, "true"]);
  });
});
