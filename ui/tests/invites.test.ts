// @vitest-environment happy-dom
// Who may come in, the links that are given away, and the doors of others.
import { fireEvent, screen } from "@testing-library/svelte";
import { tick } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { withoutFragment } from "../src/model/hosting/address";
import { DEFAULT_OPTIONS, inviteWishOf } from "../src/model/hosting/invite-options";
import { chosenInvite, type Hosted, linkAt, linkOf, sorted, stateOf } from "../src/model/hosting/invites";
import { NearbySearch, SEARCH_MS } from "../src/model/nearby.svelte";
import { asksPassword, entryRefusalOf, isEntering, isOutside } from "../src/model/room/entry-refusals";
import { newRoom } from "../src/model/room/state";
import { m } from "../src/paraglide/messages.js";
import { overwriteGetLocale } from "../src/paraglide/runtime";
import { appLink } from "../src/transport/guest/browser/app-link";
import { comersWords, inviteSummary, leadWords, limitsWords, validityWords } from "../src/view/words/invites";
import { locale } from "../src/view/words/locale.svelte";
import type { Invite, RefusalCode } from "../src/wire";
import { type Scene, sceneOf } from "./gallery/scenes";
import type { Script } from "./gallery/scripted";
import { find, page, type } from "./page";
import { NOW, roomOf, snapshot } from "./room";

const HOUR = 3_600_000;
const SECRET = "AAECAwQFBgcICQoLDA0ODw";
const KEY = "_____________________w";
const later = (ms: number): string => new Date(NOW + ms).toISOString();

function invite(id: string, change: Partial<Invite> = {}): Invite {
  return { id, role: "member", note: "", made_at: later(-HOUR), expires_at: null, uses: null, used: 0, state: "good", fragment: `k=${id}`, ...change };
}

const hosted = sceneOf("hosting").app.hosting as Hosted;
const closed = (invites: Invite[]): Hosted => ({ ...hosted, access: { closed: true, password: false }, invites });
/** What is read out, and what stands where others may look. */
const told = (): string => [...document.querySelectorAll("*")].flatMap((one) =>
  ["aria-label", "title", "alt", "placeholder"].map((name) => one.getAttribute(name) ?? "")).join("\n") + document.title + document.body.textContent;

/** The invitations of a scene. */
function invitesOf(scene: Scene): Invite[] {
  return (sceneOf(scene).app.hosting as Hosted).invites;
}

beforeEach(() => void vi.useFakeTimers({ now: NOW, toFake: ["Date"] }));
afterEach(() => {
  vi.useRealTimers();
  // The page chooses by itself again.
  overwriteGetLocale(locale);
});

