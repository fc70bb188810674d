// @vitest-environment happy-dom
// The page as a user works it, on a scripted transport.
import { cleanup, fireEvent, screen } from "@testing-library/svelte";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { find, page, type } from "./page";
import type { Entry } from "../src/wire";
import { entry } from "./room";

describe("the first start", () => {
  it("asks for a nickname before it hosts", async () => {
    const { transport } = await page("first");
    await fireEvent.click(await find("host-start"));
    expect((await find("nickname-error")).textContent).toContain("先给自己起个昵称");
    expect(transport.calls).toEqual([]);
    await type("nickname-input", " W\u200bei\u3000");
    await type("host-name", "读书会");
    await fireEvent.click(screen.getByText("只有这台电脑"));
    await fireEvent.click(await find("host-foreign"));
    await fireEvent.click(await find("host-start"));
    await vi.waitFor(() => expect(transport.calls).toHaveLength(2));
    expect(transport.calls).toEqual([
      { name: "setNickname", args: ["Wei"] },
      { name: "startHosting", args: [{ room: null, name: "读书会", port: 8080, reach: "computer", foreign_pages: true, outside: false }] },
    ]);
  });

  it("refuses a port that is none, before it asks the shell", async () => {
    const { transport } = await page("join-error");
    for (const wrong of ["70000", "", "80a"]) {
      await type("host-port", wrong);
      await fireEvent.click(await find("host-start"));
      expect((await find("host-error")).textContent).toContain("65535");
    }
    expect(transport.calls).toEqual([]);
  });

  it("says why a room was not reached where the address was typed, and offers to try again", async () => {
    await page("join-error");
    await type("join-address", "192.168.1.99:8080");
    await fireEvent.click(await find("join-button"));
    expect((await find("join-error")).textContent).toContain("拒绝了连接");
    expect((await find("join-address")).getAttribute("aria-invalid")).toBe("true");
    expect((await find("join-button")).textContent?.trim()).toBe("再试一次");
  });

  it("calls a pending attempt off", async () => {
    const { transport } = await page("joining");
    await type("join-address", "192.168.1.99:8080");
    await fireEvent.click(await find("join-button"));
    expect((await find("status")).dataset["state"]).toBe("connecting");
    await fireEvent.click(await find("join-cancel"));
    expect(transport.calls.map((call) => call.name)).toEqual(["join", "cancelJoin"]);
  });
});

describe("the message box", () => {
  it("sends with Enter, breaks with Shift+Enter, and waits for the input method", async () => {
    const { transport } = await page("joined-empty");
    await type("composer", "你好");
    const box = await find("composer");
    await fireEvent.keyDown(box, { key: "Enter", shiftKey: true });
    await fireEvent.keyDown(box, { key: "Enter", keyCode: 229 });
    await fireEvent.keyDown(box, { key: "Enter", isComposing: true });
    expect(transport.calls).toEqual([]);
    await fireEvent.keyDown(box, { key: "Enter" });
    expect(transport.calls).toMatchObject([{ name: "order", args: ["r1", { type: "post", text: "你好", id: expect.any(String) as string }] }]);
    expect((box as HTMLTextAreaElement).value).toBe("");
  });

  it("sends with Ctrl+Enter whoever wants it so, and breaks the line with Enter", async () => {
    const { transport, hearth } = await page("joined-empty", (script) => (script.app.settings.send_key = "ctrl_enter"));
    await type("composer", "你好");
    const box = (await find("composer")) as HTMLTextAreaElement;
    expect(box.placeholder).toBe("说点什么…（Ctrl+Enter 发送，Enter 换行）");
    for (const key of [{ key: "Enter" }, { key: "Enter", shiftKey: true }]) expect(await fireEvent.keyDown(box, key), "a line break").toBe(true);
    expect(transport.ordered("post")).toEqual([]);
    await fireEvent.keyDown(box, { key: "Enter", ctrlKey: true });
    await type("composer", "在吗");
    await fireEvent.keyDown(box, { key: "Enter", metaKey: true });
    expect(transport.ordered("post").map(({ text }) => text)).toEqual(["你好", "在吗"]);

    hearth.set({ send_key: "enter" });
    await vi.waitFor(() => expect(box.placeholder).toBe("说点什么…（Enter 发送，Shift+Enter 换行）"));
    await type("composer", "嗯");
    expect(await fireEvent.keyDown(box, { key: "Enter" })).toBe(false);
    expect(transport.ordered("post")).toHaveLength(3);
  });

  it("shows others that somebody writes, now and then, unless that is not wanted", async () => {
    const { transport, hearth } = await page("joined-empty");
    const order = vi.spyOn(transport, "order");
    const told = (): number => order.mock.calls.filter(([, { type }]) => type === "typing").length;
    await vi.waitFor(() => expect(hearth.rooms.shown?.link.state).toBe("connected"));
    await type("composer", "你");
    await type("composer", "你好");
    expect(told()).toBe(1);
    hearth.set({ show_typing: false });
    hearth.rooms.post("r1", "再来");
    await type("composer", "在吗");
    expect(told()).toBe(1);
    hearth.set({ show_typing: true });
    await type("composer", "在");
    expect(told()).toBe(2);
  });

  it("breaks the line with Enter where fingers write", async () => {
    const matchMedia = window.matchMedia.bind(window);
    const media = vi.spyOn(window, "matchMedia").mockImplementation((query) => matchMedia(query.includes("coarse") ? "all" : query));
    onTestFinished(() => media.mockRestore());
    const { transport } = await page("joined-empty");
    await type("composer", "你好");
    const box = (await find("composer")) as HTMLTextAreaElement;
    expect([box.placeholder, box.getAttribute("enterkeyhint")]).toEqual(["说点什么…", "enter"]);
    expect(await fireEvent.keyDown(box, { key: "Enter" }), "a line break").toBe(true);
    expect(transport.ordered("post")).toEqual([]);
    await fireEvent.click(await find("send"));
    expect(transport.ordered("post")).toHaveLength(1);
  });

  it("refuses what is too long, and says by how much", async () => {
    const { transport } = await page("joined-empty");
    await type("composer", "围".repeat(5462));
    await fireEvent.click(await find("send"));
    expect((await find("composer-error")).textContent).toContain("太长了：多出约 1 字（一条最多约 5400 字）");
    expect(transport.calls).toEqual([]);
  });

  it("keeps a draft for each room", async () => {
    const { hearth } = await page("joined-empty");
    await type("composer", "一半");
    await fireEvent.click((await screen.findAllByTestId("room-item"))[1]!);
    await vi.waitFor(() => expect(screen.getByTestId<HTMLTextAreaElement>("composer").value).toBe(""));
    const notes = (): string[] => screen.getAllByTestId("room-item").map((one) => one.querySelector(".note")?.textContent ?? "");
    await vi.waitFor(() => expect(notes(), "the room that is not shown says so").toEqual(["草稿", ""]));
    await fireEvent.click(screen.getAllByTestId("room-item")[0]!);
    await vi.waitFor(() => expect(screen.getByTestId<HTMLTextAreaElement>("composer").value).toBe("一半"));
    expect(hearth.rooms.draft("r1")).toBe("一半");
  });
});

