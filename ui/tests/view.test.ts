// @vitest-environment happy-dom
// The page as a user works it, on a scripted transport.
import { cleanup, configure, fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Hearth } from "../src/model/hearth.svelte";
import App from "../src/view/App.svelte";
import { sceneOf, type Scene } from "./gallery/scenes";
import { scripted, type Script } from "./gallery/scripted";
import { entry } from "./room";

// The dialogs are loaded when they are first opened, and a busy machine takes its time to compile them.
configure({ asyncUtilTimeout: 30_000 });
vi.setConfig({ testTimeout: 40_000 });

beforeEach(() => localStorage.clear());
afterEach(cleanup);

function page(scene: Scene, change: (script: Script) => void = () => {}) {
  const script = sceneOf(scene);
  script.app.settings.language = "zh-CN";
  change(script);
  const transport = scripted(script);
  const hearth = new Hearth(transport);
  hearth.start();
  render(App, { props: { hearth } });
  return { transport, hearth };
}

const find = (id: string): Promise<HTMLElement> => screen.findByTestId(id);
const type = async (id: string, value: string): Promise<boolean> => fireEvent.input(await find(id), { target: { value } });

/** The test's window lays nothing out: a list of 5000 pixels in a window of 500, scrolled up by hand to a place. */
async function scrolledTo(top: number): Promise<void> {
  const list = (await screen.findAllByRole("log")).find((log) => log.classList.contains("scroller"))!;
  Object.defineProperties(list, { scrollHeight: { value: 5000, configurable: true }, clientHeight: { value: 500, configurable: true } });
  for (const place of [top + 1000, top]) {
    list.scrollTop = place;
    await fireEvent.wheel(list);
    await fireEvent.scroll(list);
  }
}

describe("the first start", () => {
  it("asks for a nickname before it hosts", async () => {
    const { transport } = page("first");
    await fireEvent.click(await find("host-start"));
    expect((await find("nickname-error")).textContent).toContain("先给自己起个昵称");
    expect(transport.calls).toEqual([]);
    await type("nickname-input", " Ｗｅｉ ");
    await type("host-name", "读书会");
    await fireEvent.click(screen.getByText("仅这台电脑"));
    await fireEvent.click(await find("host-foreign"));
    await fireEvent.click(await find("host-start"));
    await vi.waitFor(() => expect(transport.calls).toHaveLength(2));
    expect(transport.calls).toEqual([
      { name: "setNickname", args: ["Wei"] },
      { name: "startHosting", args: [{ room: null, name: "读书会", port: 8080, reach: "computer", foreign_pages: true }] },
    ]);
  });

  it("refuses a port that is none, before it asks the shell", async () => {
    const { transport } = page("join-error");
    for (const wrong of ["70000", "", "80a"]) {
      await type("host-port", wrong);
      await fireEvent.click(await find("host-start"));
      expect((await find("host-error")).textContent).toContain("65535");
    }
    expect(transport.calls).toEqual([]);
  });

  it("says why a room was not reached where the address was typed, and offers to try again", async () => {
    page("join-error");
    await type("join-address", "192.168.1.99:8080");
    await fireEvent.click(await find("join-button"));
    expect((await find("join-error")).textContent).toContain("拒绝了连接");
    expect((await find("join-address")).getAttribute("aria-invalid")).toBe("true");
    expect((await find("join-button")).textContent?.trim()).toBe("再试一次");
  });

  it("calls a pending attempt off", async () => {
    const { transport } = page("joining");
    await type("join-address", "192.168.1.99:8080");
    await fireEvent.click(await find("join-button"));
    expect((await find("status")).dataset["state"]).toBe("connecting");
    await fireEvent.click(await find("join-cancel"));
    expect(transport.calls.map((call) => call.name)).toEqual(["join", "cancelJoin"]);
  });
});

describe("the message box", () => {
  it("sends with Enter, breaks with Shift+Enter, and waits for the input method", async () => {
    const { transport } = page("joined-empty");
    await type("composer", "你好");
    const box = await find("composer");
    await fireEvent.keyDown(box, { key: "Enter", shiftKey: true });
    await fireEvent.keyDown(box, { key: "Enter", keyCode: 229 });
    await fireEvent.keyDown(box, { key: "Enter", isComposing: true });
    expect(transport.calls).toEqual([]);
    await fireEvent.keyDown(box, { key: "Enter" });
    expect(transport.calls).toMatchObject([{ name: "post", args: ["r1", expect.any(String), "你好"] }]);
    expect((box as HTMLTextAreaElement).value).toBe("");
  });

  it("refuses what is too long, and says by how much", async () => {
    const { transport } = page("joined-empty");
    await type("composer", "围".repeat(5462));
    await fireEvent.click(await find("send"));
    expect((await find("composer-error")).textContent).toContain("超出 2 字节");
    expect(transport.calls).toEqual([]);
  });

  it("keeps a draft for each room", async () => {
    const { hearth } = page("joined-empty");
    await type("composer", "一半");
    await fireEvent.click((await screen.findAllByTestId("room-item"))[1]!);
    await vi.waitFor(() => expect(screen.getByTestId<HTMLTextAreaElement>("composer").value).toBe(""));
    await fireEvent.click(screen.getAllByTestId("room-item")[0]!);
    await vi.waitFor(() => expect(screen.getByTestId<HTMLTextAreaElement>("composer").value).toBe("一半"));
    expect(hearth.draft("r1")).toBe("一半");
  });
});

