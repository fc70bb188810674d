// @vitest-environment happy-dom
// Searching a room, as a user does it.
import { fireEvent, screen } from "@testing-library/svelte";
import { tick } from "svelte";
import { describe, expect, it, vi } from "vitest";
import { Refusal } from "../src/transport";
import type { Entry, RoomUpdate } from "../src/wire";
import { find, page, soon, type } from "./page";
import { entry, snapshot, span } from "./room";

describe("searching", () => {
  it("waits for the input method, takes the latest words, and goes to a line with Enter", async () => {
    const { transport, hearth } = await page("search");
    await find("composer");
    await fireEvent.keyDown(window, { key: "f", ctrlKey: true });
    const input = await find("search-input");
    expect(document.activeElement).toBe(input);
    await fireEvent.compositionStart(input);
    await type("search-input", "suo you quan");
    await new Promise((done) => setTimeout(done, 200));
    expect(transport.calls).toEqual([]);
    await type("search-input", "所有");
    await fireEvent.compositionEnd(input);
    await type("search-input", "所有权");
    await soon(() => expect(screen.getAllByTestId("search-result")).toHaveLength(4));
    expect(transport.calls.map((call) => call.args[1])).toMatchObject([{ type: "search", query: "所有权" }]);
    expect(screen.getByTestId("search-status").textContent).toContain("4 条");
    const [first, second] = screen.getAllByTestId("search-result");
    expect(first!.querySelector("mark")?.textContent).toBe("所有权");
    await fireEvent.keyDown(input, { key: "ArrowDown" });
    await fireEvent.keyDown(first!, { key: "ArrowDown" });
    expect(document.activeElement).toBe(second);
    await fireEvent.keyDown(second!, { key: "ArrowUp" });
    await fireEvent.keyDown(first!, { key: "ArrowUp" });
    expect(document.activeElement).toBe(input);
    await fireEvent.keyDown(input, { key: "Enter", keyCode: 13 });
    expect(hearth.rooms.shown?.goal ?? hearth.rooms.shown?.seeking).not.toBeNull();
  });

  it("gives the focus back where it was, and forgets what was found", async () => {
    const { hearth } = await page("search");
    const box = await find("composer");
    box.focus();
    await fireEvent.click(await find("search-open"));
    box.focus();
    await fireEvent.click(await find("search-close"));
    await soon(() => expect(screen.queryByTestId("search-panel")).toBeNull());
    expect(document.activeElement).toBe(box);
    await fireEvent.keyDown(window, { key: "f", ctrlKey: true });
    await type("search-input", "所有权");
    await soon(() => expect(hearth.rooms.shown?.search?.lines).toHaveLength(4));
    await fireEvent.keyDown(await find("search-input"), { key: "Escape" });
    await soon(() => expect(document.activeElement).toBe(box));
    expect(hearth.rooms.shown?.search).toBeNull();
  });

  it("gives the focus back where it was, however often it was asked for", async () => {
    await page("search");
    await find("composer");
    const button = await find("people-toggle");
    button.focus();
    for (let i = 0; i < 2; i++) {
      await fireEvent.keyDown(document.activeElement!, { key: "f", ctrlKey: true });
      await soon(() => expect(document.activeElement).toBe(screen.queryByTestId("search-input")));
    }
    await fireEvent.keyDown(screen.getByTestId("search-input"), { key: "Escape" });
    await soon(() => expect(document.activeElement).toBe(button));
  });

  it.each<[string, (after: number) => RoomUpdate]>([
    ["a line", (after) => ({ type: "entries", entries: [{ ...entry(after + 1, "li", "neu"), prev: after }] })],
    ["the link", () => ({ type: "status", status: { state: "reconnecting", in_ms: 0, attempt: 1, error: { code: "link_broken" } } })],
    ["who is here", () => ({ type: "people", people: [], online: 0, at: 900 })],
    ["a full disk", () => ({ type: "keeping", trouble: "full" })],
    ["what an older page has", () => ({ type: "gap", gap: { after: 1, to: 2 } })],
  ])("leaves the keyboard in the message box, whatever comes: %s", async (_, update) => {
    const { transport, hearth } = await page("search");
    const box = await find("composer");
    await fireEvent.click(await find("search-open"));
    const input = (await find("search-input")) as HTMLInputElement;
    await type("search-input", "所有权");
    await soon(() => expect(hearth.rooms.shown?.search?.lines).toHaveLength(4));
    input.setSelectionRange(1, 1);
    box.focus();
    const before = hearth.rooms.shown!;
    transport.say("r1", [update(before.entries.at(-1)!.seq)]);
    await soon(() => expect(hearth.rooms.shown).not.toBe(before));
    await tick();
    expect(document.activeElement).toBe(box);
    expect([input.selectionStart, input.selectionEnd]).toEqual([1, 1]);
    // Asked for again, it takes the keyboard.
    await fireEvent.keyDown(window, { key: "f", ctrlKey: true });
    await soon(() => expect(document.activeElement).toBe(input));
  });

  it("says what was not searched", async () => {
    await page("search-part");
    await find("composer");
    await fireEvent.keyDown(window, { key: "f", ctrlKey: true });
    await type("search-input", "大家");
    expect((await find("search-part")).textContent).toContain("老式服务器不保存历史");
    expect(screen.getAllByTestId("search-result")).toHaveLength(1);
  });
});

