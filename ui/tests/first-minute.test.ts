// @vitest-environment happy-dom
// The first minute: what a room shows before there is talk, and what stands at its door.
import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { inviteWishOf, DEFAULT_OPTIONS, MOST_USES } from "../src/model/hosting/invite-options";
import { firstMinute } from "../src/model/room/first";
import { reduce } from "../src/model/room/reduce";
import { m } from "../src/paraglide/messages.js";
import { isPhone, linkToPassOn } from "../src/transport/guest/browser/app-link";
import { doorSign, readSign } from "../src/transport/guest/browser/door";
import { type DoorSign, type Entry, LIMITS_V1, type RoomSnapshot } from "../src/wire";
import { sceneOf } from "./gallery/scenes";
import { find, page, type } from "./page";
import { entry, roomOf, snapshot } from "./room";

const ME = { member: "m-me", nickname: "me" };
const joined = (seq: number, who: string): Entry =>
  ({ seq, prev: seq - 1, at: "2026-11-22T04:00:00Z", from: { member: `m-${who}`, nickname: who }, kind: "joined", dialect: "v1" }) as Entry;
const quiet = (change: Partial<RoomSnapshot>) => roomOf(snapshot({ you: ME, log: "log", online: 1, ...change }));

describe("a room", () => {
  it("has its first minute until somebody else has come or something was said", () => {
    expect(firstMinute(quiet({ entries: [joined(1, "me")] }))).toBe("alone");
    expect(firstMinute(quiet({ entries: [] }))).toBe("alone");
    expect(firstMinute(quiet({ entries: [joined(1, "me"), joined(2, "li")] }))).toBe("quiet");
    expect(firstMinute(quiet({ entries: [joined(1, "me")], online: 2 }))).toBe("quiet");
    expect(firstMinute(quiet({ entries: [joined(1, "me"), entry(2, "me", "有人吗")] }))).toBeNull();
    expect(firstMinute(quiet({ entries: [entry(1, "li", "有")], online: 1 }))).toBeNull();
  });

  it("has none where more may be known soon, or was said before", () => {
    expect(firstMinute(quiet({ log: null }))).toBeNull();
    expect(firstMinute(quiet({ entries: [joined(9, "me")], more: true }))).toBeNull();
    expect(firstMinute(quiet({ entries: [joined(9, "me")], gaps: [{ after: 0, to: 8 }] }))).toBeNull();
    expect(firstMinute(quiet({ own: [{ type: "post", id: "x", text: "在写", state: { state: "queued" } }] }))).toBeNull();
    expect(firstMinute(quiet({ status: { state: "connected", dialect: "classic" } }))).toBeNull();
    expect(firstMinute(quiet({ entries: [{ ...joined(1, "me"), kind: "unknown" } as Entry] })), "said by a later version").toBeNull();
    const before = snapshot({ you: ME, log: "before", entries: [entry(1, "li", "早")] });
    expect(firstMinute(roomOf(before, snapshot({ you: ME, log: "log", online: 1 }))), "the host began anew").toBeNull();
  });

  it("shows its host how others get in, large enough for a whole room", async () => {
    await page("first-minute");
    const first = await find("first-minute");
    expect(first.textContent).toContain("把大家请进来");
    expect((await find("first-address")).textContent).toBe("192.168.1.23:8080");
    await find("first-copy");
    await find("qr");
    await fireEvent.click(await find("first-full"));
    const poster = await find("poster");
    expect(poster.textContent).toContain("周五读书会");
    expect(poster.textContent).toContain("192.168.1.23:8080");
    await waitFor(() => expect(poster.querySelector("[data-testid=qr]")).not.toBeNull());
    await fireEvent.keyDown(poster, { key: "Escape" });
    await waitFor(() => expect(screen.queryByTestId("poster")).toBeNull());
    await fireEvent.click(await find("first-doctor"));
    await find("doctor-dialog");
  });

  it("sends nobody to an address that an invitation alone opens", async () => {
    await page("first-minute", (script) => {
      const { hosting: closed } = sceneOf("closed").app;
      if (script.app.hosting.state !== "on" || closed.state !== "on") throw new Error("both are hosted");
      script.app.hosting = { ...script.app.hosting, access: closed.access, invites: closed.invites };
    });
    const { textContent } = await find("first-minute");
    expect(textContent).toContain(m.share_works());
    expect(textContent).not.toContain(m.first_lead());
  });

  it("has talk instead as soon as there is some", async () => {
    const { transport } = await page("first-minute");
    await find("first-minute");
    transport.say("r1", [{ type: "entries", entries: [{ ...joined(2, "li"), prev: 1 }] }]);
    await waitFor(() => expect(screen.queryByTestId("first-minute")).toBeNull());
    expect(screen.queryByTestId("first-quiet"), "its host knows whose it is").toBeNull();
  });

  it("offers no code that leads nowhere", async () => {
    await page("first-minute", (script) => {
      if (script.app.hosting.state === "on") {
        const loopback = script.app.hosting.addresses.filter(({ kind }) => kind === "loopback");
        script.app.hosting = { ...script.app.hosting, reach: "computer", way_in: "only_here", addresses: loopback };
      }
    });
    const first = await find("first-minute");
    expect(first.textContent).toContain("只对这台电脑开放");
    for (const gone of ["qr", "first-full", "first-doctor"]) expect(screen.queryByTestId(gone)).toBeNull();
  });

  it("tells a guest who hosts and how many are here", async () => {
    await page("first-quiet");
    const { textContent } = await find("first-quiet");
    expect(textContent).toContain("阿明在主持");
    expect(textContent).toContain("现在有 2 人在");
  });

  it("says nothing of who is here while there is no link", async () => {
    const { transport } = await page("first-quiet");
    await find("first-quiet");
    transport.say("r1", [{ type: "status", status: { state: "reconnecting", in_ms: 3000, attempt: 1, error: { code: "link_broken" } } }]);
    await waitFor(() => expect(screen.queryByTestId("first-quiet")).toBeNull());
  });

  it("is whose the host says, and nobody's where it says nothing", () => {
    const owned = roomOf(snapshot({ owner: "m-ming" }));
    const met = (owner?: string) => reduce(owned, { type: "welcomed", name: "a", you: ME, log: "log", limits: LIMITS_V1, ...(owner !== undefined && { owner }) }, 0);
    expect([owned.owner, met("m-li").owner, met().owner, roomOf(snapshot({ owner: "m-ming" }), snapshot()).owner]).toEqual(["m-ming", "m-li", null, null]);
  });

  it("shows whose it is, with a sign that no name can wear", async () => {
    await page("first-quiet", (script) => {
      for (const update of script.rooms?.["r1"] ?? []) {
        if (update.type === "snapshot") update.room = { ...update.room, people: [...update.room.people, { member: "m-x", nickname: "房主", dialect: "v1" }] };
      }
    });
    const owner = await find("owner");
    expect(owner.closest("[data-testid=person]")!.textContent).toContain("阿明");
    expect(screen.getAllByTestId("owner")).toHaveLength(1);
  });
});

