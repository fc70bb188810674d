// @vitest-environment happy-dom
// What is kept on this computer, as a user sees it: rooms, files, and whether there is room for them.
import { cleanup, fireEvent, screen } from "@testing-library/svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Script } from "./gallery/scripted";
import { find, page, press, type } from "./page";

describe("hosting", () => {
  it("goes on with the room used last, under its name or another, or begins a new one", async () => {
    const { transport } = await page("first-again");
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
    expect(choices).toMatchObject([{ room: "friday", name: "周六读书会" }, { room: null, name: "阿明的房间" }]);
  });

  it("says when nothing can be stored, and what to do", async () => {
    await page("storage-full");
    expect((await find("host-storage")).textContent).toContain("磁盘满了");
    cleanup();
    await page("keep-trouble");
    expect((await find("keep-trouble")).textContent).toContain("关闭应用就会丢失");
  });
});

describe("the notice of a file that was written", () => {
  afterEach(() => void vi.useRealTimers());

  async function exporting(change?: (script: Script) => void) {
    const { transport } = await page("exported", change);
    const menu = await find("room-menu");
    menu.focus();
    await fireEvent.keyDown(menu, { key: "ArrowDown" });
    const item = await find("export-html");
    // From here on: what is waited for otherwise has its own clock.
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    await press(item);
    return transport;
  }

  it("names the file, tells on asking where it lies, and goes away by itself", async () => {
    await exporting();
    const notice = await find("exported");
    const name = notice.querySelector("bdi")!;
    expect([name.textContent, name.title]).toEqual(["room.html", "/home/ming/Downloads/room.html"]);
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
  /** Opens the menu of a room in their dialog. */
  async function menuOf(at: number): Promise<void> {
    const menu = (await screen.findAllByTestId("own-room-menu"))[at]!;
    menu.focus();
    await fireEvent.keyDown(menu, { key: "ArrowDown" });
  }

  it("keep less only after it was said that lines are deleted", async () => {
    const { transport } = await page("own-rooms");
    await fireEvent.click(await find("own-rooms-open"));
    await find("own-rooms-dialog");
    const rooms = await screen.findAllByTestId("own-room");
    expect(rooms).toHaveLength(4);
    expect(rooms[2]!.textContent).toContain("已损坏");
    await menuOf(1);
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
    const { transport } = await page("own-rooms");
    await fireEvent.click(await find("own-rooms-open"));
    await fireEvent.click(await find("own-room-import"));
    expect((await find("own-room-imported")).textContent).toContain("周五读书会");
    expect(transport.calls).toEqual([{ name: "importRoom", args: [] }]);
  });

  it("are asked about until they are deleted", async () => {
    const { transport } = await page("own-rooms", (script) => (script.ownFails = { error: "room", problem: { code: "full" } }));
    await fireEvent.click(await find("own-rooms-open"));
    await menuOf(1);
    await press(await find("own-room-delete"));
    await fireEvent.click(await find("delete-room-confirm"));
    expect((await find("own-rooms-error")).textContent).toContain("磁盘满了");
    expect(screen.queryByTestId("delete-room")).not.toBeNull();
    transport.app.deleteOwnRoom = async () => {};
    await fireEvent.click(screen.getByTestId("delete-room-confirm"));
    await vi.waitFor(() => expect(screen.queryByTestId("delete-room")).toBeNull());
  });

  it("are worked on one at a time, and what has to wait says so", async () => {
    const { transport } = await page("own-rooms");
    let finish = (): void => {};
    transport.app.exportOwnRoom = () => new Promise((done) => (finish = () => done({ file: "/room.html", entries: 1, unreadable: 0 })));
    const off = (id: string): string | null => screen.getByTestId(id).getAttribute("aria-disabled");
    await fireEvent.click(await find("own-rooms-open"));
    await menuOf(1);
    await press(await find("own-room-html"));
    await menuOf(1);
    await find("own-room-html");
    for (const item of ["own-room-html", "own-room-retention", "own-room-delete", "own-room-import"]) expect(off(item), item).toBe("true");
    expect(off("own-room-reveal")).not.toBe("true");
    finish();
    await vi.waitFor(() => expect(off("own-room-html")).not.toBe("true"));
    expect(off("own-room-import")).not.toBe("true");
  });

  it("say what went wrong last, and nothing of it once something went well", async () => {
    const { transport } = await page("own-rooms", (script) => {
      script.app.hosting = { state: "off" };
      script.ownFails = { error: "room", problem: { code: "full" } };
      script.hostFails = { error: "host", host: { code: "port_taken", port: 8080 } };
    });
    const wrong = async (words: string): Promise<void> => vi.waitFor(() => expect(screen.getByTestId("own-rooms-error").textContent).toContain(words));
    await fireEvent.click(await find("own-rooms-open"));
    await fireEvent.click(await find("own-room-import"));
    await wrong("磁盘满了");
    await fireEvent.click((await screen.findAllByTestId("own-room-host"))[0]!);
    await wrong("8080");
    transport.app.importRoom = async () => "office";
    await fireEvent.click(screen.getByTestId("own-room-import"));
    await find("own-room-imported");
    expect(screen.queryByTestId("own-rooms-error")).toBeNull();
  });
});