describe("going through what was found", () => {
  it("is done from the field, forth and back, and Esc goes back from anywhere", async () => {
    const { hearth } = await page("search");
    const box = await find("composer");
    await fireEvent.keyDown(window, { key: "f", ctrlKey: true });
    const input = await find("search-input");
    await type("search-input", "所有权");
    await soon(() => expect(screen.getAllByTestId("search-result")).toHaveLength(4));
    const seqs = screen.getAllByTestId("search-result").map((one) => Number(one.dataset["seq"]));
    const gone = (): number | undefined => hearth.rooms.shown?.seeking?.seq ?? (hearth.rooms.shown?.goal?.to as number | undefined);
    const went: (number | undefined)[] = [];
    for (const shiftKey of [false, false, false, true, false, false, false, true]) {
      await fireEvent.keyDown(input, { key: "Enter", shiftKey });
      await soon(() => expect(Number(document.querySelector<HTMLElement>("[data-seq][aria-current]")?.dataset["seq"])).toBe(gone()));
      went.push(gone());
    }
    const [a, b, c, d] = seqs;
    expect(went).toEqual([a, b, c, b, c, d, a, d]);
    // The line is gone to, and the focus is not.
    await new Promise((done) => setTimeout(done, 300));
    expect(document.activeElement).toBe(input);
    for (const from of [input, box, document.body]) {
      await fireEvent.keyDown(window, { key: "f", ctrlKey: true });
      await find("search-panel");
      from.focus();
      await fireEvent.keyDown(from, { key: "Escape" });
      await soon(() => expect([screen.queryByTestId("search-panel"), document.activeElement]).toEqual([null, box]));
    }
  });

  it("leaves a way back to the results where they cover the conversation", async () => {
    const query = vi.spyOn(globalThis, "matchMedia").mockImplementation((media) => ({ matches: !media.includes("min-width"), media, addEventListener() {}, removeEventListener() {} }) as unknown as MediaQueryList);
    const { hearth } = await page("search", (script) => (script.can = { hosting: false, joining: false }));
    await fireEvent.click(await find("search-open"));
    await type("search-input", "所有权");
    await soon(() => expect(screen.getAllByTestId("search-result")).toHaveLength(4));
    const main = document.querySelector("main")!;
    expect([main.inert, screen.queryByTestId("search-back")]).toEqual([true, null]);
    await fireEvent.click(screen.getAllByTestId("search-result")[1]!);
    const back = await find("search-back");
    expect([main.inert, document.querySelector<HTMLElement>("aside.search")!.inert]).toEqual([false, true]);
    await fireEvent.click(back);
    await soon(() => expect(main.inert).toBe(true));
    expect([screen.getAllByTestId("search-result").length, screen.getByTestId<HTMLInputElement>("search-input").value]).toEqual([4, "所有权"]);
    await fireEvent.click(screen.getAllByTestId("search-result")[0]!);
    await fireEvent.click(await find("search-end"));
    await soon(() => expect([screen.queryByTestId("search-panel"), screen.queryByTestId("search-back"), hearth.rooms.shown?.search]).toEqual([null, null, null]));
    query.mockRestore();
  });
});

