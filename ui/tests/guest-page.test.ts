// @vitest-environment happy-dom
// The page as a guest in a browser has it: what a browser cannot do is not there.
import { fireEvent, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { hostOf } from "../src/model/hosting/address";
import { guestStorage } from "../src/transport/guest/browser/storage";
import { find, page, press, type } from "./page";

const plain = (is: boolean): void => void vi.stubGlobal("isSecureContext", !is);

beforeEach(() => {
  (window as unknown as { happyDOM: { setURL(url: string): void } }).happyDOM.setURL("http://192.168.1.23:8080/");
  plain(true);
});
afterEach(() => void vi.unstubAllGlobals());

const ABSENT = [
  "room-item", "rooms-open", "open-join", "host-toggle", "own-rooms-open", "leave-room", "host-start", "join-address",
  "export-html", "settings-closing", "settings-keep-awake", "settings-own-rooms",
];

function absent(): void {
  for (const id of ABSENT) expect(screen.queryByTestId(id), id).toBeNull();
}

async function openMenu(): Promise<void> {
  const menu = await find("room-menu");
  menu.focus();
  await fireEvent.keyDown(menu, { key: "ArrowDown" });
  await find("settings-open");
}

describe("a guest who comes for the first time", () => {
  it("is told where they are, and enters by a nickname alone", async () => {
    const { transport } = await page("guest-card");
    const field = await find("guest-nickname");
    expect(document.querySelector("main")!.textContent).toContain("192.168.1.23:8080");
    expect((await find("status")).textContent).toContain("还没有进入");
    expect(screen.getByTestId("have-app").getAttribute("href")).toMatch(/^hearth:\/\/192\.168\.1\.23:8080#k=/);
    absent();

    await fireEvent.click(await find("guest-enter"));
    expect((await find("nickname-error")).textContent).toContain("先给自己起个昵称");
    expect(field.getAttribute("aria-invalid")).toBe("true");
    expect(transport.calls).toEqual([]);

    await type("guest-nickname", " 小红 ");
    expect(screen.queryByTestId("nickname-save")).toBeNull();
    await fireEvent.click(await find("guest-enter"));
    await find("composer");
    expect(transport.calls).toEqual([{ name: "setNickname", args: ["小红"] }]);
    expect(screen.queryByTestId("guest-enter")).toBeNull();
  });

  it("is shown that they are on their way", async () => {
    await page("guest-card", (script) => delete script.entered);
    await type("guest-nickname", "小红");
    await fireEvent.click(await find("guest-enter"));
    await vi.waitFor(() => expect(screen.getByTestId("guest-enter").getAttribute("aria-busy")).toBe("true"));
  });

  it("chooses language and colours before, and nothing else", async () => {
    await page("guest-card");
    await fireEvent.click(await find("settings-open"));
    await find("settings-language");
    await find("settings-theme");
    expect(screen.queryByTestId("settings-nickname")).toBeNull();
    absent();
    await fireEvent.click(screen.getByTestId("settings-language-en").querySelector("input")!);
    await vi.waitFor(() => expect(screen.getByTestId("guest-enter").textContent?.trim()).toBe("Enter the room"));
  });
});

describe("a guest in the room", () => {
  it("has the talk, the people and the search, and nothing that a browser cannot do", async () => {
    const { transport } = await page("guest-room");
    await type("composer", "你们好");
    await fireEvent.click(await find("send"));
    expect(transport.calls).toMatchObject([{ name: "order", args: ["r1", { type: "post", text: "你们好", id: expect.any(String) as string }] }]);
    await vi.waitFor(() => expect(screen.getByTestId("status").textContent).toContain("服务已连接 192.168.1.23:8080"));
    await find("people-toggle");
    await find("search-open");
    absent();
  });

  it("has the rest in the menu of the room", async () => {
    await page("guest-room");
    await openMenu();
    absent();
    await press(screen.getByTestId("settings-open"));
    await find("settings-nickname");
    absent();
  });

  it("takes another nickname", async () => {
    const { transport } = await page("guest-room");
    await openMenu();
    await press(screen.getByTestId("nickname-open"));
    await type("nickname-input", "红");
    await fireEvent.click(await find("nickname-save"));
    await vi.waitFor(() => expect(transport.calls).toEqual([{ name: "setNickname", args: ["红"] }]));
  });
});

describe("the header in a narrow window", () => {
  it("has a place for each button from the start, so that none of them moves", async () => {
    const narrow = (media: string): MediaQueryList => ({ matches: !media.includes("min-width"), media, addEventListener() {}, removeEventListener() {} }) as unknown as MediaQueryList;
    const query = vi.spyOn(globalThis, "matchMedia").mockImplementation(narrow);
    try {
      await page("guest-room");
      await find("composer");
      const shown = (): number => document.querySelectorAll("header .icon-button").length;
      expect([screen.queryByTestId("people-toggle"), shown()]).toEqual([null, 3]);
      await find("people-toggle");
      await find("room-menu");
      expect(shown()).toBe(3);
    } finally {
      query.mockRestore();
    }
  });
});

describe("without encryption", () => {
  it("the card says what that means, in both languages", async () => {
    const { hearth } = await page("guest-card");
    expect((await find("plain-http")).textContent).toContain("没有加密");
    hearth.set({ language: "en" });
    await vi.waitFor(() => expect(screen.getByTestId("plain-http").textContent).toContain("Not encrypted"));
  });

  it("so does the room, until it is put away for good", async () => {
    const first = await page("guest-room");
    expect((await find("plain-http")).textContent).toContain("没有加密");
    await fireEvent.click(await find("plain-dismiss"));
    expect(screen.queryByTestId("plain-http")).toBeNull();
    first.unmount();
    await page("guest-room");
    await find("composer");
    expect(screen.queryByTestId("plain-http")).toBeNull();
  });

  it("is nothing that the app tells of", async () => {
    await page("joined-empty");
    await find("composer");
    expect(screen.queryByTestId("plain-http")).toBeNull();
  });

  it("is no matter on the host's own computer", async () => {
    plain(false);
    await page("guest-card");
    await find("guest-enter");
    expect(screen.queryByTestId("plain-http")).toBeNull();
  });
});

describe("the address of the room", () => {
  it.each([
    ["ws://192.168.1.23:8080", "192.168.1.23:8080"],
    ["http://hearth.local/", "hearth.local"],
    ["ws://[fe80::1]:8080/ws", "[fe80::1]:8080"],
    ["wss://chat.example.org", "chat.example.org"],
  ])("%s", (url, host) => {
    expect(hostOf(url)).toBe(host);
  });
});

describe("where storage is forbidden", () => {
  it("there are no marks, and the page is there all the same", () => {
    const known = Object.getOwnPropertyDescriptor(globalThis, "localStorage")!;
    Object.defineProperty(globalThis, "localStorage", { configurable: true, get: () => { throw new DOMException("no", "SecurityError"); } });
    try {
      const storage = guestStorage();
      storage.saveReadMark("x", 3);
      expect(storage.marks("x")).toEqual({});
    } finally {
      Object.defineProperty(globalThis, "localStorage", known);
    }
  });
});
