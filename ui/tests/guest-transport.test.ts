// @vitest-environment happy-dom
// The page of a guest, from the nickname to the talk, on a socket that a test holds the other end of.
import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Hearth } from "../src/model/hearth.svelte";
import { type Transport } from "../src/transport";
import { openedBy } from "../src/transport/guest/browser/app-link";
import { SCRIPT_GOES_AWAY } from "../src/transport/guest/browser/socket";
import { guestStorage } from "../src/transport/guest/browser/storage";
import { guest } from "../src/transport/guest/guest";
import App from "../src/view/App.svelte";
import type { AppUpdate, ClientFrame, RefusalCode, RoomUpdate, ServerFrame } from "../src/wire";
import { line, postId, welcome } from "./guest";
import { find, type } from "./page";

class FakeSocket {
  static readonly OPEN = 1;
  readyState = 0;
  sent: ClientFrame[] = [];
  closedWith: number | undefined;
  onopen?: () => void;
  onmessage?: (event: { data: unknown }) => void;
  onclose?: (event: { code: number }) => void;

  constructor(readonly url: string, readonly protocol: string) {
    sockets.push(this);
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(code: number): void {
    if (code !== 1000 && (code < 3000 || code > 4999)) throw new DOMException("no", "InvalidAccessError");
    this.closedWith = code;
    this.readyState = 2;
  }

  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  say(frame: ServerFrame): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  end(code: number): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }
}

let sockets: FakeSocket[] = [];
const last = (): FakeSocket => sockets.at(-1)!;
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

function named(nickname = "阿明"): void {
  localStorage.setItem("hearth.guest.settings", JSON.stringify({ nickname, language: "zh-CN", theme: "light" }));
}

/** What the guests of a test have left running. A guest ends with its page, and here the page is the same for all tests. */
let running: (() => void)[] = [];

/** Ends it with the test: a guest of an earlier one would come back in the middle of the next, by a socket of its own. */
function endsWithTheTest(): void {
  const { setTimeout: timeout, setInterval: interval } = globalThis;
  vi.stubGlobal("setTimeout", (...timer: Parameters<typeof timeout>) => {
    const id = timeout(...timer);
    running.push(() => clearTimeout(id));
    return id;
  });
  vi.stubGlobal("setInterval", (...timer: Parameters<typeof interval>) => {
    const id = interval(...timer);
    running.push(() => clearInterval(id));
    return id;
  });
  for (const target of [window, document]) {
    const add = target.addEventListener.bind(target);
    vi.spyOn(target, "addEventListener").mockImplementation((type: string, listener: EventListenerOrEventListenerObject) => {
      add(type, listener);
      running.push(() => target.removeEventListener(type, listener));
    });
  }
}