describe("an invitation", () => {
  it("ends by the clock, although nobody has said so", () => {
    const one = invite("a", { expires_at: later(1) });
    expect([stateOf(one, NOW), stateOf(one, NOW + 1)]).toEqual(["good", "expired"]);
    expect(stateOf({ ...one, state: "revoked" }, NOW + 1)).toBe("revoked");
    const { good, past } = sorted([one, invite("b")], NOW + 1);
    expect([good, past].map((list) => list.map(({ id }) => id))).toEqual([["b"], ["a"]]);
  });

  it("is given away while it is good, the newest unless another one was chosen", () => {
    const room = closed([invite("used", { state: "used_up" }), invite("new"), invite("old")]);
    expect(chosenInvite(room, null, NOW)?.id).toBe("new");
    expect(chosenInvite(room, "old", NOW)?.id).toBe("old");
    expect(chosenInvite(room, "used", NOW)?.id).toBe("new");
    expect(linkOf(room.invites[1]!, room)).toBe("http://192.168.1.23:8080/#k=new");
    expect(linkAt(room.addresses[1]!, room, room.invites[2]!)).toBe("http://100.84.12.7:8080/#k=old");
    expect(linkAt(room.addresses[0]!, closed([]), chosenInvite(closed([]), null, NOW))).toBeNull();
  });

  it("is not what an open room's link is made of", () => {
    const open = { ...hosted, invites: [invite("new")] };
    expect(linkAt(open.addresses[0]!, open, chosenInvite(open, null, NOW))).toBe(`http://192.168.1.23:8080/#p=${KEY}`);
    expect(linkAt(open.addresses[0]!, { ...open, fragment: "" }, null)).toBe("http://192.168.1.23:8080/");
  });

  it("is worded in both languages, with its end rounded up", () => {
    const words = (locale: "zh-CN" | "en", ms: number): string => {
      overwriteGetLocale(() => locale);
      return validityWords(invite("a", { expires_at: later(ms) }), NOW, locale);
    };
    expect([90_000, 119 * 60_000, 3 * HOUR - 1, 71 * HOUR, 30, 61_000, 47 * HOUR, 49 * HOUR].map((ms) => words("en", ms))).toEqual([
      "expires in 2 minutes", "expires in 119 minutes", "expires in 3 hours", "expires in 3 days", "expires in 1 minute", "expires in 2 minutes", "expires in 47 hours", "expires in 3 days",
    ]);
    expect([3 * HOUR, 8 * 24 * HOUR, 0].map((ms) => words("zh-CN", ms))).toEqual(["3 小时后过期", "8 天后过期", "已过期"]);
    const listeners = invite("a", { note: "旁听", role: "reader", uses: 5, used: 2 });
    expect(inviteSummary(listeners)).toBe("旁听 · 只能看");
    expect(limitsWords(listeners, NOW, "zh-CN")).toBe("已有 2 人使用，共 5 个名额 · 不过期");
  });

  it("tells who came by it, and whether there are others", () => {
    const came = (locale: "zh-CN" | "en", people: string[], used: number) => {
      overwriteGetLocale(() => locale);
      return comersWords(invite("a", { people, used }), locale);
    };
    expect(came("en", ["Ann", "Bo"], 2)).toBe(m.invite_people({ names: "Ann and Bo" }));
    expect(came("en", ["Ann", "Bo"], 3)).toBe(m.invite_people_more({ names: "Ann, Bo" }));
    expect(came("zh-CN", ["林晓", "老王"], 2)).toBe(m.invite_people({ names: "林晓和老王" }));
    expect([came("zh-CN", [], 4), comersWords(invite("a", { used: 4 }), "zh-CN")]).toEqual([null, null]);
  });

  it("is led to by what is true of its link", () => {
    const works = () => "works";
    const lead = (room: Hosted, one: Invite | null) => leadWords(room, linkAt(room.addresses[0]!, room, one), one, works);
    const withPassword: Hosted = { ...closed([]), access: { closed: true, password: true } };
    expect([lead(hosted, null), lead(closed([]), invite("a")), lead(withPassword, invite("a"))]).toEqual(["works", "works", "works"]);
    expect([lead(withPassword, null), lead(closed([]), null)]).toEqual([m.share_password(), m.share_no_invite()]);
    expect(lead({ ...hosted, way_in: "only_here" }, null)).toBe(m.share_computer_lead());
  });

  it("is asked for as it was chosen", () => {
    expect(inviteWishOf(DEFAULT_OPTIONS)).toEqual({ role: "member", note: "", hours: 168, uses: null });
    expect(inviteWishOf({ role: "reader", hours: "ever", uses: "five", note: " x " })).toEqual({ role: "reader", note: "x", hours: null, uses: 5 });
  });
});

describe("a door", () => {
  const refused = (reason: RefusalCode, log: string | null) => roomOf(
    snapshot({ log, status: { state: "disconnected", error: { code: "hello_refused", reason } } }));

  it("that asks for something is told from what else is wrong", () => {
    expect(entryRefusalOf(refused("invite_expired", null))).toBe("invite_expired");
    expect(entryRefusalOf(refused("nickname_empty", null))).toBeNull();
    expect(entryRefusalOf(roomOf(snapshot({ status: { state: "disconnected", error: null } })))).toBeNull();
    expect([asksPassword("password_needed"), asksPassword("password_wrong"), asksPassword("invite_needed")]).toEqual([true, true, false]);
  });

  it("keeps what was said before the eyes of who was in", () => {
    expect(isOutside(refused("invite_revoked", null))).toBe(true);
    expect(isOutside(refused("invite_revoked", "log"))).toBe(false);
    expect(isOutside(refused("password_needed", "log"))).toBe(true);
  });

  it("is being opened until the room is known, or nobody answers", () => {
    const connecting = { state: "connecting" } as const;
    expect(isEntering(newRoom("ws://h"))).toBe(true);
    expect(isEntering(roomOf(snapshot({ log: "log", status: connecting })))).toBe(false);
    expect(isEntering(refused("password_wrong", null))).toBe(false);
  });
});

