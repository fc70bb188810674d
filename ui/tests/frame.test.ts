// @vitest-environment happy-dom
// The window around the page: what its frame is told, and the size of the page in it.
import { fireEvent, screen } from "@testing-library/svelte";
import { describe, expect, it, vi } from "vitest";
import type { Script } from "./gallery/scripted";
import { find, page } from "./page";
import { entry } from "./room";

const asGuest = (script: Script): void => void (script.can = { hosting: false, joining: false, keeping: false, searching: false });

describe("the frame", () => {
  it("is told how much is unread in all rooms, until it is read", async () => {
    const { transport, hearth } = await page("joined-empty");
    await find("composer");
    // The other room has lines already, and gets more.
    const other = hearth.app!.rooms[1]!.key;
    await vi.waitFor(() => expect(transport.unread).toBe(3));
    expect(document.title).toMatch(/^\(3\) .+ · 围炉$/);
    transport.say(other, [{ type: "entries", entries: [entry(900, "老王", "在吗"), entry(901, "老王", "在吗？")] }]);
    await vi.waitFor(() => expect(transport.unread).toBe(5));
    expect(document.title).toMatch(/^\(5\) .+ · 围炉$/);
    hearth.rooms.show(other);
    hearth.rooms.look(true, true);
    await vi.waitFor(() => expect(transport.unread).toBe(0));
    expect(document.title).toMatch(/^[^(]+ · 围炉$/);
  });
});

describe("the size of the page", () => {
  it("follows the keys and the settings, and is kept", async () => {
    const { transport, hearth } = await page("joined-empty");
    await find("composer");
    const zoom = (): number | undefined => hearth.app?.settings.zoom;
    for (const [key, size] of [["+", 110], ["=", 125], ["-", 110], ["0", 100]] as const) {
      await fireEvent.keyDown(window, { key, ctrlKey: true });
      expect(zoom()).toBe(size);
    }
    await fireEvent.keyDown(window, { key: "+" });
    expect(zoom()).toBe(100);
    expect(transport.calls.map(({ name, args }) => [name, (args[0] as { zoom: number }).zoom])).toEqual([110, 125, 110, 100].map((size) => ["setSettings", size]));

    await fireEvent.keyDown(window, { key: ",", ctrlKey: true });
    for (let step = 0; step < 4; step += 1) await fireEvent.click(await find("settings-zoom-out"));
    expect((await find("settings-zoom")).textContent).toBe("80%");
    expect((await find("settings-zoom-out")).getAttribute("aria-disabled")).toBe("true");
    await fireEvent.click(await find("settings-zoom-reset"));
    expect((await find("settings-zoom")).textContent).toBe("100%");
    expect(screen.queryByTestId("settings-zoom-reset")).toBeNull();
  });

  it("is the browser's own for a guest", async () => {
    const { hearth } = await page("joined-empty", asGuest);
    await find("composer");
    await fireEvent.keyDown(window, { key: "+", ctrlKey: true });
    expect(hearth.app?.settings.zoom).toBe(100);
    await fireEvent.keyDown(window, { key: ",", ctrlKey: true });
    await find("settings-dialog");
    expect(screen.queryByTestId("settings-zoom")).toBeNull();
  });
});
