// @vitest-environment happy-dom
// The page says what was seen, and no more.
import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import { linkAt } from "../src/model/hosting/invites";
import { isShownOut } from "../src/model/room/entry-refusals";
import { statusLine } from "../src/model/room/status";
import { overwriteGetLocale } from "../src/paraglide/runtime.js";
import { validityWords } from "../src/view/words/invites";
import { visitWords } from "../src/view/words/names";
import { statusDetail, statusWords } from "../src/view/words/status";
import type { Invite, RefusalCode, Room, Status } from "../src/wire";
import { sceneOf } from "./gallery/scenes";
import { find, page } from "./page";
import { NOW, roomOf, snapshot } from "./room";

const INFO: Room = { key: "a", url: "wss://192.168.1.23:8080", name: "读书会", hosted: false };
const ERROR = (reason: RefusalCode): Status => ({ state: "disconnected", error: { code: "hello_refused", reason } });

function hostedOf(scene: "hosting" | "closed-none" | "closed") {
  const { hosting } = sceneOf(scene).app;
  if (hosting.state !== "on") throw new Error("it is hosted");
  return hosting;
}

describe("who can get in", () => {
  it("is not green before somebody came from another computer", async () => {
    const { transport } = await page("hosting");
    const said = await find("host-visit");
    expect(said.textContent).toContain("还没有人从别的电脑进来过");
    expect(said.querySelector(".dot")!.className).toContain("disconnected");
    expect(document.body.textContent).not.toContain("可以连上");
    transport.tell({ type: "hosting", hosting: { ...hostedOf("hosting"), visit: { by: "小李", at: "2026-11-22T11:52:00Z", from: "network" } } });
    await waitFor(() => expect(screen.getByTestId("host-visit").textContent).toContain("从同一网络进来过"));
    const seen = screen.getByTestId("host-visit");
    expect(seen.textContent).toContain("小李");
    expect(seen.querySelector(".dot")!.className).toContain("connected");
    expect(seen.querySelector(".dot")!.className).not.toContain("disconnected");
  });

  it("is told by what was seen, each kind of network by its name", () => {
    overwriteGetLocale(() => "zh-CN");
    const at = "2026-11-22T03:52:00Z";
    const words = (["network", "vpn", "internet"] as const).map((from) => visitWords({ by: "小李", at, from }, NOW, "zh-CN"));
    expect(new Set(words).size).toBe(3);
    for (const said of words) expect(said).toMatch(/^\u2068小李\u2069 .+进来过$/);
    expect(visitWords(undefined, NOW, "zh-CN")).toBe("还没有人从别的电脑进来过");
  });

  it("says only what it is in a room for this computer alone", async () => {
    await page("hosting", (script) => {
      if (script.app.hosting.state === "on") script.app.hosting = { ...script.app.hosting, reach: "computer", way_in: "only_here" };
    });
    await find("host-toggle");
    expect(screen.queryByTestId("host-visit")).toBeNull();
    expect(document.body.textContent).toContain("只有这台电脑能连上");
  });
});

describe("a closed room with a password and no invitation", () => {
  it("gives the link that leads to its door, with the key and without a secret", () => {
    const closed = { ...hostedOf("closed-none"), access: { closed: true, password: true } };
    expect(linkAt(closed.addresses[0]!, closed, null)).toBe(`http://192.168.1.23:8080/#${closed.fragment}`);
    expect(linkAt(closed.addresses[0]!, { ...closed, access: { closed: true, password: false } }, null)).toBeNull();
    const withOne = hostedOf("closed");
    expect(linkAt(withOne.addresses[0]!, withOne, withOne.invites[0]!)).toContain("k=");
  });

  it("says to give both away, with the link and its code", async () => {
    await page("closed-none", (script) => {
      if (script.app.hosting.state === "on") script.app.hosting = { ...script.app.hosting, access: { closed: true, password: true } };
    });
    await fireEvent.click(await find("share-open"));
    await find("share-link");
    await find("qr");
    expect(screen.getByRole("dialog").textContent).toContain("把链接和密码一起告诉大家");
    expect(screen.queryByTestId("share-make-invite")).toBeNull();
    await find("share-copy-link");
  });
});

describe("an invitation", () => {
  const until = (ms: number): string => {
    const invite = { state: "good", expires_at: new Date(NOW + ms).toISOString() } as Invite;
    return validityWords(invite, NOW, "zh-CN").replaceAll(" ", "");
  };
  const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];

  it("expires when one has just said that it shall", () => {
    overwriteGetLocale(() => "zh-CN");
    expect([7 * DAY - 1, 7 * DAY - 30_000, DAY - 1, HOUR - 1].map(until)).toEqual(["7天后过期", "7天后过期", "24小时后过期", "60分钟后过期"]);
    expect([6 * DAY, 2 * DAY, 2 * HOUR, MINUTE, 1].map(until)).toEqual(["6天后过期", "2天后过期", "2小时后过期", "1分钟后过期", "1分钟后过期"]);
  });
});

describe("whoever was shown out", () => {
  const was = roomOf(snapshot(), { type: "status", status: ERROR("invite_revoked") });

  it("is told so, and not of a fault", () => {
    overwriteGetLocale(() => "zh-CN");
    const line = statusLine(was, INFO, { state: "off" }, NOW);
    expect(statusWords(line)).toBe("已被请出");
    expect(statusDetail(line)).toBe("你已被请出房间：你用的邀请作废了。");
  });

  it("is somebody who was in, and whose invitation was revoked", () => {
    expect(isShownOut(was)).toBe(true);
    const stranger = roomOf(snapshot({ log: null, you: null, status: ERROR("invite_revoked") }));
    expect(isShownOut(stranger)).toBe(false);
    const again = roomOf(snapshot({ log: null, status: ERROR("invite_revoked") }));
    expect(isShownOut(again), "they are known from before the page was loaded again").toBe(true);
    for (const reason of ["invite_expired", "password_needed", "invite_needed"] as const) {
      expect(isShownOut(roomOf(snapshot(), { type: "status", status: ERROR(reason) })), reason).toBe(false);
    }
  });

  it("has no box to write into, and nothing to press that leads nowhere", async () => {
    const { transport } = await page("encrypted");
    await find("composer");
    transport.say("r1", [{ type: "status", status: ERROR("invite_revoked") }]);
    await find("shown-out");
    expect(screen.queryByTestId("composer")).toBeNull();
    expect(screen.queryByTestId("retry-now")).toBeNull();
    expect(document.body.textContent).not.toContain("服务错误");
    expect(document.body.textContent).not.toContain("没有让你进来");
    transport.say("r1", [{ type: "status", status: { state: "connected", dialect: "v1" } }]);
    await find("composer");
  });
});

describe("the lock", () => {
  it("is there while what is said is encrypted, and at no other time", async () => {
    const { transport } = await page("encrypted");
    await find("encrypted");
    const link = async (status: Status, locked: boolean): Promise<void> => {
      transport.say("r1", [{ type: "status", status }]);
      await waitFor(() => expect(screen.queryByTestId("encrypted") !== null).toBe(locked));
    };
    await link({ state: "reconnecting", in_ms: 3000, attempt: 1, error: { code: "link_broken" } }, false);
    await link({ state: "connected", dialect: "v1" }, true);
    await link(ERROR("invite_revoked"), false);
    await link({ state: "disconnected", error: { code: "wrong_key", host: "192.168.1.23" } }, false);
    await link({ state: "connecting" }, false);
    await link({ state: "connected", dialect: "classic" }, true);
  });
});