describe("the status line", () => {
  it("says what is true, with the address", async () => {
    const { transport } = page("joined-empty");
    const status = await find("status");
    await vi.waitFor(() => expect(status.textContent).toContain("服务已连接"));
    expect(status.textContent).toContain("ws://192.168.1.23:8080");
    transport.say("r1", [{ type: "status", status: { state: "reconnecting", in_ms: 0, attempt: 1, error: { code: "host_stopped" } } }]);
    await vi.waitFor(() => expect(status.dataset["state"]).toBe("reconnecting"));
    expect((await find("status-detail")).textContent).toContain("主持人关闭了房间");
    await fireEvent.click(await find("retry-now"));
    expect(transport.calls).toEqual([{ name: "reconnect", args: ["r1"] }]);
  });
});

describe("for those who listen", () => {
  const spoken = (): HTMLElement[] => [...screen.getByTestId("live-news").querySelectorAll("p")];

  it("says what others say, the same words again too, and not what one says oneself", async () => {
    const { transport } = page("joined-empty");
    await find("composer");
    const say = (seq: number, who: string, text: string): void => transport.say("r1", [{ type: "entries", entries: [entry(seq, who, text)] }]);
    say(101, "小李", "在吗？");
    await vi.waitFor(() => expect(spoken().map((one) => one.textContent)).toEqual(["小李: 在吗？"]));
    const [first] = spoken();
    say(102, "小李", "在吗？");
    // Words in a node that was there already are not read out again.
    await vi.waitFor(() => expect(spoken()[0]).not.toBe(first));
    expect(spoken().map((one) => one.textContent)).toEqual(["小李: 在吗？"]);
    say(103, "ming", "在");
    await vi.waitFor(() => expect(spoken()).toEqual([]));
  });
});

describe("settings", () => {
  it("change the language and the colours at once", async () => {
    const { transport } = page("joined-empty");
    await find("composer");
    await fireEvent.keyDown(window, { key: ",", ctrlKey: true });
    await find("settings-dialog");
    await fireEvent.click(screen.getByTestId("settings-language-en").querySelector("input")!);
    await vi.waitFor(() => expect(document.documentElement.lang).toBe("en"));
    expect(screen.getByTestId("send").textContent).toBe("Send");
    await fireEvent.click(screen.getByTestId("settings-theme-dark").querySelector("input")!);
    await vi.waitFor(() => expect(document.documentElement.dataset["theme"]).toBe("dark"));
    expect(transport.calls.map((call) => call.name)).toEqual(["setSettings", "setSettings"]);
  });

  it("let the computer sleep while others are in the room, and keep it awake again", async () => {
    const { transport } = page("hosting");
    await find("composer");
    await fireEvent.keyDown(window, { key: ",", ctrlKey: true });
    const awake = await find("settings-keep-awake");
    expect(awake.getAttribute("aria-checked")).toBe("true");
    expect(awake.getAttribute("aria-label")).toBe("有人在房间里时不让电脑睡眠");
    expect(document.getElementById(awake.getAttribute("aria-describedby")!)?.textContent).toBe("用电池时不会。合上盖子仍会睡眠。");
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
    page("joined-empty", (script) => (script.can = { hosting: false }));
    await find("composer");
    await fireEvent.keyDown(window, { key: ",", ctrlKey: true });
    await find("settings-language");
    expect(screen.queryByTestId("settings-closing")).toBeNull();
    expect(screen.queryByTestId("settings-keep-awake")).toBeNull();
  });
});

describe("leaving", () => {
  it("asks only for one's own room", async () => {
    const guest = page("joined-empty");
    await fireEvent.click(await find("leave-room"));
    expect(guest.transport.calls).toEqual([{ name: "leave", args: ["r1"] }]);
    cleanup();
    const host = page("hosting");
    await fireEvent.click(await find("leave-room"));
    await fireEvent.click(await find("leave-confirm"));
    expect(host.transport.calls).toEqual([{ name: "stopHosting", args: [] }]);
  });
});

