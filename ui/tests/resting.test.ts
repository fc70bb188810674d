// @vitest-environment happy-dom
// A room of one's own that is stopped can be hosted again at once, and read for as long as it rests.
import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import { withNewest } from "../src/model/hosting/newest";
import { isResting } from "../src/model/room/resting";
import { statusLine } from "../src/model/room/status";
import { newRoom } from "../src/model/room/state";
import type { OwnRoom, Room } from "../src/wire";
import { sceneOf } from "./gallery/scenes";
import { find, page } from "./page";
import { entry } from "./room";

const AGAIN = { room: "friday", name: "周五读书会", port: 8080, reach: "network", foreign_pages: false, outside: false };
const MORE: Room = { key: "own-friday", name: "周五读书会", url: "", hosted: false, own: "friday" };

afterEach(() => void vi.useRealTimers());

/** So many people are in the hosted room, its host among them, as the window knows. */
function online(count: number): (script: ReturnType<typeof sceneOf>) => void {
  return (script) => {
    for (const update of script.rooms?.["r1"] ?? []) {
      if (update.type === "snapshot") update.room = { ...update.room, online: count };
    }
  };
}

async function hosting(count: number, change: (script: ReturnType<typeof sceneOf>) => void = () => {}) {
  const shown = await page("hosting", (script) => (online(count)(script), change(script)));
  await waitFor(() => expect(shown.hearth.othersInside).toBe(count - 1));
  return shown;
}