beforeEach(() => {
  endsWithTheTest();
  localStorage.clear();
  sessionStorage.clear();
  sockets = [];
  vi.stubGlobal("WebSocket", FakeSocket);
  (window as unknown as { happyDOM: { setURL(url: string): void } }).happyDOM.setURL("http://192.168.1.23:8080/");
});
afterEach(() => {
  cleanup();
  running.forEach((end) => end());
  running = [];
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab]/;

async function listen(transport: Transport) {
  const app: AppUpdate[] = [];
  const room: RoomUpdate[] = [];
  transport.subscribeApp((update) => app.push(update));
  transport.subscribeRoom("here", null, (updates) => room.push(...updates));
  await settled();
  return { app, room };
}

describe("a guest's transport", () => {
  it("has one room, where the page came from, once there is a nickname", async () => {
    const transport = guest();
    const { app } = await listen(transport);
    expect(sockets).toHaveLength(0);
    expect(app).toMatchObject([{ type: "state", app: { settings: { nickname: "" }, hosting: { state: "off" }, rooms: [], own_rooms: [] } }]);
    await expect(transport.setNickname(" \u200b ")).rejects.toMatchObject({ why: { error: "nickname_empty" } });
    await expect(transport.setNickname("a".repeat(33))).rejects.toMatchObject({ why: { error: "nickname_too_long", limit: 32 } });
    await expect(transport.order("here", { type: "post", id: postId(1), text: "a" })).rejects.toMatchObject({ why: { error: "unknown_room" } });
    await transport.setNickname(" W\u200bei\u3000");
    expect(app.slice(1)).toMatchObject([
      { type: "settings", settings: { nickname: "Wei" } },
      { type: "rooms", rooms: [{ key: "here", url: "ws://192.168.1.23:8080", name: null, hosted: false }] },
    ]);
    expect([last().url, last().protocol]).toEqual(["ws://192.168.1.23:8080/ws", "hearth.v1"]);
    last().open();
    expect(last().sent).toMatchObject([{ type: "hello", nickname: "Wei", client: { name: "hearth-guest" } }]);
  });

  it("tells a room first as it stands, then each change, and goes on where a subscriber was", async () => {
    named();
    const transport = guest();
    const { room } = await listen(transport);
    last().open();
    last().say(welcome("a", 10, 10));
    last().say(line(10, 11));
    expect(room.map(({ type }) => type)).toEqual(["snapshot", "welcomed", "people", "status", "entries"]);
    const again: RoomUpdate[] = [];
    const end = transport.subscribeRoom("here", { log: "a", seq: 10 }, (updates) => again.push(...updates));
    await settled();
    last().say(line(11, 12));
    expect(again).toMatchObject([{ type: "snapshot", room: { resumed: true, entries: [{ seq: 11 }] } }, { type: "entries" }]);
    expect(room, "the newer subscription has taken its place").toHaveLength(5);
    end();
    last().say(line(12, 13));
    expect(again).toHaveLength(2);
  });

  it("sends what it is told to, and is the same member after a reload", async () => {
    named();
    const transport = guest();
    last().open();
    last().say(welcome("a", 10, 10));
    await transport.order("here", { type: "post", id: postId(1), text: "早" });
    await transport.order("here", { type: "history", before: 10, limit: 50 });
    await transport.order("here", { type: "history", before: 10, after: 3, limit: 50 });
    await transport.order("here", { type: "search", query: "早", limit: 50 });
    await transport.setNickname("小红");
    expect(last().sent.slice(1)).toEqual([
      { type: "post", id: postId(1), text: "早" }, { type: "history", before: 10, limit: 50 },
      { type: "history", before: 10, after: 3, limit: 50 }, { type: "search", query: "早", limit: 50 }, { type: "rename", nickname: "小红", id: expect.stringMatching(UUID_V7) as string },
    ]);
    await transport.setSettings({ nickname: "x", language: "en", theme: "dark", send_key: "ctrl_enter", show_typing: true, closing: "ask", keep_awake: true, nearby: true, zoom: 100, host: { room: null, name: "", port: 1, reach: "network", foreign_pages: true, outside: true } });

    const { app, room } = await listen(guest());
    expect(app).toMatchObject([{ app: { settings: { nickname: "小红", language: "en", theme: "dark", send_key: "ctrl_enter", show_typing: true, keep_awake: false } } }]);
    expect(room).toMatchObject([{ room: { own: [{ type: "post", id: postId(1), text: "早", state: { state: "queued" } }] } }]);
    last().open();
    expect(last().sent).toMatchObject([{ nickname: "小红", token: "secret" }]);
    last().say(welcome("a", 10, 11));
    expect(last().sent).toHaveLength(1);
    last().say(line(10, 11, "me", postId(1)));
    expect((await listen(guest())).room).toMatchObject([{ room: { own: [] } }]);
  });

  it("cannot do what only the app can, and says so", async () => {
    const transport = guest();
    expect(transport.can).toEqual({ hosting: false, joining: false, keeping: false, searching: true });
    expect(transport.app).toBeNull();
    const hearth = new Hearth(transport);
    expect(hearth.host).toBeNull();
    for (const beyond of [() => hearth.stopHosting(), () => hearth.leave({ key: "here", url: "ws://x", name: null, hosted: false })]) {
      hearth.notice = null;
      expect(await beyond()).toBe(false);
      expect(hearth.notice).toMatchObject({ error: "system" });
    }
    expect(await hearth.rejoin({ id: "x", address: "x", name: "x", left_at: "" } as never)).toBe(false);
    expect(hearth.joinError).toMatchObject({ error: "system" });
    await expect(transport.painted(0)).resolves.toBeUndefined();
  });
});

describe("why a guest is not let in", () => {
  const answers = (status: number, body: string) => async () => new Response(body, { status });
  it.each<[string, () => Promise<Response>, object]>([
    ["a host that is there has no place", answers(200, '{"status":"ok"}'), { code: "room_full" }],
    ["a host that goes by another name says so", answers(421, ""), { code: "host_name", host: "192.168.1.23" }],
    ["something else stands before it", answers(502, ""), { code: "not_web_socket", host: "192.168.1.23", port: 8080, status: 502 }],
    ["a network wants one to sign in", answers(200, "<html>"), { code: "not_web_socket", host: "192.168.1.23", port: 8080, status: 200 }],
    ["nobody answers", async () => Promise.reject(new TypeError("failed")), { code: "refused", host: "192.168.1.23", port: 8080 }],
    ["nobody answers in time", async () => Promise.reject(new DOMException("", "TimeoutError")), { code: "timed_out", seconds: 1 }],
  ])("%s", async (_, fetch, error) => {
    named();
    vi.stubGlobal("fetch", vi.fn(fetch));
    const { room } = await listen(guest());
    last().end(1006);
    await vi.waitFor(() => expect(room.at(-1)).toMatchObject({ type: "status", status: { error } }));
    expect(room).toHaveLength(2);
  });

  it("an attempt that was given up meanwhile is heard of no more", async () => {
    named();
    let answer: (response: Response) => void = () => {};
    vi.stubGlobal("fetch", () => new Promise<Response>((resolve) => (answer = resolve)));
    const transport = guest();
    const { room } = await listen(transport);
    last().end(1006);
    dispatchEvent(new Event("pagehide"));
    const heard = room.length;
    answer(new Response('{"status":"ok"}'));
    await settled();
    expect(room).toHaveLength(heard);
  });
});

describe("a page that is left and come back to", () => {
  it("says that it may be back, by a code that browsers let scripts say, and comes back at once", async () => {
    named();
    const { room } = await listen(guest());
    const first = last();
    first.open();
    first.say(welcome("a", 10, 10));
    dispatchEvent(new Event("pagehide"));
    expect(first.closedWith).toBe(SCRIPT_GOES_AWAY);
    expect(room.at(-1)).toMatchObject({ status: { state: "reconnecting" } });
    dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }));
    expect(last()).not.toBe(first);
    first.end(1006);
    last().open();
    expect(last().sent).toMatchObject([{ type: "hello", token: "secret", log: "a", after: 10 }]);
  });

  it("asks a link that may have died whether it has", async () => {
    named();
    guest();
    last().open();
    last().say(welcome("a", 10, 10));
    const hide = (hidden: boolean) => {
      Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    };
    hide(true);
    dispatchEvent(new Event("online"));
    expect(last().sent).toHaveLength(1);
    hide(false);
    expect(last().sent[1]).toEqual({ type: "history", before: 0, limit: 1 });
    dispatchEvent(new Event("online"));
    expect(last().sent).toHaveLength(3);
  });

  it("notices by the calendar that the computer has slept", async () => {
    vi.useFakeTimers();
    named();
    guest();
    last().open();
    last().say(welcome("a", 10, 10));
    vi.advanceTimersByTime(3000);
    expect(last().sent).toHaveLength(1);
    vi.setSystemTime(Date.now() + 3_600_000);
    vi.advanceTimersByTime(1000);
    expect(last().sent).toHaveLength(2);
    vi.useRealTimers();
  });
});