describe("closing the window", () => {
  it("keeps the answer only when asked to", async () => {
    const { transport } = page("closing");
    expect((await find("close-dialog")).textContent).toContain("还有 3 个人");
    await fireEvent.click(await find("close-remember"));
    await fireEvent.click(await find("close-keep"));
    expect(transport.calls).toEqual([{ name: "answerClose", args: ["keep", true] }]);
  });
});

describe("a jump that is not answered", () => {
  it("is called off by the way back to the newest line", async () => {
    const { hearth } = page("past", (script) => delete script.kept);
    await vi.waitFor(() => expect(hearth.room?.entries).toHaveLength(50));
    await scrolledTo(2000);
    hearth.jump("r1", 5);
    await find("seeking");
    await fireEvent.click(await find("new-messages"));
    expect(hearth.room).toMatchObject({ seeking: null, goal: { to: "end" } });
    await vi.waitFor(() => expect(screen.queryByTestId("seeking")).toBeNull());
  });

  it("gives way to scrolling while there is no link", async () => {
    const { hearth, transport } = page("past", (script) => delete script.kept);
    await vi.waitFor(() => expect(hearth.room?.entries).toHaveLength(50));
    hearth.jump("r1", 5);
    await scrolledTo(100);
    expect(hearth.room?.seeking, "with a link, the answer is close").not.toBeNull();
    transport.say("r1", [{ type: "status", status: { state: "reconnecting", in_ms: 60_000, attempt: 1, error: { code: "link_broken" } } }]);
    await vi.waitFor(() => expect(hearth.room?.link.state).toBe("reconnecting"));
    await scrolledTo(50);
    expect(hearth.room?.seeking).toBeNull();
    expect(transport.calls.filter((call) => call.name === "history").at(-1)?.args).toEqual(["r1", 9951, null, 100]);
  });
});

describe("a list that one has scrolled back in", () => {
  it("keeps its place while thousands of lines come, and the button leads to the newest", async () => {
    const { hearth, transport } = page("past", (script) => delete script.kept);
    const some = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => entry(from + i, "li", "x"));
    await vi.waitFor(() => expect(hearth.room?.entries).toHaveLength(50));
    transport.say("r1", [{ type: "entries", entries: some(10_001, 10_200) }]);
    await vi.waitFor(() => expect(hearth.room?.entries).toHaveLength(250));
    await scrolledTo(2000);
    transport.say("r1", [{ type: "entries", entries: some(10_201, 15_000) }]);
    await vi.waitFor(() => expect(hearth.room?.away?.entries[0]?.seq).toBe(9951));
    expect(hearth.room?.entries).toHaveLength(4000);
    expect(screen.getByRole("log", { name: "聊天记录" }).scrollTop).toBe(2000);
    await fireEvent.click(await find("new-messages"));
    expect(hearth.room).toMatchObject({ away: null, goal: { to: "end" } });
  });
});

describe("searching", () => {
  it("waits for the input method, takes the latest words, and goes to a line with Enter", async () => {
    const { transport, hearth } = page("search");
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
    await vi.waitFor(() => expect(screen.getAllByTestId("search-result")).toHaveLength(4));
    expect(transport.calls.map((call) => call.args[1])).toEqual(["所有权"]);
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
    expect(hearth.room?.goal ?? hearth.room?.seeking).not.toBeNull();
  });

  it("gives the focus back where it was, and forgets what was found", async () => {
    const { hearth } = page("search");
    const box = await find("composer");
    box.focus();
    await fireEvent.click(await find("search-open"));
    box.focus();
    await fireEvent.click(await find("search-close"));
    await vi.waitFor(() => expect(screen.queryByTestId("search-panel")).toBeNull());
    expect(document.activeElement).toBe(box);
    await fireEvent.keyDown(window, { key: "f", ctrlKey: true });
    await type("search-input", "所有权");
    await vi.waitFor(() => expect(hearth.room?.search?.lines).toHaveLength(4));
    await fireEvent.keyDown(await find("search-input"), { key: "Escape" });
    await vi.waitFor(() => expect(document.activeElement).toBe(box));
    expect(hearth.room?.search).toBeNull();
  });

  it("says what was not searched", async () => {
    page("search-part");
    await find("composer");
    await fireEvent.keyDown(window, { key: "f", ctrlKey: true });
    await type("search-input", "大家");
    expect((await find("search-part")).textContent).toContain("经典服务器不保存历史");
    expect(screen.getAllByTestId("search-result")).toHaveLength(1);
  });
});