describe("the switch of a hosted room", () => {
  it("asks when somebody else is inside, says how many, and does nothing until it is answered", async () => {
    const { transport } = await hosting(3);
    await fireEvent.click(await find("host-toggle"));
    expect((await find("leave-dialog")).textContent).toContain("还有 2 人在");
    expect(transport.calls).toEqual([]);
    await fireEvent.click(await find("leave-cancel"));
    await waitFor(() => expect(screen.queryByTestId("leave-dialog")).toBeNull());
    expect(transport.calls).toEqual([]);
    await fireEvent.click(await find("host-toggle"));
    await fireEvent.click(await find("leave-confirm"));
    expect(transport.calls).toEqual([{ name: "stopHosting", args: [] }]);
  });

  it("asks also before it is known who is inside", async () => {
    const { transport, hearth } = await page("hosting", (script) => (script.rooms = {}));
    expect(hearth.othersInside).toBeNull();
    await fireEvent.click(await find("host-toggle"));
    await find("leave-dialog");
    expect(transport.calls).toEqual([]);
  });

  it("asks about the hosted room wherever one is, and not about the one that is shown", async () => {
    const { hearth } = await hosting(2);
    hearth.rooms.show("r2");
    await fireEvent.click(await find("host-toggle"));
    const { textContent } = await find("leave-dialog");
    expect(textContent).toContain("周五读书会");
    expect(textContent).toContain("还有 1 人在");
  });

  for (const by of ["host-toggle", "leave-room"]) {
    it(`asks nothing where nobody else is inside (${by}), and can be undone`, async () => {
      const { transport, hearth } = await hosting(1);
      const on = hearth.app!.hosting;
      await fireEvent.click(await find(by));
      expect(screen.queryByTestId("leave-dialog")).toBeNull();
      await waitFor(() => expect(transport.calls).toEqual([{ name: "stopHosting", args: [] }]));
      // News of what is about to stop.
      transport.tell({ type: "hosting", hosting: { ...on } });
      transport.tell({ type: "hosting", hosting: { state: "off" } });
      expect((await find("host-stopped")).textContent).toContain("周五读书会");
      await fireEvent.click(await find("host-undo"));
      expect(transport.calls.at(-1)).toEqual({ name: "startHosting", args: [AGAIN] });
      expect(hearth.host!.stopped, "at once").toBeNull();
      await waitFor(() => expect(screen.queryByTestId("host-stopped")).toBeNull());
    });
  }

  it("says why it cannot be undone, where one looks, and is put away by its cross", async () => {
    const { transport, hearth } = await hosting(1, (script) => (script.hostFails = { error: "host", host: { code: "port_taken", port: 8080 } }));
    const stop = async (): Promise<HTMLElement> => {
      await fireEvent.click(await find("host-toggle"));
      transport.tell({ type: "hosting", hosting: { state: "off" } });
      return find("host-stopped");
    };
    const on = hearth.app!.hosting;
    await stop();
    await fireEvent.click(await find("host-undo"));
    expect((await find("notice")).textContent).toContain("8080");
    expect(hearth.host!.error, "no form says it a second time").toBeNull();
    transport.tell({ type: "hosting", hosting: on });
    const notice = await stop();
    await fireEvent.click(notice.querySelector(".icon-button")!);
    expect(hearth.host!.stopped).toBeNull();
  });

  it("is undone as it was: the port that was asked for, who can connect, the way from the internet", async () => {
    const { transport } = await hosting(1, (script) => {
      if (script.app.hosting.state === "on") {
        script.app.hosting = { ...script.app.hosting, port: 8083, reach: "computer", foreign_pages: true, outside: { state: "only_here" } };
      }
    });
    await fireEvent.click(await find("host-toggle"));
    transport.tell({ type: "hosting", hosting: { state: "off" } });
    await fireEvent.click(await find("host-undo"));
    expect(transport.calls.at(-1)).toEqual({ name: "startHosting", args: [{ ...AGAIN, reach: "computer", foreign_pages: true, outside: true }] });
  });

  it("can be undone for ten seconds, and no longer", async () => {
    const { transport } = await hosting(1);
    await find("host-toggle");
    vi.useFakeTimers();
    await fireEvent.click(screen.getByTestId("host-toggle"));
    await vi.advanceTimersByTimeAsync(50);
    transport.tell({ type: "hosting", hosting: { state: "off" } });
    await vi.advanceTimersByTimeAsync(9_900);
    expect(screen.queryByTestId("host-undo")).not.toBeNull();
    await vi.advanceTimersByTimeAsync(200);
    expect(screen.queryByTestId("host-undo")).toBeNull();
  });

  it("has nothing to undo once something is hosted again", async () => {
    const { transport, hearth } = await hosting(1);
    const on = hearth.app!.hosting;
    await fireEvent.click(await find("host-toggle"));
    transport.tell({ type: "hosting", hosting: { state: "off" } });
    await find("host-undo");
    transport.tell({ type: "hosting", hosting: { state: "starting" } });
    transport.tell({ type: "hosting", hosting: on });
    await waitFor(() => expect(screen.queryByTestId("host-undo")).toBeNull());
  });
});

