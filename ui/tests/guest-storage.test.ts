// @vitest-environment happy-dom
// What of a guest survives a reload, also where the browser keeps nothing; and the links that may leave the page.
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Refusal } from "../src/transport";
import { copyText } from "../src/transport/guest/browser/clipboard";
import { guestStorage } from "../src/transport/guest/browser/storage";
import { checkedLink, openLink } from "../src/transport/guest/browser/web-links";
import type { SavedLine, SavedMember } from "../src/transport/guest/session/events";
import { postId } from "./guest";

const MEMBER: SavedMember = { token: "t", you: { member: "me", nickname: "阿明" }, name: "围炉", log: "a" };
const line = (n: number): SavedLine => ({ own: { type: "post", id: postId(n), text: `line ${n}`, state: { state: "sent" } }, wentOut: true, stored: null });

beforeEach(() => localStorage.clear());

describe("what is kept", () => {
  it.each(["zh-CN", "zh-TW", "en"] as const)("is the language that was chosen: %s", (language) => {
    guestStorage().saveSettings({ nickname: "", language, theme: "system", send_key: "enter", show_typing: true });
    expect(guestStorage().settings().language).toBe(language);
  });

  it("is there after a reload, lines in the order of writing", () => {
    const storage = guestStorage();
    expect([storage.settings(), storage.member(), storage.lines()]).toEqual([{ nickname: "", language: "system", theme: "system", send_key: "enter", show_typing: true }, null, []]);
    storage.saveSettings({ nickname: "阿明", language: "en", theme: "dark", send_key: "enter", show_typing: true });
    storage.save({ type: "member", member: MEMBER });
    for (const n of [2, 1, 3]) storage.save({ type: "line", line: line(n) });
    storage.save({ type: "line", line: { ...line(1), stored: 7 } });
    storage.save({ type: "gone", id: postId(3) });
    const later = guestStorage();
    expect(later.settings()).toEqual({ nickname: "阿明", language: "en", theme: "dark", send_key: "enter", show_typing: true });
    expect(later.member()).toEqual(MEMBER);
    expect(later.lines()).toEqual([{ ...line(1), stored: 7 }, line(2)]);
  });

  it("is there from the versions that did not say what it is", () => {
    const old = JSON.stringify(line(1)).replace('"type":"post",', "");
    expect(JSON.parse(old)).not.toHaveProperty("own.type");
    localStorage.setItem(`hearth.guest.line.${postId(1)}`, old);
    expect(guestStorage().lines()).toEqual([line(1)]);
  });

  it("has read marks and drafts by log, and forgets the logs not met for longest", () => {
    const storage = guestStorage();
    for (let i = 0; i < 20; i++) storage.saveReadMark(`log-${i}`, i);
    storage.saveDraft("log-10", "half a sen");
    const later = guestStorage();
    expect([later.marks("log-19"), later.marks("log-10"), later.marks("log-0"), later.marks("x")]).toEqual([{ read: 19 }, { read: 10, draft: "half a sen" }, {}, {}]);
    // Another tab has read less far.
    later.saveReadMark("log-19", 7);
    later.saveDraft("log-10", "");
    expect([storage.marks("log-19"), storage.marks("log-10")]).toEqual([{ read: 19 }, { read: 10 }]);
  });

  it("has those of the logs met last, whatever their order", () => {
    const storage = guestStorage();
    for (let i = 0; i < 16; i++) storage.saveReadMark(`log-${i}`, i + 1);
    const read = (...logs: string[]) => logs.map((log) => guestStorage().marks(log).read);
    storage.saveReadMark("log-5", 90);
    expect(read("log-0", "log-5")).toEqual([1, 90]);
    storage.saveReadMark("log-0", 91);
    storage.saveReadMark("log-16", 17);
    expect(read("log-0", "log-1", "log-2", "log-16")).toEqual([91, undefined, 3, 17]);
  });

  it("has how the room is shown, also when its host began anew", () => {
    const storage = guestStorage();
    storage.saveReadMark("before", 3);
    storage.saveJoinsShown("before", "none");
    expect(guestStorage().marks("before")).toEqual({ read: 3, joins: "none" });
    expect(guestStorage().marks("after")).toEqual({ joins: "none" });
    storage.saveReadMark("after", 1);
    expect(guestStorage().marks("after")).toEqual({ read: 1, joins: "none" });
  });

  it("is not written over by another tab", () => {
    const [here, there] = [guestStorage(), guestStorage()];
    here.save({ type: "line", line: line(1) });
    there.save({ type: "line", line: line(2) });
    expect(guestStorage().lines()).toHaveLength(2);
    const gone: string[] = [];
    here.whenGone((id) => gone.push(id));
    for (const [key, newValue] of [[`hearth.guest.line.${postId(1)}`, null], [`hearth.guest.line.${postId(2)}`, "{}"], ["other", null]] as const) {
      dispatchEvent(new StorageEvent("storage", { key, newValue }));
    }
    expect(gone).toEqual([postId(1)]);
  });

  describe("of two tabs", () => {
    /** A tab's own storage, over its reloads. */
    const tabs = () => [0, 1, 2].map((): Storage => {
      const kept = new Map<string, string>();
      return { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) } as unknown as Storage;
    });

    it("is each one's own draft, and a new tab's is the last one", () => {
      const [first, second, third] = tabs();
      guestStorage(localStorage, first).saveDraft("log", "of the first");
      guestStorage(localStorage, second).saveDraft("log", "of the second");
      const draft = (tab: Storage | undefined) => guestStorage(localStorage, tab).marks("log").draft;
      expect([first, second, third].map(draft)).toEqual(["of the first", "of the second", "of the second"]);
    });

    it("has its strip with it, and is there from the version that kept the text alone", () => {
      const [first, second, third] = tabs();
      const strip = { kind: "edit", seq: 3, text: "other words" } as const;
      const here = guestStorage(localStorage, first);
      here.saveDraft("log", "half", strip);
      expect([first, second].map((tab) => guestStorage(localStorage, tab).marks("log"))).toEqual([{ draft: "half", strip }, { draft: "half", strip }]);
      here.saveDraft("log", "", { kind: "reply", seq: 4 });
      expect([first, second].map((tab) => guestStorage(localStorage, tab).marks("log"))).toEqual([{ strip: { kind: "reply", seq: 4 } }, { strip: { kind: "reply", seq: 4 } }]);
      here.saveDraft("log", "");
      expect(guestStorage(localStorage, second).marks("log")).toEqual({});
      third!.setItem("hearth.guest.drafts", JSON.stringify([["log", "from before"], ["other", ""], ["x", { strip: { kind: "reply" } }]]));
      expect(["log", "other", "x"].map((log) => guestStorage(localStorage, third).marks(log))).toEqual([{ draft: "from before" }, {}, {}]);
    });

    it("is gone from the one that has sent it, and not from the other", () => {
      const [first, second, third] = tabs();
      const [here, there] = [guestStorage(localStorage, first), guestStorage(localStorage, second)];
      here.saveDraft("log", "of the first");
      there.saveDraft("log", "of the second");
      here.saveDraft("log", "");
      const draft = (tab: Storage | undefined) => guestStorage(localStorage, tab).marks("log").draft;
      expect([first, second, third].map(draft)).toEqual([undefined, "of the second", "of the second"]);
      there.saveDraft("log", "");
      expect([first, second, third].map(draft)).toEqual([undefined, undefined, undefined]);
    });

    it("is not back in a new tab once it was sent where it had been taken over", () => {
      const [first, second, third] = tabs();
      guestStorage(localStorage, first).saveDraft("log", "begun there");
      const here = guestStorage(localStorage, second);
      expect(here.marks("log")).toEqual({ draft: "begun there" });
      here.saveDraft("log", "");
      expect([guestStorage(localStorage, second).marks("log"), guestStorage(localStorage, third).marks("log")]).toEqual([{}, {}]);
    });

    it("is not taken from the one that goes on with it", () => {
      const [first, second, third] = tabs();
      const [here, there] = [guestStorage(localStorage, first), guestStorage(localStorage, second)];
      here.saveDraft("log", "begun");
      expect(there.marks("log").draft).toBe("begun");
      here.saveDraft("log", "begun, and gone on with");
      there.saveDraft("log", "");
      expect([first, third].map((tab) => guestStorage(localStorage, tab).marks("log").draft)).toEqual(["begun, and gone on with", "begun, and gone on with"]);
    });

    it("is forgotten for the logs not met for longest", () => {
      const [tab] = tabs();
      for (let i = 0; i < 20; i++) guestStorage(localStorage, tab).saveDraft(`log-${i}`, "x");
      expect(JSON.parse(tab!.getItem("hearth.guest.drafts")!)).toHaveLength(16);
    });

    it("is not believed where it was spoilt", () => {
      const [tab] = tabs();
      for (const spoilt of ["{", "7", '[["log"],["log",1],null,[1,"x"]]']) {
        tab!.setItem("hearth.guest.drafts", spoilt);
        expect(guestStorage(localStorage, tab).marks("log"), spoilt).toEqual({});
      }
    });
  });

  it("is not believed where it was spoilt", () => {
    localStorage.setItem("hearth.guest.settings", '{"nickname":"\\u200b","language":"xx","theme":7}');
    for (const marks of ["{", "{}", '[1,[2],["x",{"read":"1"}],["x",{"draft":7}],["x",null],["x",{"joins":"some"}]]', "null"]) {
      localStorage.setItem("hearth.guest.marks", marks);
      expect(guestStorage().marks("x")).toEqual({});
    }
    localStorage.setItem("hearth.guest.member", '{"token":"t","you":{"member":"me"}}');
    for (const [n, text] of ["{", "null", "7", "{}", '{"own":{"id":"a","text":"b","state":{"state":"flown"}},"wentOut":true,"stored":null}'].entries()) {
      localStorage.setItem(`hearth.guest.line.${n}`, text);
    }
    const storage = guestStorage();
    expect([storage.settings(), storage.member(), storage.lines()]).toEqual([{ nickname: "", language: "system", theme: "system", send_key: "enter", show_typing: true }, null, []]);
  });

  it("may be nothing at all: storage that is forbidden, full, or absent", () => {
    const fail = (): never => {
      throw new DOMException("no", "QuotaExceededError");
    };
    const full = { getItem: fail, setItem: fail, removeItem: fail, key: fail, get length() { return fail(); } } as unknown as Storage;
    vi.stubGlobal("localStorage", undefined);
    const storages = [guestStorage(full), guestStorage(null), guestStorage()];
    vi.unstubAllGlobals();
    const forbidden = vi.spyOn(globalThis, "localStorage", "get").mockImplementation(fail);
    storages.push(guestStorage());
    forbidden.mockRestore();
    for (const storage of storages) {
      storage.saveSettings({ nickname: "a", language: "en", theme: "dark", send_key: "enter", show_typing: true });
      storage.save({ type: "member", member: MEMBER });
      storage.save({ type: "line", line: line(1) });
      storage.save({ type: "gone", id: postId(1) });
      storage.saveReadMark("a", 1);
      storage.saveDraft("a", "b");
      expect([storage.settings().nickname, storage.member(), storage.lines(), storage.marks("a")]).toEqual(["", null, [], {}]);
    }
  });
});