describe("the form to host", () => {
  it("asks for a name and who can join; all else is behind one word", async () => {
    const { transport } = await page("first-again");
    await find("host-name");
    const more = (await find("host-more")).closest("details")!;
    expect(more.open).toBe(false);
    for (const inside of ["host-port", "host-foreign"]) expect(more.contains(await find(inside))).toBe(true);
    expect(more.contains(await find("host-reach-network"))).toBe(false);
    await type("host-port", "80x");
    await fireEvent.click(await find("host-start"));
    await find("host-error");
    expect(more.open, "what is wrong is in sight").toBe(true);
    expect(transport.calls).toEqual([]);
  });
});

describe("the door", () => {
  const at = (sign: DoorSign | null, invited = false) => page("guest-card", (script) => (script.door = sign && { sign, invited }));
  const OPEN: DoorSign = { name: "周五读书会", closed: false, password: false, owner: "阿明", online: 3 };

  it("says who invites one to what", async () => {
    await at(OPEN);
    await waitFor(() => expect(screen.getByTestId("guest-title").textContent).toBe("阿明请你来“周五读书会”"));
    expect((await find("guest-lead")).textContent).toContain("起个昵称就能进");
    expect(document.body.textContent).toContain("现在有 3 人在");
    expect(document.querySelector("code")!.textContent).toBe("localhost:3000");
    await find("guest-nickname");
  });

  it("does without a name where the host tells none, and without a sign", async () => {
    const { unmount } = await at({ ...OPEN, owner: undefined } as unknown as DoorSign);
    await waitFor(() => expect(screen.getByTestId("guest-title").textContent).toBe("欢迎来“周五读书会”"));
    unmount();
    await at(null);
    expect((await find("guest-title")).textContent).toBe("进来坐坐，一起聊。");
  });

  it("says that a room is closed before it asks for a nickname, and looks again when asked to", async () => {
    const { transport } = await at({ name: "周五读书会", closed: true, password: false });
    await waitFor(() => expect(screen.getByTestId("guest-title").textContent).toBe("“周五读书会”要有邀请才能进"));
    expect(screen.queryByTestId("guest-nickname")).toBeNull();
    transport.door = async () => ({ sign: OPEN, invited: false });
    await fireEvent.click(await find("guest-look"));
    await find("guest-nickname");
  });

  it("asks whoever has an invitation or may know the password", async () => {
    const { unmount } = await at({ name: "周五读书会", closed: true, password: false }, true);
    await waitFor(() => expect(screen.getByTestId("guest-title").textContent).toBe("欢迎来“周五读书会”"));
    await find("guest-nickname");
    unmount();
    await at({ name: "周五读书会", closed: true, password: true });
    await waitFor(() => expect(screen.getByTestId("guest-lead").textContent).toContain("再输入房间密码"));
    await find("guest-nickname");
  });

  it("reads what a host says with care", async () => {
    expect(readSign({ ...OPEN, later: 1 })).toEqual(OPEN);
    expect(readSign({ name: "a", closed: true, password: "yes", owner: 7, online: "3" })).toEqual({ name: "a", closed: true, password: false });
    expect(readSign({ ...OPEN, owner: "" })).toEqual({ name: OPEN.name, closed: false, password: false, online: 3 });
    for (const none of [null, 7, "x", [], {}, { name: "", closed: false }, { name: "a" }, { closed: true }]) expect(readSign(none)).toBeNull();
    expect(await doorSign(async () => new Response("nothing here", { status: 404 }))).toBeNull();
    expect(await doorSign(async () => new Response(JSON.stringify(OPEN), { status: 503 })), "it says that it cannot say").toBeNull();
    expect(await doorSign(async () => new Response(JSON.stringify(OPEN)))).toEqual(OPEN);
    expect(await doorSign(async () => new Response("<html>", { status: 200 }))).toBeNull();
    expect(await doorSign(async () => { throw new TypeError("no network"); })).toBeNull();
  });
});