describe("the status line", () => {
  it("says what is true, with the address", async () => {
    const { transport } = await page("joined-empty");
    const status = await find("status");
    await vi.waitFor(() => expect(status.textContent).toContain("服务已连接"));
    expect(status.textContent).toContain("ws://192.168.1.23:8080");
    transport.say("r1", [{ type: "status", status: { state: "reconnecting", in_ms: 0, attempt: 1, error: { code: "host_stopped" } } }]);
    await vi.waitFor(() => expect(status.dataset["state"]).toBe("reconnecting"));
    expect((await find("status-detail")).textContent).toContain("主持人关闭了房间");
    await fireEvent.click(await find("retry-now"));
    expect(transport.calls).toEqual([{ name: "order", args: ["r1", { type: "reconnect" }] }]);
  });
});

describe("for those who listen", () => {
  // Announcements are two seconds apart.
  const SOON = { timeout: 10_000 };
  const spoken = (): HTMLElement[] => [...screen.getByTestId("live-news").querySelectorAll("p")];

  it("says what others say, the same words again too, and not what one says oneself", async () => {
    const { transport } = await page("joined-empty");
    await find("composer");
    const say = (seq: number, who: string, text: string): void => transport.say("r1", [{ type: "entries", entries: [entry(seq, who, text)] }]);
    say(101, "小李", "在吗？");
    await vi.waitFor(() => expect(spoken().map((one) => one.textContent)).toEqual(["小李: 在吗？"]));
    const [first] = spoken();
    say(102, "小李", "在吗？");
    // Words in a node that was there already are not read out again.
    await vi.waitFor(() => expect(spoken()[0]).not.toBe(first), SOON);
    expect(spoken().map((one) => one.textContent)).toEqual(["小李: 在吗？"]);
    say(103, "ming", "在");
    await vi.waitFor(() => expect(spoken()).toEqual([]), SOON);
  });

  it("is one announcement in two seconds, with lines, and of who comes and goes only how many", async () => {
    const { transport } = await page("joined-empty");
    await find("composer");
    const heard: { at: number; words: string[] }[] = [];
    const words = (): string[] => spoken().map((one) => one.textContent!);
    const watch = new MutationObserver(() => heard.push({ at: performance.now(), words: words() }));
    watch.observe(screen.getByTestId("live-news"), { childList: true });
    const came = (seq: number): Entry => ({ ...entry(seq, `客${seq}`, ""), kind: "joined" });
    transport.say("r1", [{ type: "entries", entries: [came(101)] }]);
    await vi.waitFor(() => expect(words()).toEqual(["1 人进来了"]));
    for (const seq of [102, 103, 104, 105]) transport.say("r1", [{ type: "entries", entries: [came(seq)] }]);
    transport.say("r1", [{ type: "entries", entries: [entry(106, "小李", "欢迎")] }]);
    await vi.waitFor(() => expect(words()).toEqual(["小李: 欢迎", "4 人进来了"]), SOON);
    watch.disconnect();
    const told = heard.filter((one, i) => i === 0 || one.words.join() !== heard[i - 1]!.words.join());
    expect(told).toHaveLength(2);
    expect(told[1]!.at - told[0]!.at).toBeGreaterThan(1900);
  });

  it("is not lost when the list of rooms is told anew, and is when another room is chosen", async () => {
    const { transport, hearth } = await page("joined-empty");
    await find("composer");
    const words = (): string[] => spoken().map((one) => one.textContent!);
    const said = (seq: number, text: string) => transport.say("r1", [{ type: "entries", entries: [entry(seq, "小李", text)] }]);
    said(101, "一");
    await vi.waitFor(() => expect(words()).toEqual(["小李: 一"]));
    said(102, "二");
    await vi.waitFor(() => expect(hearth.rooms.of("r1")?.entries.at(-1)?.seq).toBe(102));
    transport.tell({ type: "rooms", rooms: hearth.app!.rooms.map((room) => ({ ...room })) });
    await vi.waitFor(() => expect(words()).toEqual(["小李: 二"]), SOON);
    said(103, "三");
    hearth.rooms.show("r2");
    await vi.waitFor(() => expect(words()).toEqual([]));
  });
});