describe("the page of a guest", () => {
  it("asks nothing of who is known, and has its menus a second after the welcome, behind the talk", async () => {
    // From here on it is loaded at once.
    await import("../src/view/room/header/RoomMenu.svelte");
    vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("failed")));
    vi.useFakeTimers();
    named();
    const hearth = new Hearth(guest());
    hearth.start();
    await hearth.told;
    render(App, { props: { hearth, appOnly: null } });
    await vi.advanceTimersByTimeAsync(100);
    const shown = () => ["guest-enter", "composer", "room-menu"].filter((id) => screen.queryByTestId(id) !== null);
    expect([screen.getByTestId("status").dataset["state"], shown()]).toEqual(["connecting", ["composer"]]);
    last().open();
    last().say(welcome("a", 10, 10));
    await vi.advanceTimersByTimeAsync(900);
    expect([screen.getByTestId("status").dataset["state"], shown()]).toEqual(["connected", ["composer"]]);
    await vi.advanceTimersByTimeAsync(200);
    expect(shown()).toEqual(["composer", "room-menu"]);
    vi.useRealTimers();
  });

  it("asks for a nickname, then shows the room, and a line that one writes", async () => {
    vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("failed")));
    const hearth = new Hearth(guest());
    hearth.start();
    await hearth.told;
    render(App, { props: { hearth, appOnly: null } });
    await type("guest-nickname", "阿明");
    await fireEvent.click(await find("guest-enter"));
    expect((await find("status")).dataset["state"]).toBe("connecting");
    last().open();
    // The card stays until the room is there as a whole.
    expect((await find("guest-enter")).getAttribute("aria-busy")).toBe("true");
    expect([screen.queryByTestId("composer"), screen.queryByTestId("join-password")]).toEqual([null, null]);
    last().say(welcome("a", 10, 10));
    await vi.waitFor(async () => expect((await find("status")).dataset["state"]).toBe("connected"));
    await type("composer", "你好");
    await fireEvent.keyDown(await find("composer"), { key: "Enter" });
    const post = last().sent.at(-1);
    expect(post).toMatchObject({ type: "post", text: "你好" });
    await vi.waitFor(() => expect(hearth.rooms.shown?.own).toMatchObject([{ text: "你好", state: { state: "sent" } }]));
    last().say({ ...line(10, 11, "me", (post as { id: string }).id), text: "你好" } as ServerFrame);
    await vi.waitFor(() => expect([hearth.rooms.shown?.own, hearth.rooms.shown?.entries.map(({ seq }) => seq)]).toEqual([[], [11]]));
    last().end(1001);
    await vi.waitFor(async () => expect((await find("status")).dataset["state"]).toBe("reconnecting"));
  });
});