describe("a link to pass on", () => {
  it("has the key of the host, and never a secret", () => {
    const [k, p] = ["AAECAwQFBgcICQoLDA0ODw", "_____________________w"];
    for (const fragment of [`k=${k}&p=${p}`, `p=${p}&k=${k}`, `p=${p}`]) expect(linkToPassOn("http://h:8080", fragment)).toBe(`http://h:8080/#p=${p}`);
    for (const fragment of ["", `k=${k}`, "p=short", "about"]) expect(linkToPassOn("http://h:8080", fragment)).toBe("http://h:8080/");
  });

  it("is in the room's menu: to copy, and before a camera", async () => {
    const link = "http://192.168.1.23:8080/#p=_____________________w";
    const { transport } = await page("joined-empty", (script) => (script.app.rooms[0] = { ...script.app.rooms[0]!, link }));
    const menu = await find("room-menu");
    await fireEvent.keyDown(menu, { key: "Enter" });
    await fireEvent.click(menu);
    const copy = await find("room-copy-link");
    await fireEvent.keyDown(copy, { key: "Enter" });
    await fireEvent.click(copy);
    await waitFor(() => expect(transport.calls).toContainEqual({ name: "copyText", args: [link] }));
    await find("link-copied");
    await waitFor(() => expect(screen.queryByTestId("link-copied"), "it goes by itself").toBeNull());
  });

  it("opens the app where there may be one: not on a telephone", () => {
    const agent = (userAgent: string, maxTouchPoints = 0) => isPhone({ userAgent, maxTouchPoints });
    for (const phone of [
      "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/131.0.0.0 Mobile Safari/537.36",
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile/15E148 Safari/604.1",
      "Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 Mobile HuaweiBrowser",
    ]) expect(agent(phone, 5), phone).toBe(true);
    expect(agent("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.1 Safari/605.1.15", 5)).toBe(true);
    for (const computer of [
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.1 Safari/605.1.15",
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36",
    ]) expect(agent(computer), computer).toBe(false);
    expect(agent("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.1 Safari/605.1.15", 1), "one finger is a tablet beside it").toBe(false);
    expect(agent("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36", 10)).toBe(false);
  });
});