describe("hosting", () => {
  it("goes on with the room used last, under its name or another, or begins a new one", async () => {
    const { transport } = page("first-again");
    expect((await find("host-rooms")).dataset["value"]).toBe("friday");
    expect((screen.getByTestId("host-name") as HTMLInputElement).value).toBe("周五读书会");
    const rooms = screen.getAllByTestId("host-room");
    expect(rooms.map((room) => room.querySelector("input")!.disabled)).toEqual([false, false, true, true]);
    expect(rooms[2]!.textContent).toContain("已损坏");
    await type("host-name", "周六读书会");
    await fireEvent.click(await find("host-start"));
    await fireEvent.click(screen.getByTestId("host-room-new").querySelector("input")!);
    await vi.waitFor(() => expect((screen.getByTestId("host-name") as HTMLInputElement).value).toBe(""));
    await fireEvent.click(await find("host-start"));
    const choices = transport.calls.filter((call) => call.name === "startHosting").map((call) => call.args[0]);
    expect(choices).toMatchObject([{ room: "friday", name: "周六读书会" }, { room: null, name: "阿明 的房间" }]);
  });

  it("says when nothing can be stored, and what to do", async () => {
    page("storage-full");
    expect((await find("host-storage")).textContent).toContain("磁盘满了");
    cleanup();
    page("keep-trouble");
    expect((await find("keep-trouble")).textContent).toContain("关闭应用就会丢失");
  });
});

/** A menu opens where the pointer goes down, and its items act where it goes up. */
async function press(element: HTMLElement): Promise<void> {
  await fireEvent.keyDown(element, { key: "Enter" });
  await fireEvent.click(element);
}

describe("the notice of a file that was written", () => {
  afterEach(() => void vi.useRealTimers());

  async function exporting(change?: (script: Script) => void) {
    const { transport } = page("exported", change);
    const menu = await find("room-menu");
    menu.focus();
    await fireEvent.keyDown(menu, { key: "ArrowDown" });
    const item = await find("export-html");
    // From here on: what is waited for otherwise has its own clock.
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    await press(item);
    return transport;
  }

  it("goes away by itself", async () => {
    await exporting();
    const notice = await find("exported");
    await vi.advanceTimersByTimeAsync(7900);
    expect(notice.isConnected).toBe(true);
    await vi.advanceTimersByTimeAsync(200);
    expect(notice.isConnected).toBe(false);
  });

  it("stays while the pointer or the focus is on it", async () => {
    const transport = await exporting();
    const notice = (await find("exported")).parentElement!;
    const reveal = screen.getByTestId("export-reveal");
    await fireEvent.pointerEnter(notice);
    await vi.advanceTimersByTimeAsync(60_000);
    reveal.focus();
    await fireEvent.pointerLeave(notice);
    await vi.advanceTimersByTimeAsync(60_000);
    await fireEvent.click(reveal);
    expect(transport.calls.at(-1)?.name).toBe("revealExport");
    reveal.blur();
    await vi.advanceTimersByTimeAsync(7900);
    expect(notice.isConnected).toBe(true);
    await vi.advanceTimersByTimeAsync(200);
    expect(notice.isConnected).toBe(false);
  });

  it("says what went wrong until it is put away", async () => {
    await exporting((script) => (script.ownFails = { error: "room", problem: { code: "full" } }));
    const notice = await find("notice");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(notice.isConnected).toBe(true);
    await fireEvent.click(notice.querySelector("button")!);
    expect(notice.isConnected).toBe(false);
  });
});

describe("rooms of one's own", () => {
  it("keep less only after it was said that lines are deleted", async () => {
    const { transport } = page("own-rooms");
    await fireEvent.click(await find("own-rooms-open"));
    await find("own-rooms-dialog");
    const rooms = await screen.findAllByTestId("own-room");
    expect(rooms).toHaveLength(4);
    expect(rooms[2]!.textContent).toContain("已损坏");
    screen.getAllByTestId("own-room-menu")[1]!.focus();
    await fireEvent.keyDown(screen.getAllByTestId("own-room-menu")[1]!, { key: "ArrowDown" });
    await press(await find("own-room-retention"));
    await type("retention-bound", "0");
    await fireEvent.click(await find("retention-save"));
    expect((await find("retention-error")).textContent).toContain("1 到 36500");
    await type("retention-bound", "30");
    await fireEvent.click(await find("retention-save"));
    expect((await find("retention-warning")).textContent).toContain("不能恢复");
    expect(transport.calls).toEqual([]);
    await fireEvent.click(await find("retention-save"));
    await vi.waitFor(() => expect(transport.calls).toEqual([{ name: "setRetention", args: ["office", { days: 30, mebibytes: null }] }]));
  });

  it("are imported and told where they went", async () => {
    const { transport } = page("own-rooms");
    await fireEvent.click(await find("own-rooms-open"));
    await fireEvent.click(await find("own-room-import"));
    expect((await find("own-room-imported")).textContent).toContain("周五读书会");
    expect(transport.calls).toEqual([{ name: "importRoom", args: [] }]);
  });
});