describe("what a guest has typed and read", () => {
  it("is there after a reload", async () => {
    vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("failed")));
    named();
    const begin = async () => {
      const hearth = new Hearth(guest());
      const end = hearth.start();
      await hearth.told;
      last().open();
      last().say(welcome("a", 10, 10));
      await vi.waitFor(() => expect(hearth.rooms.shown?.log).toBe("a"));
      return { hearth, end };
    };
    const first = await begin();
    first.hearth.rooms.look(true, true);
    last().say(line(10, 11));
    await vi.waitFor(() => expect(first.hearth.rooms.shown?.entries).toHaveLength(1));
    first.hearth.rooms.setDraft("here", "半句");
    first.end();
    const { hearth } = await begin();
    expect(hearth.rooms.draft("here")).toBe("半句");
    last().say(line(10, 11));
    last().say(line(11, 12));
    await vi.waitFor(() => expect(hearth.rooms.shown?.entries).toHaveLength(2));
    expect([hearth.rooms.unreadIn("here"), hearth.rooms.reading.divider]).toEqual([1, 11]);
  });
});

describe("what a guest has chosen for the room", () => {
  it("is there after a reload, and a draft in the tab that it was written in", async () => {
    named();
    const transport = guest();
    await listen(transport);
    last().open();
    last().say(welcome("a", 10, 10));
    await transport.order("here", { type: "set_joins_shown", log: "a", joins: "none" });
    await transport.order("here", { type: "set_draft", log: "a", text: "in this tab" });
    guestStorage().saveDraft("a", "in another one");
    const { room } = await listen(guest());
    last().open();
    last().say(welcome("a", 10, 10));
    await settled();
    expect(room.find((update) => update.type === "welcomed")).toMatchObject({ joins: "none", draft: "in this tab" });
  });
});