describe("what was opened inside of a dialog", () => {
  beforeEach(() => void vi.useRealTimers());
  afterEach(() => void vi.useRealTimers());

  it("is what Esc closes, and not the dialog around it", async () => {
    await page("own-rooms");
    await fireEvent.click(await find("own-rooms-open"));
    const menu = (await screen.findAllByTestId("own-room-menu"))[1]!;
    await fireEvent.keyDown(menu, { key: "Enter" });
    await fireEvent.click(menu);
    const retention = await find("own-room-retention");
    await fireEvent.keyDown(retention, { key: "Enter" });
    await fireEvent.click(retention);
    const form = await find("retention-form");
    await fireEvent.keyDown(form.querySelector("input")!, { key: "Escape", isComposing: true, keyCode: 229 });
    expect(screen.queryByTestId("retention-form"), "an input method's Esc").not.toBeNull();
    await fireEvent.keyDown(form.querySelector("input")!, { key: "Escape" });
    await waitFor(() => expect(screen.queryByTestId("retention-form")).toBeNull());
    expect(screen.queryByTestId("own-rooms-dialog")).not.toBeNull();
    await fireEvent.keyDown(screen.getByTestId("own-rooms-dialog"), { key: "Escape" });
    await waitFor(() => expect(screen.queryByTestId("own-rooms-dialog")).toBeNull());
  });

  it("takes the number of a whole class", async () => {
    const { transport } = await page("access");
    await fireEvent.click(await find("access-open"));
    await fireEvent.click(await find("invite-new"));
    await fireEvent.click(await find("invite-some"));
    await fireEvent.click(await find("invite-make"));
    await find("invite-count-error");
    await type("invite-count", "40");
    await fireEvent.click(await find("invite-make"));
    await waitFor(() => expect(transport.calls.at(-1)).toMatchObject({ name: "makeInvite", args: [{ uses: 40 }] }));
    const uses = (count: string) => inviteWishOf({ ...DEFAULT_OPTIONS, uses: "some", count })?.uses;
    expect([" 40 ", "４０", "1", String(MOST_USES)].map(uses)).toEqual([40, 40, 1, MOST_USES]);
    for (const wrong of ["", "0", "-1", "1.5", "x", String(MOST_USES + 1), "四十"]) expect(uses(wrong), wrong).toBeUndefined();
    expect([inviteWishOf(DEFAULT_OPTIONS)?.uses, inviteWishOf({ ...DEFAULT_OPTIONS, uses: "five", count: "x" })?.uses]).toEqual([null, 5]);
  });
});
