// @vitest-environment happy-dom
// The window around the page: what its frame is told.
import { describe, expect, it, vi } from "vitest";
import { find, page } from "./page";
import { entry } from "./room";

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