describe("what is said above the results", () => {
  const BUSY = "正在搜索…", NONE = "没有找到", REFUSED = "搜索没有成功";
  const said = (): string | null => screen.getByTestId("search-status").textContent;
  const says = (words: string) => soon(() => expect(said()).toContain(words));
  const found = (query: string, entries: Entry[], next: number | null, before?: number): RoomUpdate => ({
    type: "found", whole: true,
    found: { query, ...(before === undefined ? {} : { before }), entries, more: next !== null, reached: next ?? 0 },
  });

  /** A search that is answered by hand. */
  async function opened() {
    const { transport, hearth } = await page("search", (script) => delete script.kept);
    await find("composer");
    await fireEvent.keyDown(window, { key: "f", ctrlKey: true });
    const input = await find("search-input");
    const asked = (): unknown[][] => transport.ordered("search").map(({ query, before }) => [query, before ?? null]);
    return { transport, hearth, input, asked };
  }

  it("is that nothing was found, once all was looked through and not before", async () => {
    const { transport, asked } = await opened();
    expect(said()).toContain("输入字词");
    await type("search-input", "没有");
    expect(said()).toBe(BUSY);
    await soon(() => expect(asked()).toEqual([["没有", null]]));
    transport.say("r1", [found("没有", [], 300)]);
    await soon(() => expect(asked()).toHaveLength(2));
    expect(said()).toBe(BUSY);
    transport.say("r1", [found("没有", [], null, 300)]);
    await says(NONE);
    await type("search-input", "没有别的");
    expect(said(), "of these words, nobody knows yet").toBe(BUSY);
    await type("search-input", "");
    expect(said()).toContain("输入字词");
  });

  it("is not what was found for other words, and Enter does not go there", async () => {
    const { transport, hearth, input, asked } = await opened();
    await type("search-input", "部");
    await soon(() => expect(asked()).toHaveLength(1));
    transport.say("r1", [found("部", [entry(7, "li", "部")], null)]);
    await says("1 条");
    await type("search-input", "部署");
    await soon(() => expect(asked()).toHaveLength(2));
    expect(said()).toBe(BUSY);
    await fireEvent.keyDown(input, { key: "Enter" });
    expect(hearth.rooms.shown).toMatchObject({ goal: null, seeking: null });
    await type("search-input", "");
    expect(screen.queryAllByTestId("search-result")).toEqual([]);
  });

  it("is never above old lines under new words", async () => {
    const { transport, asked } = await opened();
    const texts = (): string[] => screen.queryAllByTestId("search-result").map((one) => one.querySelector(".excerpt")!.textContent!.trim());
    await type("search-input", "部");
    await soon(() => expect(asked()).toHaveLength(1));
    transport.say("r1", [found("部", [entry(9, "li", "部署好了"), entry(8, "li", "全部"), entry(7, "li", "部长")], null)]);
    await soon(() => expect(texts()).toEqual(["部署好了", "全部", "部长"]));
    await type("search-input", "部署");
    expect(texts(), "before it is asked for").toEqual(["部署好了"]);
    await soon(() => expect(asked()).toHaveLength(2));
    expect([texts(), said()], "while it is asked for").toEqual([["部署好了"], BUSY]);
    await type("search-input", "");
    await type("search-input", "茶");
    expect(texts()).toEqual([]);
    await soon(() => expect(asked()).toHaveLength(3));
    expect([texts(), said()]).toEqual([[], BUSY]);
    // A late answer to the words before says nothing of these.
    transport.say("r1", [found("部署", [entry(9, "li", "部署好了")], null)]);
    transport.say("r1", [found("茶", [entry(6, "li", "喝茶")], null)]);
    await soon(() => expect(texts()).toEqual(["喝茶"]));
  });

  it("is that the search was refused, until Enter tries again", async () => {
    const { transport, hearth, input, asked } = await opened();
    await type("search-input", "部");
    await soon(() => expect(asked()).toHaveLength(1));
    transport.say("r1", [found("部", [entry(7, "li", "部署好了")], null)]);
    await says("1 条");
    const { order } = transport;
    let refused = 0;
    transport.order = async () => {
      refused += 1;
      throw new Refusal({ error: "unknown_room" });
    };
    await type("search-input", "部署");
    await says(REFUSED);
    expect(screen.queryAllByTestId("search-result")).toEqual([]);
    transport.say("r1", [{ type: "entries", entries: span(20_000, 20_000) }]);
    await soon(() => expect(hearth.rooms.shown?.entries.at(-1)?.seq).toBe(20_000));
    expect([said(), refused], "nobody asks in a loop").toEqual([expect.stringContaining(REFUSED), 1]);
    transport.order = order;
    await fireEvent.keyDown(input, { key: "Enter" });
    expect(said()).toBe(BUSY);
    transport.say("r1", [found("部署", [], null)]);
    await says(NONE);
  });

  it("is about the room as it is now, when the host began anew", async () => {
    const { transport, asked } = await opened();
    await type("search-input", "部");
    await soon(() => expect(asked()).toHaveLength(1));
    transport.say("r1", [found("部", [entry(7, "li", "部")], null)]);
    await says("1 条");
    transport.say("r1", [snapshot({ log: "other", entries: [entry(1, "li", "x")] })]);
    await soon(() => expect(asked()).toEqual([["部", null], ["部", null]]));
    expect(said()).toBe(BUSY);
    transport.say("r1", [found("部", [], null)]);
    await says(NONE);
  });

  it("waits for no answer that was given while nobody listened", async () => {
    const { transport, hearth, asked } = await opened();
    await type("search-input", "部");
    await soon(() => expect(asked()).toHaveLength(1));
    vi.spyOn(Date, "now").mockReturnValue(Date.now() + 60_000);
    hearth.rooms.cameBack();
    vi.restoreAllMocks();
    expect(asked()).toEqual([["部", null], ["部", null]]);
    transport.say("r1", [found("部", [], null)]);
    await says(NONE);
  });
});
