// @vitest-environment happy-dom
// Who can get in: the dialog that asks, and the switch beside it.
import { fireEvent, screen, within } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Hosted } from "../src/model/hosting/invites";
import { m } from "../src/paraglide/messages.js";
import { Refusal } from "../src/transport";
import type { Report } from "../src/wire";
import { alone, mixed, OUTER } from "./gallery/reports";
import { sceneOf } from "./gallery/scenes";
import { find, page } from "./page";
import { NOW } from "./room";

beforeEach(() => void vi.useFakeTimers({ now: NOW, toFake: ["Date"] }));
afterEach(() => void vi.useRealTimers());

describe("the dialog", () => {
  const opened = async (...scene: Parameters<typeof page>) => {
    const made = await page(...scene);
    await fireEvent.click(await find("doctor-open"));
    await find("doctor-dialog");
    return made;
  };
  const state = (): string | undefined => screen.getByTestId("doctor-status").dataset["state"];
  const until = (wanted: string): Promise<void> => vi.waitFor(() => expect(state()).toBe(wanted));
  const asked = (calls: readonly { name: string }[]): number => calls.filter(({ name }) => name === "examine").length;
  const reaches = (): (string | undefined)[] => screen.getAllByTestId("reach").map((one) => one.dataset["result"]);

  /** Examinations are answered by hand, in any order. */
  const byHand = async () => {
    const { transport } = await page("doctor-looking");
    const answers: { give: (report: Report) => void; refuse: (why: unknown) => void }[] = [];
    transport.app.examine = () => new Promise<Report>((give, refuse) => void answers.push({ give, refuse }));
    const open = async (): Promise<void> => {
      await fireEvent.click(await find("doctor-open"));
      await find("doctor-dialog");
    };
    await open();
    return { answers, open };
  };

  it("asks once by itself, and says what it does", async () => {
    const { transport } = await opened("doctor-looking");
    expect(state()).toBe("looking");
    expect((await find("doctor-status")).textContent).toContain("最多半分钟");
    expect(screen.getByTestId("doctor-status").getAttribute("role")).toBe("status");
    expect(reaches()).toEqual(["waiting", "waiting"]);
    await fireEvent.click(await find("doctor-again"));
    expect(asked(transport.calls)).toBe(1);
  });

  it("shows what is proven, and what to do about the rest", async () => {
    const { transport } = await opened("doctor");
    await until("proven");
    expect(reaches()).toEqual(["proven", "not_proven", "not_proven"]);
    const [near, vpn, six] = screen.getAllByTestId("reach").map((one) => one.textContent);
    expect(near).toMatch(/192\.168\.1\.23:8080.*局域网.*小李.* 从 192\.168\.1\.5 进来过/);
    expect(vpn).toMatch(/未证实，多半是因为这台电脑的防火墙.*陈老师.*放行 TCP 端口 8080/);
    expect(six).toMatch(/把设备互相隔开了.*手机的热点/);
    expect(screen.getByTestId("doctor-status").textContent).toContain("同一网络的人进得来");
    expect(screen.getByTestId("doctor-asked").textContent).toContain("问了 2 个，1 个回答了");
    await fireEvent.click(await find("doctor-copy"));
    expect(transport.calls.at(-1)).toEqual({ name: "copyText", args: ["sudo nft insert rule inet filter input tcp dport 8080 accept"] });
  });

  it("says why nobody else gets in, as the share box does", async () => {
    const nobody: [Partial<Hosted>, string][] = [
      [{ way_in: "no_network", addresses: [] }, m.share_none()],
      [{ way_in: "only_here" }, m.share_computer_lead()],
    ];
    for (const [change, words] of nobody) {
      const { unmount } = await opened("doctor-alone", (script) => {
        script.app = { ...script.app, hosting: { ...(script.app.hosting as Hosted), ...change } };
        script.report = { ...alone, addresses: [] };
      });
      await until("not_proven");
      expect(screen.getByTestId("doctor-status").textContent).toContain(words);
      unmount();
    }
  });

  it("names a port that no browser opens", async () => {
    await opened("doctor-alone", (script) => (script.report = { ...alone, refused_by_browsers: [6666] }));
    expect((await find("doctor-refused-by-browsers")).textContent).toBe(m.doctor_refused_by_browsers({ port: 6666 }));
  });

  it("says that nothing is proven where nobody could try", async () => {
    await opened("doctor-alone");
    await until("not_proven");
    expect(screen.getByTestId("doctor-status").textContent).toContain("还没有证实");
    expect(within(screen.getByTestId("reaches")).getByTestId("doctor-advice").textContent).toContain("另一台电脑");
  });

  it("asks again, and shows the newer answer in place of the older", async () => {
    const { answers } = await byHand();
    answers[0]!.give(alone);
    await until("not_proven");
    await fireEvent.click(await find("doctor-again"));
    expect([state(), reaches()]).toEqual(["looking", ["not_proven"]]);
    answers[1]!.give(mixed);
    await until("proven");
    expect(reaches()).toHaveLength(3);
  });

  it("takes no answer to an examination that nobody waits for any more", async () => {
    const { answers, open } = await byHand();
    await fireEvent.click(await find("dialog-close"));
    await vi.waitFor(() => expect(screen.queryByTestId("doctor-dialog")).toBeNull());
    await open();
    expect(answers).toHaveLength(2);
    answers[0]!.give(mixed);
    await new Promise((done) => setTimeout(done));
    expect([state(), reaches()]).toEqual(["looking", ["waiting", "waiting"]]);
    answers[1]!.give(alone);
    await until("not_proven");
  });

  it("says why it failed, and tries again", async () => {
    const { answers } = await byHand();
    answers[0]!.refuse(new Refusal({ error: "system", message: "no sockets" }));
    expect((await find("doctor-error")).textContent).toContain("no sockets");
    expect([state(), screen.queryByTestId("reach")]).toEqual(["unknown", null]);
    await fireEvent.click(await find("doctor-again"));
    expect(screen.queryByTestId("doctor-error")).toBeNull();
    answers[1]!.give(mixed);
    await until("proven");
  });

  it("turns the switch, and warns where the room is open", async () => {
    const { transport } = await opened("doctor");
    expect(screen.queryByTestId("outside-open")).toBeNull();
    await fireEvent.click(await find("outside-switch"));
    await vi.waitFor(() => expect(screen.getByTestId("outside").dataset["state"]).toBe("looking"));
    expect(screen.getByTestId("outside-switch").getAttribute("aria-checked")).toBe("true");
    await fireEvent.click(await find("outside-switch"));
    await vi.waitFor(() => expect(screen.getByTestId("outside").dataset["state"]).toBe("off"));
    expect(transport.calls.filter(({ name }) => name === "setOutside").map(({ args }) => args)).toEqual([[true], [false]]);
    await fireEvent.click(await find("outside-switch"));
    await fireEvent.click(await find("doctor-access"));
    await find("access-dialog");
  });

  it("says why the switch did not turn", async () => {
    await opened("doctor", (script) => (script.accessFails = { error: "system", message: "disk full" }));
    await fireEvent.click(await find("outside-switch"));
    expect((await find("outside-error")).textContent).toContain("disk full");
    expect(screen.getByTestId("outside-switch").getAttribute("aria-checked")).toBe("false");
  });

  it("says what stands before the internet once, and what still works", async () => {
    await opened("doctor-carrier");
    await until("proven");
    const outside = screen.getByTestId("outside").textContent;
    expect(outside).toMatch(/运营商.*100\.64\.3\.4.*VPN.*IPv6/);
    expect(screen.queryByTestId("internet")).toBeNull();
  });

  it("copies the link by the router's address, and tells its secret to nobody else", async () => {
    const { transport } = await opened("doctor-mapped");
    await until("proven");
    expect(screen.getByTestId("internet").textContent).toContain("91.2.3.4");
    await fireEvent.click(await find("outside-copy"));
    const [link] = transport.calls.at(-1)!.args as [string];
    expect(link).toMatch(new RegExp(`^http://${OUTER}/#p=[\\w-]{22}$`));
    const told = document.documentElement.outerHTML;
    expect(told).toContain(OUTER);
    expect(told).not.toContain(link.split("#p=")[1]);
  });

  it("does not tell of an earlier router what was found by it", async () => {
    const { transport } = await opened("doctor-mapped");
    await until("proven");
    const hosted = sceneOf("doctor-mapped").app.hosting as Hosted;
    transport.tell({ type: "hosting", hosting: { ...hosted, outside: { state: "mapped", address: "84.23.5.6:50000" } } });
    expect((await find("outside-untried")).textContent).toContain("再检查一次");
    expect(screen.queryByTestId("internet")).toBeNull();
  });
});

describe("the host form", () => {
  it("says why a port that no browser opens is none, at the port", async () => {
    const { transport } = await page("host-error", (script) => {
      script.hostFails = { error: "host", host: { code: "port_refused_by_browsers", port: 6666 } };
    });
    await fireEvent.input(await find("host-port"), { target: { value: "6666" } });
    await fireEvent.click(await find("host-start"));
    await vi.waitFor(() => expect(screen.getByTestId("host-error").textContent?.trim()).toBe(m.start_port_refused_by_browsers({ port: 6666 })));
    expect(screen.getByTestId("host-port").getAttribute("aria-invalid")).toBe("true");
    expect(transport.calls).toMatchObject([{ name: "startHosting", args: [{ port: 6666 }] }]);
  });

  it("hosts as it was wished the last time", async () => {
    const { transport } = await page("host-error", (script) => {
      script.app.settings.host.outside = true;
      delete script.hostFails;
    });
    await fireEvent.click(await find("host-start"));
    await vi.waitFor(() => expect(transport.calls).toMatchObject([{ name: "startHosting", args: [{ outside: true }] }]));
  });
});