describe("a link", () => {
  it.each([
    ["https://example.org", "https://example.org/"],
    ["HTTP://Example.org:8080/a?b=c#d", "http://example.org:8080/a?b=c#d"],
    ["http://[fd00::1]:8080/", "http://[fd00::1]:8080/"],
    ["https://аpple.com/", "https://xn--pple-43d.com/"],
    ["mailto:ming@example.org?Subject=hi&cc=li@example.org", "mailto:ming@example.org?Subject=hi&cc=li@example.org"],
  ])("%s passes in its normal form", async (link, opened) => {
    expect(checkedLink(link)).toBe(opened);
    const open = vi.spyOn(window, "open").mockReturnValue(null);
    await openLink(link);
    expect(open).toHaveBeenCalledWith(opened, "_blank", "noopener,noreferrer");
    open.mockRestore();
  });

  it("into a room is handed to the app, and the page stays", async () => {
    const go = vi.spyOn(location, "assign").mockImplementation(() => {});
    const open = vi.spyOn(window, "open");
    const link = "hearth://192.168.1.23:8080#p=_____________________w";
    await openLink(link);
    expect([go.mock.calls, open.mock.calls]).toEqual([[[link]], []]);
    go.mockRestore();
    open.mockRestore();
  });

  it.each([
    "", "example.org", "//example.org", "http://", "file:///etc/passwd", "javascript:alert(1)", "java\nscript:alert(1)",
    "data:text/html,hello", "ws://192.168.1.23:8080", "hearth://user@192.168.1.23:8080", "ssh://example.org", "https://user@example.org/",
    "https://user:word@example.org/", "https://bank.example%2f@evil.example/", "https://example.org/\u0000",
    " https://example.org/", "mailto:", "mailto:nobody", "mailto:ming@example.org?attach=/etc/passwd",
    `https://example.org/${"a".repeat(9000)}`,
  ])("%j is refused", async (link) => {
    const open = vi.spyOn(window, "open");
    await expect(openLink(link)).rejects.toMatchObject({ why: { error: "link_refused" } });
    expect(open).not.toHaveBeenCalled();
    open.mockRestore();
  });
});

describe("text for the clipboard", () => {
  it("goes there by the old way where there is no other, and the focus stays", async () => {
    vi.stubGlobal("navigator", { ...navigator, clipboard: undefined });
    document.body.innerHTML = "<input>";
    const input = document.querySelector("input")!;
    input.focus();
    const copied: string[] = [];
    document.execCommand = () => {
      const area = document.activeElement ?? document.querySelector("textarea");
      copied.push((document.querySelector("textarea") ?? (area as HTMLTextAreaElement)).value);
      return true;
    };
    await copyText("ws://192.168.1.23:8080");
    expect(copied).toEqual(["ws://192.168.1.23:8080"]);
    expect([document.querySelector("textarea"), document.activeElement]).toEqual([null, input]);
    document.execCommand = () => false;
    await expect(copyText("x")).rejects.toBeInstanceOf(Refusal);
    vi.unstubAllGlobals();
  });

  it("is written by the browser where it can", async () => {
    const writeText = vi.fn(async () => {});
    vi.stubGlobal("navigator", { clipboard: { writeText } });
    await copyText("a");
    expect(writeText).toHaveBeenCalledWith("a");
    vi.unstubAllGlobals();
  });
});