describe("settings", () => {
  it("change the language and the colours at once", async () => {
    const { transport } = await page("joined-empty");
    await find("composer");
    await fireEvent.keyDown(window, { key: ",", ctrlKey: true });
    await find("settings-dialog");
    await fireEvent.click(screen.getByTestId("settings-language-en").querySelector("input")!);
    await vi.waitFor(() => expect(document.documentElement.lang).toBe("en"));
    expect(screen.getByTestId("send").textContent).toBe("Send");
    await fireEvent.click(screen.getByTestId("settings-language-zh-TW").querySelector("input")!);
    await vi.waitFor(() => expect(document.documentElement.lang).toBe("zh-TW"));
    expect(screen.getByTestId("send").textContent).toBe("傳送");
    await fireEvent.click(screen.getByTestId("settings-theme-dark").querySelector("input")!);
    await vi.waitFor(() => expect(document.documentElement.dataset["theme"]).toBe("dark"));
    expect(transport.calls.map((call) => call.name)).toEqual(["setSettings", "setSettings", "setSettings"]);
  });

  it("choose the key that sends", async () => {
    const { transport } = await page("joined-empty");
    await find("composer");
    await fireEvent.keyDown(window, { key: ",", ctrlKey: true });
    await find("settings-dialog");
    await fireEvent.click(screen.getByTestId("settings-send-key-ctrl_enter").querySelector("input")!);
    await vi.waitFor(() => expect(transport.calls).toMatchObject([{ name: "setSettings", args: [{ send_key: "ctrl_enter" }] }]));
  });

  it("let the computer sleep while others are in the room, and keep it awake again", async () => {
    const { transport } = await page("hosting");
    await find("composer");
    await fireEvent.keyDown(window, { key: ",", ctrlKey: true });
    const awake = await find("settings-keep-awake");
    expect(awake.getAttribute("aria-checked")).toBe("true");
    expect(awake.getAttribute("aria-label")).toBe("房间里还有别人时不让电脑睡眠");
    expect(document.getElementById(awake.getAttribute("aria-describedby")!)?.textContent).toBe("用电池时不生效；合上盖子仍会睡眠。");
    for (const checked of [false, true]) {
      await fireEvent.click(awake);
      await vi.waitFor(() => expect(awake.getAttribute("aria-checked")).toBe(String(checked)));
    }
    expect(transport.calls).toMatchObject([
      { name: "setSettings", args: [{ nickname: "阿明", keep_awake: false }] },
      { name: "setSettings", args: [{ nickname: "阿明", keep_awake: true }] },
    ]);
  });

  it("say nothing of hosting where the page cannot host", async () => {
    await page("joined-empty", (script) => (script.can = { hosting: false }));
    await find("composer");
    await fireEvent.keyDown(window, { key: ",", ctrlKey: true });
    await find("settings-language");
    expect(screen.queryByTestId("settings-closing")).toBeNull();
    expect(screen.queryByTestId("settings-keep-awake")).toBeNull();
  });
});

describe("leaving", () => {
  it("asks only for one's own room", async () => {
    const guest = await page("joined-empty");
    await fireEvent.click(await find("leave-room"));
    expect(guest.transport.calls).toEqual([{ name: "leave", args: ["r1"] }]);
    cleanup();
    const host = await page("hosting");
    await fireEvent.click(await find("leave-room"));
    await fireEvent.click(await find("leave-confirm"));
    expect(host.transport.calls).toEqual([{ name: "stopHosting", args: [] }]);
  });
});

describe("closing the window", () => {
  it("keeps the answer only when asked to", async () => {
    const { transport } = await page("closing");
    expect((await find("close-dialog")).textContent).toContain("还有 3 个人");
    await fireEvent.click(await find("close-remember"));
    await fireEvent.click(await find("close-keep"));
    expect(transport.calls).toEqual([{ name: "answerClose", args: ["keep", true] }]);
  });
});