describe("a closed door", () => {
  const SECRET = "AAECAwQFBgcICQoLDA0ODw";
  const open = (url: string): void => (window as unknown as { happyDOM: { setURL(url: string): void } }).happyDOM.setURL(url);
  const refuse = (code: RefusalCode): void => {
    last().open();
    last().say({ type: "refused", code, message: "why" });
  };

  it("opens by the link, whose secret leaves the address bar and is there after a reload and from a bookmark", async () => {
    open(`http://192.168.1.23:8080/?x#k=${SECRET}&p=${SECRET}`);
    const transport = guest();
    expect(location.href).toBe("http://192.168.1.23:8080/?x");
    expect(document.title).not.toContain(SECRET);
    expect(transport.appLink()).toBe(`hearth://192.168.1.23:8080#k=${SECRET}&p=${SECRET}`);
    await transport.setNickname("阿明");
    last().open();
    expect(last().sent).toMatchObject([{ type: "hello", secret: SECRET }]);
    const again = guest();
    last().open();
    expect(last().sent).toMatchObject([{ type: "hello", secret: SECRET }]);
    expect(again.appLink()).toBe(transport.appLink());
  });

  const OTHER = "_____________________w";

  it("opens by a link that is put into the bar of the same tab", async () => {
    named();
    open(`http://192.168.1.23:8080/#k=${SECRET}`);
    const transport = guest();
    const { app } = await listen(transport);
    refuse("invite_expired");
    open(`http://192.168.1.23:8080/#k=${OTHER}&p=${SECRET}`);
    dispatchEvent(new Event("hashchange"));
    last().open();
    expect(last().sent).toMatchObject([{ type: "hello", secret: OTHER }]);
    expect(location.href, "it leaves the bar like the first").toBe("http://192.168.1.23:8080/");
    expect(transport.appLink()).toBe(`hearth://192.168.1.23:8080#k=${OTHER}&p=${SECRET}`);
    expect(app.at(-1), "and so does what is passed on").toMatchObject({ type: "state", app: { rooms: [{ link: `http://192.168.1.23:8080/#p=${SECRET}` }] } });
    guest();
    last().open();
    expect(last().sent, "and so it is after a reload").toMatchObject([{ type: "hello", secret: OTHER }]);
  });

  it("leads to a line, at the start, from the bar and from a message, once somebody is in the room", async () => {
    open("http://192.168.1.23:8080/#l=7-abc");
    const transport = guest();
    const { app } = await listen(transport);
    const lines = (): unknown[] => app.flatMap((update) => (update.type === "opened" ? [update.opened] : update.type === "state" ? [update.app.opened] : []));
    const at = (link: string) => ({ link, address: null, problem: null, room: "here" });
    expect(lines(), "nobody is there yet").toEqual([null]);
    await transport.setNickname("阿明");
    expect(lines()).toEqual([null, at("#l=7-abc")]);
    open("http://192.168.1.23:8080/#l=8-abc");
    dispatchEvent(new Event("hashchange"));
    await transport.openLink("http://192.168.1.23:8080/#p=x&l=9-abc");
    expect(lines().slice(2)).toEqual([at("#l=8-abc"), at("http://192.168.1.23:8080/#p=x&l=9-abc")]);
    const opens = vi.spyOn(window, "open").mockReturnValue(null);
    for (const elsewhere of ["http://192.168.1.24:8080/#l=9-abc", "http://192.168.1.23:8080/about#l=9-abc", "http://192.168.1.23:8080/#k=x"]) await transport.openLink(elsewhere);
    expect([lines().length, opens.mock.calls.length]).toEqual([4, 3]);
    opens.mockRestore();
    expect((await listen(guest())).app[0], "and after a reload").toMatchObject({ app: { opened: at("#l=8-abc") } });
  });

  it("opens the door and leads to a line, where one link has both", async () => {
    named();
    open(`http://192.168.1.23:8080/#k=${SECRET}&p=${OTHER}&l=7-abc`);
    const { app } = await listen(guest());
    expect(location.hash).toBe("");
    expect(app[0]).toMatchObject({ app: { opened: { link: `#k=${SECRET}&p=${OTHER}&l=7-abc`, room: "here" } } });
    open(`http://192.168.1.23:8080/#k=${OTHER}&l=8-abc`);
    dispatchEvent(new Event("hashchange"));
    expect(app.filter(({ type }) => type === "opened").at(-1)).toMatchObject({ opened: { link: `#k=${OTHER}&l=8-abc` } });
  });

  it("is not tried again for what is no link", async () => {
    named();
    open(`http://192.168.1.23:8080/#k=${SECRET}`);
    guest();
    refuse("invite_expired");
    const before = sockets.length;
    for (const hash of ["about", "k=short", `p=${SECRET}`]) {
      open(`http://192.168.1.23:8080/#${hash}`);
      dispatchEvent(new Event("hashchange"));
    }
    expect(sockets).toHaveLength(before);
  });

  it("takes a link before there is a nickname", async () => {
    open(`http://192.168.1.23:8080/#k=${SECRET}`);
    const transport = guest();
    open(`http://192.168.1.23:8080/#k=${OTHER}`);
    dispatchEvent(new Event("hashchange"));
    await transport.setNickname("阿明");
    last().open();
    expect(last().sent).toMatchObject([{ type: "hello", secret: OTHER }]);
  });

  it.each(["。", "快来", "%E3%80%82", "）", "."])("opens by a link that words were taken for a part of: %s", (words) => {
    named();
    open(`http://192.168.1.23:8080/#p=${OTHER}${words}&k=${SECRET}${words}`);
    const transport = guest();
    last().open();
    expect(last().sent).toMatchObject([{ type: "hello", secret: SECRET }]);
    expect(transport.appLink()).toBe(`hearth://192.168.1.23:8080#p=${OTHER}&k=${SECRET}`);
  });

  it("is told by whoever has a link from whoever has none", async () => {
    const sign = { name: "周五读书会", closed: true, password: false };
    const asked = vi.fn(async () => new Response(JSON.stringify(sign)));
    vi.stubGlobal("fetch", asked);
    expect(await guest().door!()).toEqual({ sign, invited: false });
    open(`http://192.168.1.23:8080/#k=${SECRET}`);
    expect(await guest().door!()).toEqual({ sign, invited: true });
    expect(asked).toHaveBeenCalledWith("/sign", { cache: "no-store" });
    vi.stubGlobal("fetch", async () => new Response("not found", { status: 404 }));
    expect(await guest().door!()).toBeNull();
  });

  it("leads into the app where there is one", () => {
    const agent = vi.spyOn(navigator, "userAgent", "get").mockReturnValue("Mozilla/5.0 (Linux; Android 15; Pixel 9) Mobile Safari/537.36");
    expect(guest().appLink()).toBeNull();
    agent.mockReturnValue("Mozilla/5.0 (X11; Linux x86_64) Chrome/131.0.0.0 Safari/537.36");
    expect(guest().appLink()).toBe("hearth://192.168.1.23:8080");
  });

  it("keeps the link where the browser keeps nothing", () => {
    open(`http://192.168.1.23:8080/#k=${SECRET}`);
    expect(openedBy(guestStorage(null), location, history)).toBe(`k=${SECRET}`);
    expect(location.hash).toBe(`#k=${SECRET}`);
  });

  it("takes a password, tells a wrong one and does not say it again", async () => {
    named();
    const transport = guest();
    refuse("password_needed");
    const wrong = transport.join("ws://192.168.1.23:8080", "开门");
    last().open();
    expect(last().sent).toMatchObject([{ type: "hello", password: "开门" }]);
    last().say({ type: "refused", code: "password_wrong", message: "why" });
    await expect(wrong).rejects.toMatchObject({ why: { error: "connect", connect: { code: "hello_refused", reason: "password_wrong" } } });
    await transport.order("here", { type: "reconnect" });
    last().open();
    expect(last().sent[0]).not.toHaveProperty("password");
    const right = transport.join("ws://192.168.1.23:8080", "芝麻开门");
    last().open();
    expect(last().sent).toMatchObject([{ type: "hello", password: "芝麻开门" }]);
    last().say(welcome("a", 10, 10));
    await expect(right).resolves.toBe("here");
    await expect(transport.join("ws://192.168.1.23:8080")).resolves.toBe("here");
    expect(JSON.stringify(localStorage)).not.toContain("芝麻开门");
  });

  it("can be turned away from", async () => {
    named();
    const transport = guest();
    refuse("password_needed");
    const trying = transport.join("ws://192.168.1.23:8080", "开门");
    await transport.cancelJoin();
    await expect(trying).rejects.toMatchObject({ why: { connect: { code: "cancelled" } } });
  });
});