describe("the way to the app", () => {
  it("has what a link has, and nothing that is none of it", () => {
    expect(appLink("h:8080", `k=${SECRET}&p=${KEY}`)).toBe(`hearth://h:8080#k=${SECRET}&p=${KEY}`);
    expect(appLink("[fd00::1]:8080", "about")).toBe("hearth://[fd00::1]:8080");
    expect(appLink("h", `k=short&x=${SECRET}&k=${SECRET}<script>`)).toBe("hearth://h");
  });

  it("is shown without its secret", () => {
    expect(withoutFragment(`hearth://h:8080#k=${SECRET}`)).toBe("hearth://h:8080");
    expect(withoutFragment(`h＃k=${SECRET}`)).toBe("h");
  });
});

describe("the host", () => {
  it("copies one link that works everywhere, and tells its secret to nobody else", async () => {
    const { transport } = await page("share-closed");
    await fireEvent.click(await find("share-copy-link"));
    const link = (await find("share-copy-link")) && (transport.calls.find(({ name }) => name === "copyText")!.args[0] as string);
    expect(link).toMatch(/^http:\/\/192\.168\.1\.23:8080\/#k=[\w-]{22}&p=/);
    await fireEvent.click(await find("share-open"));
    expect((await find("qr")).getAttribute("viewBox")).toBe("-4 -4 41 41");
    expect(transport.calls).toContainEqual({ name: "qrCode", args: [link] });
    expect(told()).not.toContain(link.split("#")[1]!.slice(2, 12));
    await fireEvent.change(await find("share-invite"), { target: { value: "i2" } });
    await fireEvent.click(await find("share-link-copy"));
    expect(transport.calls.at(-1)!.args[0]).not.toBe(link);
  });

  it("makes an invitation where there is none, and finds it on top", async () => {
    const { transport } = await page("share-none");
    await fireEvent.click(await find("share-make"));
    await type("invite-note", " 新同学 ");
    await fireEvent.click(screen.getByTestId("invite-reader").querySelector("input")!);
    await fireEvent.click(screen.getByTestId("invite-five").querySelector("input")!);
    await fireEvent.click(await find("invite-make"));
    const made = await find("invite");
    expect(made.textContent).toContain("新同学");
    expect(made.className).toContain("fresh");
    expect(transport.calls).toEqual([{ name: "makeInvite", args: [{ role: "reader", note: "新同学", hours: 168, uses: 5 }] }]);
    await find("share-copy-link");
  });

  it("takes one back, and says whether its people stay", async () => {
    const { transport } = await page("access");
    await fireEvent.click(await find("access-open"));
    const first = async (): Promise<void> => void (await fireEvent.click((await screen.findAllByTestId("invite-revoke"))[0]!));
    await first();
    expect((await find("revoke")).textContent).toContain("有 2 个人是用它进来的");
    await fireEvent.click(await find("revoke-cancel"));
    expect(transport.calls).toEqual([]);
    await first();
    await fireEvent.click(await find("revoke-leave"));
    expect(transport.calls).toEqual([{ name: "revokeInvite", args: ["i1", true] }]);
    await vi.waitFor(() => expect(screen.getByTestId("invites").querySelectorAll("li")).toHaveLength(2));
  });

  it("closes the room, and gives it a password", async () => {
    const { transport } = await page("access-open");
    await fireEvent.click(await find("access-open"));
    await find("access-dialog");
    expect(screen.queryByTestId("password-setting")).toBeNull();
    await fireEvent.click(screen.getByTestId("access-invited").querySelector("input")!);
    await fireEvent.click(await find("password-change"));
    await fireEvent.click(await find("password-save"));
    expect((await find("password-error")).textContent).toContain("密码不能为空");
    await type("password-new", "炉火 炉火");
    await fireEvent.click(await find("password-save"));
    await fireEvent.click(await find("password-remove"));
    expect(transport.calls).toEqual([
      { name: "setAccess", args: [true, { do: "keep" }] }, { name: "setAccess", args: [true, { do: "set", password: "炉火 炉火" }] },
      { name: "setAccess", args: [true, { do: "remove" }] },
    ]);
    expect(document.querySelector("[data-closed]")!.textContent).toContain("要有邀请才能进");
  });

  it("lets members pin, and takes that back, in a room that is open or closed", async () => {
    for (const scene of ["access-open", "access"] as const) {
      const { transport, unmount } = await page(scene);
      await fireEvent.click(await find("access-open"));
      const pins = await find("access-members-pin");
      expect(pins.getAttribute("aria-checked")).toBe("false");
      await fireEvent.click(pins);
      await vi.waitFor(() => expect(pins.getAttribute("aria-checked")).toBe("true"));
      await fireEvent.click(pins);
      await vi.waitFor(() => expect(pins.getAttribute("aria-checked")).toBe("false"));
      expect(transport.calls).toEqual([{ name: "setRules", args: [{ members_pin: true }] }, { name: "setRules", args: [{ members_pin: false }] }]);
      unmount();
    }
  });

  it("is told why not", async () => {
    await page("access", (script) => (script.accessFails = { error: "system", message: "disk full" }));
    await fireEvent.click(await find("access-open"));
    await find("access-dialog");
    await fireEvent.click(screen.getByTestId("access-anyone").querySelector("input")!);
    expect((await find("access-error")).textContent).toContain("disk full");
  });
});

describe("the join form", () => {
  it("asks for the password where one opens the door, and tries again with it", async () => {
    const { transport } = await page("join-password");
    const link = `http://192.168.1.77:8080/#p=${KEY}`;
    await type("join-address", link);
    await fireEvent.click(await find("join-button"));
    await find("join-password");
    expect(screen.queryByTestId("password-error")).toBeNull();
    await fireEvent.click(await find("join-button"));
    expect((await find("password-error")).textContent).toContain("请输入密码");
    await type("join-password", "x");
    await fireEvent.click(await find("join-button"));
    await vi.waitFor(() => expect(screen.getByTestId("password-error").textContent).toContain("密码不对"));
    await type("join-password", "炉火");
    await fireEvent.click(await find("join-button"));
    await vi.waitFor(() => expect(transport.calls).toHaveLength(3));
    expect(transport.calls.map(({ args }) => args)).toEqual([[link], [link, "x"], [link, "炉火"]]);
  });

  it("enters a room nearby by one click, and says what it wants", async () => {
    const { transport } = await page("join-invite");
    const rooms = await screen.findAllByTestId("nearby-room");
    expect(rooms.map((room) => room.textContent?.includes("要邀请"))).toEqual([false, true, true]);
    await fireEvent.click(rooms[1]!);
    expect((await find("join-error")).textContent).toContain("名额用完了");
    expect((screen.getByTestId("join-address") as HTMLInputElement).value).toBe("192.168.1.77:8080");
    expect(transport.calls).toMatchObject([{ name: "join", args: [expect.stringMatching(/^hearth:.*#p=/)] }]);
  });

  it("lists what comes and goes, and nothing where that is off", async () => {
    const { transport, hearth } = await page("join-nearby");
    expect(await screen.findAllByTestId("nearby-room")).toHaveLength(3);
    transport.tell({ type: "nearby", nearby: [] });
    await find("nearby-none");
    hearth.set({ nearby: false });
    await vi.waitFor(() => expect(screen.queryByTestId("nearby")).toBeNull());
  });

  it("offers no link where nobody else gets in, and says why", async () => {
    const hosted = (change: Partial<Hosted>) => (script: Script) => {
      script.app = { ...script.app, hosting: { ...(sceneOf("share-others").app.hosting as Hosted), ...change } };
    };
    for (const closed of [false, true]) {
      const access = { closed, password: false };
      const { unmount } = await page("share-others", hosted({ way_in: "no_network", addresses: [], access, invites: invitesOf("share-closed") }));
      expect(await screen.findByText(m.share_none())).toBeTruthy();
      for (const id of ["share-open", "share-address", "share-make", "share-copy-link"]) expect(screen.queryByTestId(id), id).toBeNull();
      unmount();
    }
    const here = { url: "ws://127.0.0.1:8080", page: "http://127.0.0.1:8080/", kind: "loopback" as const };
    await page("share-others", hosted({ reach: "computer", way_in: "only_here", addresses: [here] }));
    await fireEvent.click(await find("share-open"));
    expect(await screen.findByText(m.share_computer_lead())).toBeTruthy();
    expect(screen.queryByLabelText(m.share_qr()), "no phone comes there").toBeNull();
  });

  it("ends the search for rooms by words, and goes on to list who comes", async () => {
    const { transport, hearth } = await page("join-nearby", (script) => (script.app = { ...script.app, nearby: [] }));
    const said = async (): Promise<string | null> => {
      await tick();
      return screen.getByTestId("nearby-none").textContent;
    };
    await find("nearby-none");
    expect(await said()).toBe(m.nearby_looking());
    hearth.search.goesOn = false;
    expect(await said()).toBe(m.nearby_none());
    transport.tell({ type: "nearby", nearby: [{ name: "茶", address: "169.254.1.2:8080", link: "http://169.254.1.2:8080/", invite: false, open: null }] });
    await find("nearby-room");
    transport.tell({ type: "nearby", nearby: [] });
    expect(await said(), "whoever was there has gone").toBe(m.nearby_none());
  });

  it("says for some seconds that it searches, and again when that is switched on again", () => {
    vi.useFakeTimers();
    const search = new NearbySearch();
    search.follow(true);
    vi.advanceTimersByTime(SEARCH_MS - 1);
    expect(search.goesOn).toBe(true);
    vi.advanceTimersByTime(1);
    search.follow(true);
    expect(search.goesOn).toBe(false);
    search.follow(false);
    search.follow(true);
    expect(search.goesOn).toBe(true);
    vi.advanceTimersByTime(SEARCH_MS);
    expect(search.goesOn).toBe(false);
    search.follow(false);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("marks the rooms that one is in, and leads there", async () => {
    const { transport, hearth } = await page("join-looking", (script) => {
      const nearby = sceneOf("join-nearby").app.nearby;
      script.app.nearby = nearby.map((room, i) => ({ ...room, open: i === 0 ? script.app.rooms[1]!.key : null }));
    });
    const there = hearth.app!.rooms[1]!.key;
    expect(hearth.rooms.active?.key).not.toBe(there);
    await fireEvent.click(await find("open-join"));
    const rooms = await screen.findAllByTestId("nearby-room");
    expect(rooms.map((room) => room.querySelector("[data-testid=nearby-in]")?.textContent ?? null)).toEqual(["已加入", null, null]);
    await fireEvent.click(rooms[0]!);
    expect(hearth.rooms.active?.key).toBe(there);
    await vi.waitFor(() => expect(screen.queryByTestId("join-dialog")).toBeNull());
    expect(transport.calls.filter(({ name }) => name === "join")).toEqual([]);
  });

  it("asks before it enters where another key answers than before, and then enters", async () => {
    const { transport } = await page("joining", (script) => {
      delete script.joinFails;
      script.otherKey = true;
    });
    await type("join-address", "http://192.168.1.23:8080/");
    await fireEvent.click(await find("join-button"));
    expect((await find("join-error")).textContent).toContain("密钥");
    expect((await find("join-button")).textContent?.trim()).toBe("仍然加入");
    await fireEvent.click(await find("join-button"));
    await vi.waitFor(() => expect(transport.calls.map(({ args }) => args)).toEqual([
      ["http://192.168.1.23:8080/"], ["http://192.168.1.23:8080/", undefined, true],
    ]));
  });

  it("asks about another key once, also where a password is asked for behind it", async () => {
    const { transport } = await page("join-password", (script) => (script.otherKey = true));
    await type("join-address", "http://192.168.1.23:8080/");
    await fireEvent.click(await find("join-button"));
    await find("join-error");
    await fireEvent.click(await find("join-button"));
    await type("join-password", "炉火");
    await fireEvent.click(await find("join-button"));
    await vi.waitFor(() => expect(transport.calls.map(({ args }) => args.slice(1))).toEqual([[], [undefined, true], ["炉火", true]]));
  });

  it("asks anew for another address", async () => {
    const { transport } = await page("joining", (script) => {
      delete script.joinFails;
      script.otherKey = true;
    });
    await type("join-address", "a:1");
    await fireEvent.click(await find("join-button"));
    await find("join-error");
    await type("join-address", "b:1");
    await fireEvent.click(await find("join-button"));
    await find("join-error");
    expect(transport.calls.map(({ args }) => args)).toEqual([["a:1"], ["b:1"]]);
  });

  it("leads back into a room that was left by one click, and forgets it by another", async () => {
    const { transport } = await page("join-recent");
    const rooms = await screen.findAllByTestId("recent-room");
    expect(rooms.map((room) => room.textContent?.replace(/\s+/g, " ").trim())).toEqual([
      "读书会 wss://192.168.1.23:8080", "ws://192.168.1.50:8080", expect.stringContaining("wss://[fd00:"),
    ]);
    await fireEvent.click(screen.getByRole("button", { name: "从列表中移除“ws://192.168.1.50:8080”" }));
    await vi.waitFor(() => expect(screen.getAllByTestId("recent-room")).toHaveLength(2));
    expect(document.activeElement, "the focus is on the next one's").toBe(screen.getAllByTestId("recent-forget")[1]);
    await fireEvent.click(rooms[0]!);
    await vi.waitFor(() => expect(transport.calls).toHaveLength(2));
    expect(transport.calls).toEqual([{ name: "forgetRecent", args: [2] }, { name: "rejoin", args: [3] }]);

    for (const button of screen.getAllByTestId("recent-forget")) await fireEvent.click(button);
    await vi.waitFor(() => expect(screen.queryByTestId("recent")).toBeNull());
    expect(document.activeElement).toBe(screen.getByTestId("join-address"));
  });

  it("shows no secret while it connects", async () => {
    await page("joining");
    await type("join-address", `h:8080#k=${SECRET}`);
    await fireEvent.click(await find("join-button"));
    await vi.waitFor(() => expect(screen.getByTestId("status").textContent).toContain("h:8080"));
    expect(told()).not.toContain(SECRET);
  });
});

describe("a link that was opened", () => {
  it("leads nowhere before one has said so", async () => {
    const { transport } = await page("opened");
    expect((await find("opened-address")).textContent).toContain("192.168.1.77:8080");
    await vi.waitFor(() => expect(document.activeElement).toBe(screen.getByTestId("opened-join")));
    expect(told()).not.toContain("AAECAw");
    await fireEvent.click(await find("opened-no"));
    await vi.waitFor(() => expect(screen.queryByTestId("opened-dialog")).toBeNull());
    expect(transport.calls).toEqual([{ name: "answerOpened", args: [] }]);
  });

  it("is entered, and answered by that", async () => {
    const { transport } = await page("opened");
    await fireEvent.click(await find("opened-join"));
    await vi.waitFor(() => expect(transport.calls.map(({ name }) => name)).toEqual(["join", "answerOpened"]));
    expect(transport.calls[0]!.args[0]).toContain("#k=");
  });

  it("asks for a name first, and for a password", async () => {
    const { transport } = await page("opened-unnamed", (script) => (script.password = "炉火"));
    const dialog = await find("opened-dialog");
    await fireEvent.click(await find("opened-join"));
    expect(dialog.textContent).toContain("先给自己起个昵称");
    await fireEvent.input(dialog.querySelector("[data-testid=nickname-input]")!, { target: { value: "小红" } });
    await fireEvent.click(await find("opened-join"));
    await type("join-password", "炉火");
    await fireEvent.click(await find("opened-join"));
    await vi.waitFor(() => expect(transport.calls.map(({ name }) => name)).toEqual(["setNickname", "join", "join", "answerOpened"]));
  });

  it("asks once more where another key answers than before", async () => {
    const { transport } = await page("opened", (script) => (script.otherKey = true));
    await fireEvent.click(await find("opened-join"));
    expect((await find("opened-error")).textContent).toContain("密钥");
    await fireEvent.click(await find("opened-join"));
    await vi.waitFor(() => expect(transport.calls.map(({ name }) => name)).toEqual(["join", "join", "answerOpened"]));
    expect(transport.calls[1]!.args[2]).toBe(true);
  });

  it("that is none says why", async () => {
    await page("opened-wrong");
    expect((await find("opened-problem")).textContent).toContain("不完整");
    expect(screen.queryByTestId("opened-join")).toBeNull();
  });
});

describe("in a room", () => {
  it("a reader has no message box, until they may talk", async () => {
    const { transport } = await page("reader");
    expect((await find("read-only")).textContent).toContain("只能看");
    expect(screen.queryByTestId("composer")).toBeNull();
    transport.say("r1", [{ type: "welcomed", name: "x", you: null, log: "log-1", limits: { text_bytes: 1, nickname_chars: 1, frame_bytes: 1 } }]);
    await find("composer");
  });

  it("the address tells that it is encrypted", async () => {
    await page("encrypted");
    expect((await find("encrypted")).textContent).toBe("加密连接");
  });
});

describe("a guest whom the host did not let in", () => {
  it("gives the password on the card", async () => {
    const { transport } = await page("guest-password");
    await type("join-password", "x");
    await fireEvent.click(await find("guest-enter"));
    expect((await find("password-error")).textContent).toContain("密码不对");
    await type("join-password", "炉火");
    await fireEvent.click(await find("guest-enter"));
    await vi.waitFor(() => expect(transport.calls.map(({ args }) => args)).toEqual([
      ["ws://192.168.1.23:8080", "x"], ["ws://192.168.1.23:8080", "炉火"],
    ]));
  });

  it("is told what is wrong with the invitation, and may try again", async () => {
    const { transport } = await page("guest-invite");
    expect((await find("guest-shut")).textContent).toContain("邀请已过期");
    await fireEvent.click(await find("guest-enter"));
    expect(transport.calls).toEqual([{ name: "order", args: ["r1", { type: "reconnect" }] }]);
  });
});