describe("a room that is not hosted", () => {
  it("is in the rail with what it is, and read by whoever wants to", async () => {
    const { transport, hearth } = await page("resting");
    const item = await find("room-item");
    expect(item.textContent).toContain("周五读书会");
    expect(item.textContent).toContain("未在主持");
    // What one can do comes first; nothing is read that nobody asked for.
    expect(screen.queryByTestId("composer")).toBeNull();
    await find("host-start");
    expect(hearth.rooms.of("own-friday")).toBeNull();

    await fireEvent.click(item);
    await find("resting");
    expect((await find("status")).textContent).toContain("未在主持");
    expect(screen.queryByTestId("composer")).toBeNull();
    for (const gone of ["people-toggle", "retry-now", "status-detail", "leave-room", "encrypted"]) expect(screen.queryByTestId(gone)).toBeNull();
    await waitFor(() => expect(hearth.rooms.of("own-friday")?.entries.length).toBeGreaterThan(0));
    expect(hearth.rooms.unreadInAll).toBe(0);

    await fireEvent.click(await find("host-again"));
    expect(transport.calls).toEqual([{ name: "startHosting", args: [AGAIN] }]);
  });

  it("says why it was not hosted, and waits while another one is", async () => {
    const { transport, hearth } = await page("resting", (script) => (script.hostFails = { error: "room", problem: { code: "in_use" } }));
    await fireEvent.click(await find("room-item"));
    await fireEvent.click(await find("host-again"));
    expect((await find("notice")).textContent).toContain("另一个程序");
    const hosting = sceneOf("hosting").app.hosting;
    transport.tell({ type: "hosting", hosting: { ...hosting, ...(hosting.state === "on" ? { room: "elsewhere" } : {}) } });
    hearth.rooms.show("own-friday");
    const button = await find("host-again");
    await waitFor(() => expect(button.getAttribute("aria-disabled")).toBe("true"));
    const before = transport.calls.length;
    await fireEvent.click(button);
    expect(transport.calls.length).toBe(before);
  });

  it("goes on as the same room when it is hosted, and when it is hosted no longer", async () => {
    const { transport, hearth } = await page("resting");
    await fireEvent.click(await find("room-item"));
    await find("resting");
    const listened: unknown[] = [];
    const subscribe = transport.subscribeRoom.bind(transport);
    transport.subscribeRoom = (room, after, onUpdates) => {
      listened.push([room, after]);
      return subscribe(room, after, onUpdates);
    };
    await waitFor(() => expect(hearth.rooms.of("own-friday")!.entries.length).toBeGreaterThan(0));
    const newest = hearth.rooms.of("own-friday")!.entries.at(-1)!.seq;
    transport.tell({ type: "rooms", rooms: [{ ...MORE, url: "ws://127.0.0.1:8080", hosted: true }] });
    expect(listened).toEqual([["own-friday", { log: "log-1", seq: newest }]]);
    await find("composer");
    transport.tell({ type: "rooms", rooms: [MORE] });
    expect(listened).toHaveLength(2);
    await find("resting");
    expect(hearth.rooms.active?.key).toBe("own-friday");
  });

  it("is listened to only when it is read", async () => {
    const { transport, hearth } = await page("hosting");
    const listened: string[] = [];
    const subscribe = transport.subscribeRoom.bind(transport);
    transport.subscribeRoom = (room, after, onUpdates) => (listened.push(room), subscribe(room, after, onUpdates));
    const { rooms } = hearth.app!;
    transport.tell({ type: "rooms", rooms: [...rooms, MORE, { ...MORE, key: "own-b", own: "b" }] });
    expect(listened).toEqual([]);
    hearth.rooms.show("own-b");
    expect(listened).toEqual(["own-b"]);
    transport.tell({ type: "rooms", rooms: [...rooms, MORE] });
    expect(hearth.rooms.of("own-b")).toBeNull();
  });
});

describe("what is told of own rooms", () => {
  const room = (last_at: string | null): OwnRoom => ({ id: "a", name: "a", bytes: 1, last_at, retention: { days: null, mebibytes: null }, problem: null });

  it("is never older than what the window has", () => {
    const entries = [{ ...entry(1, "li", "x"), at: "2026-11-22T00:46:00Z" }];
    expect(withNewest(room("2026-11-22T00:45:00Z"), entries).last_at).toBe("2026-11-22T00:46:00Z");
    expect(withNewest(room(null), entries).last_at).toBe("2026-11-22T00:46:00Z");
    expect(withNewest(room("2026-11-22T00:47:00.5Z"), entries).last_at).toBe("2026-11-22T00:47:00.5Z");
    expect(withNewest(room("2026-11-22T00:45:00Z"), []).last_at).toBe("2026-11-22T00:45:00Z");
  });

  it("tells resting rooms from all others by what they are, not by a link that is down", () => {
    expect([MORE, { ...MORE, hosted: true }, { key: "room-1", url: "ws://x:1", name: null, hosted: false }].map(isResting)).toEqual([true, false, false]);
    expect(statusLine(newRoom(""), MORE, { state: "off" }, 0)).toMatchObject({ state: "resting" });
  });
});
